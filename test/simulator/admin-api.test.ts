import { describe, expect, it } from 'vitest'
import { defaultSwitches } from '../../simulator/account/switches.ts'
import { launch, openReadySimulator, openSimulator, spotId, templateBody } from './fixture.ts'

describe('the journal', () => {
  it('tells who asked what, and how it ended', async () => {
    const simulator = await openReadySimulator()
    await simulator.rest('GET', '/experiments/EXPnone', undefined, { agent: 'spot-interrupt/1', key: 'AKID1', region: 'eu-west-1' })
    simulator.advance(1)
    await simulator.query('ec2', { Action: 'DescribeInstances', 'Filter.1.Name': 'instance-id', 'Filter.1.Value.1': spotId })
    expect((await simulator.admin('GET', '/_simulator/journal')).body).toEqual([
      {
        index: 0,
        at: '2026-01-01T00:00:00.000Z',
        service: 'fis',
        operation: 'GetExperiment',
        region: 'eu-west-1',
        params: { id: 'EXPnone' },
        fault: null,
        userAgent: 'spot-interrupt/1',
        accessKeyId: 'AKID1',
        acted: true,
        status: 404,
        error: 'ResourceNotFoundException',
      },
      expect.objectContaining({
        index: 1,
        at: '2026-01-01T00:00:01.000Z',
        params: { Filter: [{ Name: 'instance-id', Value: [spotId] }] },
        status: 200,
        error: null,
      }),
    ])
  })
})

describe('switches, script, clock and state', () => {
  it('are set and shown', async () => {
    const simulator = await openReadySimulator()
    expect((await simulator.admin('GET', '/_simulator/switches')).body).toEqual(defaultSwitches)
    expect((await simulator.admin('PUT', '/_simulator/switches', { completed: 'notice' })).body).toEqual({
      ...defaultSwitches,
      completed: 'notice',
    })
    expect((await simulator.admin('PUT', '/_simulator/switches', { completed: 'never' })).status).toBe(400)
    expect((await simulator.admin('PUT', '/_simulator/switches', { colour: 'red' })).status).toBe(400)
    const script = [{ instance: spotId, at: 'start', do: 'terminate' }]
    await simulator.admin('PUT', '/_simulator/script', script)
    expect((await simulator.admin('GET', '/_simulator/script')).body).toEqual([{ ...script[0], afterSeconds: 0, by: 'user' }])
    const clock = (await simulator.admin('GET', '/_simulator/clock')).body
    expect(clock).toEqual({ ...simulator.clock, now: '2026-01-01T00:00:00.000Z' })
    expect(simulator.now()).toEqual(new Date('2026-01-01T00:00:00Z'))
    const { id } = await launch(simulator)
    const { body } = await simulator.admin('GET', '/_simulator/state')
    expect(body).toMatchObject({ instances: { [spotId]: { lifecycle: 'spot' } }, runs: { [id]: { ending: { status: 'completed' } } } })
    expect(simulator.state()).toHaveProperty('experiments')
  })
})

describe('reset', () => {
  it('forgets everything but the time', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ completed: 'notice' })
    simulator.setFaults([{ fault: 'throttle', operation: 'ListActions' }])
    await simulator.rest('POST', '/experimentTemplates', templateBody({ colour: 'red' }))
    simulator.advance(60)
    expect(await simulator.admin('POST', '/moto-api/reset')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(simulator.leftovers()).toEqual({ leftovers: [], interrupted: [], foreignTouched: [], strict: [] })
    expect(simulator.journal()).toEqual([])
    expect((await simulator.admin('GET', '/_simulator/switches')).body).toEqual(defaultSwitches)
    expect((await simulator.rest('GET', '/actions')).status).toBe(200)
    expect((await simulator.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': spotId })).status).toBe(400)
    expect(simulator.now()).toEqual(new Date('2026-01-01T00:01:00Z'))
  })
})

describe('what is not known', () => {
  it('is said, and marked where it came as a call', async () => {
    const simulator = await openSimulator()
    expect((await simulator.admin('GET', '/_simulator/nothing')).status).toBe(404)
    expect((await simulator.admin('DELETE', '/_simulator/journal')).status).toBe(404)
    expect(await simulator.admin('GET', '/actions')).toMatchObject({
      status: 403,
      text: expect.stringContaining('MissingAuthenticationToken'),
    })
    expect((await simulator.query('s3', { Action: 'ListBuckets' })).text).toContain('s3 is not simulated')
    expect(simulator.leftovers().strict).toMatchObject([{ what: 'operation' }, { name: 'The service s3 is not simulated' }])
  })
})
