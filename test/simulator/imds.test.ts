import { describe, expect, it } from 'vitest'
import { startSimulator } from '../../simulator/server.ts'
import { interruptAction, launch, openReadySimulator, openSimulator, rebalance, spotArn, spotId, type TestSimulator } from './fixture.ts'

const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }

type Headers = Readonly<Record<string, string>>

async function ask(simulator: TestSimulator, path: string, options: { id?: string; method?: string; headers?: Headers } = {}) {
  const { id = spotId, method = 'GET', headers = {} } = options
  const answer = await fetch(`${await simulator.metadataUrl(id)}/latest/${path}`, { method, headers })
  return { status: answer.status, text: await answer.text() }
}

async function visit(simulator: TestSimulator, id = spotId) {
  const token = (await ask(simulator, 'api/token', { id, method: 'PUT', headers: ttl })).text
  return async (path: string) => {
    const { status, text } = await ask(simulator, path, { id, headers: { 'x-aws-ec2-metadata-token': token } })
    return status === 200 ? text : status
  }
}

const recommendation = 'meta-data/events/recommendations/rebalance'
const action = 'meta-data/spot/instance-action'

describe('the token', () => {
  it('is needed, is the instance’s own, and ends', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }, { id: 'i-0000000000000000a' }] })
    const path = 'meta-data/instance-id'
    expect((await ask(simulator, path)).status).toBe(401)
    const get = await visit(simulator)
    expect(await get('meta-data/instance-id')).toBe(spotId)
    const foreign = await ask(simulator, 'api/token', { id: 'i-0000000000000000a', method: 'PUT', headers: ttl })
    expect((await ask(simulator, path, { headers: { 'x-aws-ec2-metadata-token': foreign.text } })).status).toBe(401)
    simulator.advance(300)
    expect(await get('meta-data/instance-id')).toBe(401)
  })

  it.each([{}, { 'x-aws-ec2-metadata-token-ttl-seconds': '0' }, { 'x-aws-ec2-metadata-token-ttl-seconds': '21601' }])(
    'is refused with %j',
    async (headers) => {
      const simulator = await openSimulator({ instances: [{ id: spotId }] })
      expect((await ask(simulator, 'api/token', { method: 'PUT', headers: headers as Headers })).status).toBe(400)
    },
  )

  it('is not given through a proxy', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    const headers = { ...ttl, 'x-forwarded-for': '10.0.0.1' }
    expect((await ask(simulator, 'api/token', { method: 'PUT', headers })).status).toBe(403)
  })

  it('is put, everything else is got', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    expect((await ask(simulator, 'api/token')).status).toBe(405)
    expect((await ask(simulator, 'meta-data/instance-id', { method: 'POST' })).status).toBe(405)
  })
})

describe('what an instance knows of itself', () => {
  it('reads like EC2', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId, region: 'eu-west-1' }] })
    const get = await visit(simulator)
    expect(await get('meta-data/instance-life-cycle')).toBe('spot')
    expect(await get('meta-data/instance-type')).toBe('m5.large')
    expect(await get('meta-data/ami-id')).toMatch(/^ami-/)
    expect(await get('meta-data/placement/region')).toBe('eu-west-1')
    expect(await get('meta-data/placement/availability-zone')).toBe('eu-west-1a')
    expect(JSON.parse(String(await get('dynamic/instance-identity/document')))).toMatchObject({
      instanceId: spotId,
      accountId: '123456789012',
    })
    expect(await get('meta-data/nothing')).toBe(404)
  })
})

