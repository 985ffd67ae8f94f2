import { describe, expect, it, vi } from 'vitest'
import { ACCOUNT, connect, giveKeys, open, REGION, serve } from './wire.ts'

const idOf = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const [ONE = '', TWO = ''] = [idOf(1), idOf(2)]

describe('instances', () => {
  it('are given in our words', async () => {
    const { simulator, aws } = await connect()
    const operator = { managed: true, principal: 'eks.amazonaws.com' }
    simulator.seed({
      instances: [
        { id: ONE, region: REGION, tags: { Name: 'wörker', empty: '' }, operator },
        { id: TWO, region: REGION, lifecycle: 'on-demand', owner: '999999999999' },
      ],
    })
    const [one, two] = [...(await aws.ec2.readInstances([ONE, TWO]))].sort((a, b) => a.id.localeCompare(b.id))
    expect(one).toEqual({
      id: ONE,
      state: 'running',
      lifecycle: 'spot',
      owner: ACCOUNT,
      zone: 'us-east-1a',
      reasonCode: '',
      transition: '',
      tags: { Name: 'wörker', empty: '' },
      requestId: expect.stringMatching(/^sir-/),
      operator: 'eks.amazonaws.com',
    })
    expect(two).toMatchObject({ lifecycle: '', owner: '999999999999' })
    expect(two).not.toHaveProperty('requestId')
    expect(two).not.toHaveProperty('operator')
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('that EC2 does not know are left out, and do not fail the others', async () => {
    const { simulator, aws } = await connect()
    simulator.seed({
      instances: [
        { id: ONE, region: REGION },
        { id: TWO, region: 'eu-west-1' },
      ],
    })
    expect((await aws.ec2.readInstances([ONE, TWO, idOf(3)])).map(({ id }) => id)).toEqual([ONE])
  })

  it('that were ended tell why, and when', async () => {
    const { simulator, aws } = await connect()
    simulator.seed({ instances: [{ id: ONE, region: REGION }] })
    simulator.setScript([{ instance: ONE, at: 'launch', afterSeconds: 60, do: 'terminate', by: 'user' }])
    const [one] = await aws.ec2.readInstances([ONE])
    expect(one).toMatchObject({ state: 'terminated', reasonCode: 'Client.UserInitiatedShutdown' })
    expect(one?.transition).toMatch(/\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)/)
  })

  it('are as many as were asked for', async () => {
    const { simulator, aws } = await connect()
    const ids = Array.from({ length: 50 }, (_, index) => idOf(index))
    simulator.seed({ instances: ids.map((id) => ({ id, region: REGION })) })
    const found = await aws.ec2.readInstances(ids)
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort())
    const requests = await aws.ec2.readSpotRequests(found.flatMap(({ requestId = '' }) => [requestId]))
    expect(requests).toHaveLength(50)
  })
})

describe('Spot requests', () => {
  it('are given in our words, with the time of their state', async () => {
    const { simulator, aws } = await connect()
    const request = { id: 'sir-1', code: 'fulfilled' }
    simulator.seed({ instances: [{ id: ONE, region: REGION, behaviour: 'stop', request }] })
    expect(await aws.ec2.readSpotRequests(['sir-1', 'sir-unknown'])).toEqual([
      { requestId: 'sir-1', instanceId: ONE, code: 'fulfilled', behaviour: 'stop', updatedAt: expect.any(Date) },
    ])
    expect(simulator.leftovers().strict).toEqual([])
  })
})

it('what EC2 leaves out is given as nothing, not guessed', async () => {
  giveKeys()
  const { url } = await serve(({ body }) =>
    body.includes('DescribeInstances')
      ? {
          body: '<DescribeInstancesResponse><reservationSet><item><instancesSet><item/></instancesSet></item></reservationSet></DescribeInstancesResponse>',
        }
      : {
          body: '<DescribeSpotInstanceRequestsResponse><spotInstanceRequestSet><item/></spotInstanceRequestSet></DescribeSpotInstanceRequestsResponse>',
        },
  )
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const nothing = { id: '', state: '', lifecycle: '', zone: '', owner: '', reasonCode: '', transition: '', tags: {} }
  expect(await open().ec2.readInstances([ONE])).toEqual([nothing])
  expect(await open().ec2.readSpotRequests(['sir-1'])).toEqual([{ requestId: '', code: '', behaviour: '' }])
})
