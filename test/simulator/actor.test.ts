import { describe, expect, it } from 'vitest'
import {
  instanceOf,
  interruptAction,
  interruptPolicy,
  launch,
  requestOf,
  type Stage,
  setReadyStage,
  setStage,
  spotArn,
  spotId,
} from './fixture.ts'

const persistentId = 'i-0000000000000000a'
const at = { targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn(persistentId)], selectionMode: 'ALL' } } }

/** t0 is 2 s after the start. */
async function interrupt(stage: Stage, changes: Readonly<Record<string, unknown>> = {}, lead = 'PT3M') {
  const started = await launch(stage, { actions: { interrupt: interruptAction(lead) }, ...changes })
  stage.advance(2)
  return started
}

const seen = async (stage: Stage, id = spotId) => ({ instance: await instanceOf(stage, id), request: await requestOf(stage, id) })

describe('an instance that somebody else ends', () => {
  it.each([
    ['user', 'instance-terminated-by-user', 'Client.UserInitiatedShutdown'],
    ['autoscaling', 'instance-terminated-by-user', 'Client.UserInitiatedShutdown'],
    ['service', 'instance-terminated-by-service', 'Client.UserInitiatedShutdown'],
    ['no-capacity', 'instance-terminated-no-capacity', 'Server.SpotInstanceTermination'],
    ['by-price', 'instance-terminated-by-price', 'Server.SpotInstanceTermination'],
  ] as const)('by %s shows %s', async (by, code, reason) => {
    const stage = await setReadyStage()
    stage.setScript([{ instance: spotId, at: 'notice', afterSeconds: 30, do: 'terminate', by }])
    await interrupt(stage)
    stage.advance(95)
    expect(await seen(stage)).toMatchObject({
      instance: { instanceState: { name: 'terminated' }, stateReason: { code: reason } },
      request: { state: 'closed', status: { code } },
    })
    stage.advance(600)
    expect((await requestOf(stage)).status.code).toBe(code)
    expect(stage.leftovers().interrupted).toEqual([])
  })

  it.each([
    ['launch', 30, 30],
    ['start', 10, 12],
    ['notice', 0, 62],
    ['interruption', -5, 177],
  ] as const)('counts from %s', async (anchor, afterSeconds, due) => {
    const stage = await setStage({
      instances: [{ id: spotId, launchedSecondsAgo: 0 }],
      roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }],
    })
    stage.setScript([{ instance: spotId, at: anchor, afterSeconds, do: 'terminate', by: 'user' }])
    await launch(stage, { actions: { interrupt: interruptAction('PT3M') } })
    stage.advance(due - 1)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
    stage.advance(1)
    const instance = await instanceOf(stage)
    expect(instance.instanceState.name).toBe('shutting-down')
    expect(instance.reason).toMatch(/^User initiated \(2026-01-01 00:0\d:\d\d GMT\)$/)
  })

  it('is announced two minutes ahead when EC2 needs the capacity', async () => {
    const stage = await setReadyStage()
    stage.setScript([{ instance: spotId, at: 'launch', afterSeconds: 3600 + 300, do: 'terminate', by: 'no-capacity' }])
    stage.advance(179)
    expect((await requestOf(stage)).status.code).toBe('fulfilled')
    stage.advance(1)
    expect(await seen(stage)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { status: { code: 'instance-terminated-no-capacity' } },
    })
    stage.advance(120)
    expect((await instanceOf(stage)).instanceState.name).toBe('shutting-down')
  })

  it('may be stopped too', async () => {
    const stage = await setReadyStage({ instances: [{ id: persistentId, behaviour: 'stop' }] })
    stage.setScript([{ instance: persistentId, at: 'start', afterSeconds: 60, do: 'stop', by: 'no-capacity' }])
    await interrupt(stage, at, 'PT15M')
    stage.advance(30)
    expect((await requestOf(stage, persistentId)).status.code).toBe('marked-for-stop')
    stage.advance(60)
    expect(await seen(stage, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'stopped' } },
      request: { state: 'disabled', status: { code: 'instance-stopped-no-capacity' } },
    })
    stage.advance(3600)
    expect(stage.leftovers().interrupted).toEqual([])
  })
})