describe('the address', () => {
  it('is a port for each instance, and the admin API shows it', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }, { id: 'i-0000000000000000a' }] })
    const { body } = await simulator.admin('GET', '/_simulator/imds')
    expect(Object.keys(body)).toEqual([spotId, 'i-0000000000000000a'])
    expect(body[spotId]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(new Set([...Object.values(body), simulator.url]).size).toBe(3)
    expect(body[spotId]).toBe(await simulator.metadataUrl(spotId))
  })

  it('is closed with the simulator', async () => {
    const simulator = await startSimulator()
    simulator.seed({ instances: [{ id: spotId }] })
    const url = await simulator.metadataUrl(spotId)
    expect((await fetch(`${url}/latest/api/token`, { method: 'PUT', headers: ttl })).status).toBe(200)
    await simulator.close()
    await expect(fetch(url)).rejects.toThrow()
  })
})

describe('signals', () => {
  it('come at t0 and two minutes before the end', async () => {
    const simulator = await openReadySimulator()
    const get = await visit(simulator)
    await launch(simulator, { actions: { interrupt: interruptAction('PT3M') } })
    simulator.advance(1)
    expect([await get(recommendation), await get(action)]).toEqual([404, 404])
    simulator.advance(1)
    expect(await get(recommendation)).toBe('{"noticeTime":"2026-01-01T00:00:02Z"}')
    simulator.advance(59)
    expect(await get(action)).toBe(404)
    simulator.advance(1)
    expect(await get(action)).toBe('{"action":"terminate","time":"2026-01-01T00:03:02Z"}')
    expect(await get('meta-data/spot/termination-time')).toBe('2026-01-01T00:03:02Z')
    simulator.advance(125)
    await expect(get(action)).rejects.toThrow()
  })

  it('tell to stop, and no termination time', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: 'i-0000000000000000a', behaviour: 'stop' }] })
    const get = await visit(simulator, 'i-0000000000000000a')
    const target = { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn('i-0000000000000000a')], selectionMode: 'ALL' }
    await launch(simulator, { targets: { spot: target } })
    simulator.advance(10)
    expect(await get(action)).toBe('{"action":"stop","time":"2026-01-01T00:02:02Z"}')
    expect(await get('meta-data/spot/termination-time')).toBe(404)
  })

  it('are forgotten by an instance that was started again', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: 'i-0000000000000000a', behaviour: 'stop' }] })
    const target = { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn('i-0000000000000000a')], selectionMode: 'ALL' }
    await launch(simulator, { targets: { spot: target } })
    simulator.advance(200)
    await simulator.query('ec2', { Action: 'StartInstances', 'InstanceId.1': 'i-0000000000000000a' })
    const get = await visit(simulator, 'i-0000000000000000a')
    expect([await get(recommendation), await get(action)]).toEqual([404, 404])
  })

  it('are only a recommendation from the rebalance-only action', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ rebalanceRegions: ['us-east-1'] })
    const get = await visit(simulator)
    await launch(simulator, { actions: { a: { actionId: rebalance, targets: { SpotInstances: 'spot' } } } })
    simulator.advance(200)
    expect(await get(recommendation)).toBe('{"noticeTime":"2026-01-01T00:00:02Z"}')
    expect(await get(action)).toBe(404)
  })

  it('take the notice back when the interruption is recalled', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ stop: 'recalls' })
    const get = await visit(simulator)
    const { id } = await launch(simulator)
    simulator.advance(10)
    expect(await get(action)).toContain('terminate')
    await simulator.rest('DELETE', `/experiments/${id}`)
    expect(await get(action)).toBe(404)
    expect(await get(recommendation)).toContain('noticeTime')
  })

  it('come from EC2 itself too', async () => {
    const simulator = await openReadySimulator()
    simulator.setScript([{ instance: spotId, at: 'launch', afterSeconds: 3600 + 120, do: 'terminate', by: 'no-capacity' }])
    expect(await (await visit(simulator))(action)).toBe('{"action":"terminate","time":"2026-01-01T00:02:00Z"}')
  })

  it('need an instance that runs', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId, state: 'stopped' }] })
    await expect(visit(simulator)).rejects.toThrow()
    await expect(visit(simulator, 'i-00000000000000009')).rejects.toThrow()
  })
})
