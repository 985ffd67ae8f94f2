/** Answers that are not parsed again, as the real clients meet them: no answer is taken for another one, and no failure is kept. */
import { DescribeInstancesCommand, DescribeSpotInstanceRequestsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { describe, expect, it, vi } from 'vitest'
import { parseChangesOnly } from '../../src/aws/unchanged.ts'
import { expectFault, giveKeys, later, open, REGION, type Served, serve } from './wire.ts'

type Give = Parameters<typeof serve>[0]

async function connectTo(give: Give): Promise<Served & { aws: ReturnType<typeof open> }> {
  const served = await serve(give)
  vi.stubEnv('AWS_ENDPOINT_URL', served.url)
  giveKeys()
  return { ...served, aws: open() }
}

/** An instance whose group shows in its tag. */
const toInstances = (id: string, more = '') =>
  `<DescribeInstancesResponse><requestId>r-${Math.random()}</requestId><reservationSet><item><instancesSet><item><instanceId>${id}</instanceId>` +
  `<instanceState><name>running</name></instanceState><tagSet/></item></instancesSet></item></reservationSet>${more}</DescribeInstancesResponse>`
const toServices = (running: number) =>
  JSON.stringify({ services: [{ serviceName: 'web', status: 'ACTIVE', desiredCount: 2, runningCount: running, deployments: [] }] })

describe('an answer', () => {
  it('of one operation is never taken for that of another with the same body, and each has its own metadata', async () => {
    const both = `<Answer><requestId>r</requestId><reservationSet><item/></reservationSet><spotInstanceRequestSet><item/></spotInstanceRequestSet></Answer>`
    const { url } = await connectTo(() => ({ body: both }))
    const client = parseChangesOnly(new EC2Client({ region: REGION, endpoint: url }))
    later(() => client.destroy())
    const [one, same] = await Promise.all([1, 2].map(() => client.send(new DescribeInstancesCommand({}))))
    const other = await client.send(new DescribeSpotInstanceRequestsCommand({}))
    const again = await client.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] }))
    expect(same).toEqual(one)
    expect(again.Reservations).toEqual(one?.Reservations)
    expect(other.SpotInstanceRequests).toHaveLength(1)
    expect(other).not.toHaveProperty('Reservations')
    expect(again.$metadata).not.toBe(one?.$metadata)
    expect(again.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 })
    expect(() => again.Reservations?.push({})).toThrow(TypeError)
  })

  it('that was broken is not kept: the next one counts', async () => {
    let body = '{"services":'
    const { aws } = await connectTo(() => ({ headers: { 'content-type': 'application/x-amz-json-1.1' }, body }))
    await expectFault(aws.ecs.readServices('c', ['web']), 'unreachable')
    for (const running of [1, 2, 1]) {
      body = toServices(running)
      expect(await aws.ecs.readServices('c', ['web'])).toMatchObject([{ running }])
    }
    body = ''
    await expectFault(aws.ecs.readServices('c', ['web']), 'unreachable')
  })

  it('of EC2 without a body is not taken for an empty list, however often it comes', async () => {
    const { aws } = await connectTo(() => ({ body: '' }))
    for (const _ of [1, 2]) await expectFault(aws.ec2.readInstances(['i-1']), 'unreachable')
  })

  it.each([
    ['with its length', 'content-length: 5000\r\n\r\n'],
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n1000\r\n'],
    ['until the connection closes, which cuts the document', '\r\n'],
  ])('that is cut half-way is asked for again: %s', async (_, head) => {
    const whole = toInstances('i-1')
    const { aws, asked } = await connectTo((_, nth) =>
      nth % 2 === 0
        ? { body: whole }
        : {
            stream: ({ req: { socket } }) => {
              socket.write(`HTTP/1.1 200 OK\r\n${head}${whole.slice(0, 150)}`, () => socket.end())
            },
          },
    )
    for (const _ of [1, 2]) expect(await aws.ec2.readInstances(['i-1'])).toMatchObject([{ id: 'i-1', state: 'running' }])
    expect(asked).toHaveLength(4)
  })

  it('of several pages is whole in every poll', async () => {
    const { aws } = await connectTo(({ body }) => ({
      body: body.includes('NextToken=t') ? toInstances('i-2') : toInstances('i-1', '<nextToken>t</nextToken>'),
    }))
    for (const _ of [1, 2, 3]) {
      const all = await Promise.all([aws.ec2.readInstances(['i-1', 'i-2']), aws.ec2.listInstances({ app: 'web' })])
      for (const found of all) expect(found.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
    }
  })

  it('that AWS refuses is never one that was kept', async () => {
    let status = 200
    const { aws } = await connectTo(() => ({ status, body: toInstances('i-1') }))
    await aws.ec2.readInstances(['i-1'])
    status = 403
    await expect(aws.ec2.readInstances(['i-1'])).rejects.toThrow()
    status = 200
    expect(await aws.ec2.readInstances(['i-1'])).toHaveLength(1)
  })
})
