import { describe, expect, it } from 'vitest'
import {
  instanceOf,
  interruptAction,
  interruptPolicy,
  launch,
  openReadySimulator,
  openSimulator,
  requestOf,
  spotArn,
  spotId,
  type TestSimulator,
} from './fixture.ts'

const persistentId = 'i-0000000000000000a'
const at = { targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn(persistentId)], selectionMode: 'ALL' } } }

/** t0 is 2 s after the start. */
async function interrupt(simulator: TestSimulator, changes: Readonly<Record<string, unknown>> = {}, lead = 'PT3M') {
  const started = await launch(simulator, { actions: { interrupt: interruptAction(lead) }, ...changes })
  simulator.advance(2)
  return started
}

const seen = async (simulator: TestSimulator, id = spotId) => ({
  instance: await instanceOf(simulator, id),
  request: await requestOf(simulator, id),
})

describe('an instance that somebody else ends', () => {
  it.each([
    ['user', 'instance-terminated-by-user', 'Client.UserInitiatedShutdown'],
    ['autoscaling', 'instance-terminated-by-user', 'Client.UserInitiatedShutdown'],
    ['service', 'instance-terminated-by-service', 'Client.UserInitiatedShutdown'],
    ['no-capacity', 'instance-terminated-no-capacity', 'Server.SpotInstanceTermination'],
    ['by-price', 'instance-terminated-by-price', 'Server.SpotInstanceTermination'],
  ] as const)('by %s shows %s', async (by, code, reason) => {
    const simulator = await openReadySimulator()
    simulator.setScript([{ instance: spotId, at: 'notice', afterSeconds: 30, do: 'terminate', by }])
    await interrupt(simulator)
    simulator.advance(95)
    expect(await seen(simulator)).toMatchObject({
      instance: { instanceState: { name: 'terminated' }, stateReason: { code: reason } },
      request: { state: 'closed', status: { code } },
    })
    simulator.advance(600)
    expect((await requestOf(simulator)).status.code).toBe(code)
    expect(simulator.leftovers().interrupted).toEqual([])
  })

  it.each([
    ['launch', 30, 30],
    ['start', 10, 12],
    ['notice', 0, 62],
    ['interruption', -5, 177],
  ] as const)('counts from %s', async (anchor, afterSeconds, due) => {
    const simulator = await openSimulator({
      instances: [{ id: spotId, launchedSecondsAgo: 0 }],
      roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }],
    })
    simulator.setScript([{ instance: spotId, at: anchor, afterSeconds, do: 'terminate', by: 'user' }])
    await launch(simulator, { actions: { interrupt: interruptAction('PT3M') } })
    simulator.advance(due - 1)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
    simulator.advance(1)
    const instance = await instanceOf(simulator)
    expect(instance.instanceState.name).toBe('shutting-down')
    expect(instance.reason).toMatch(/^User initiated \(2026-01-01 00:0\d:\d\d GMT\)$/)
  })

  it('is announced two minutes ahead when EC2 needs the capacity', async () => {
    const simulator = await openReadySimulator()
    simulator.setScript([{ instance: spotId, at: 'launch', afterSeconds: 3600 + 300, do: 'terminate', by: 'no-capacity' }])
    simulator.advance(179)
    expect((await requestOf(simulator)).status.code).toBe('fulfilled')
    simulator.advance(1)
    expect(await seen(simulator)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { status: { code: 'instance-terminated-no-capacity' } },
    })
    simulator.advance(120)
    expect((await instanceOf(simulator)).instanceState.name).toBe('shutting-down')
  })

  it('may be stopped too', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: persistentId, behaviour: 'stop' }] })
    simulator.setScript([{ instance: persistentId, at: 'start', afterSeconds: 60, do: 'stop', by: 'no-capacity' }])
    await interrupt(simulator, at, 'PT15M')
    simulator.advance(30)
    expect((await requestOf(simulator, persistentId)).status.code).toBe('marked-for-stop')
    simulator.advance(60)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'stopped' } },
      request: { state: 'disabled', status: { code: 'instance-stopped-no-capacity' } },
    })
    simulator.advance(3600)
    expect(simulator.leftovers().interrupted).toEqual([])
  })
})
