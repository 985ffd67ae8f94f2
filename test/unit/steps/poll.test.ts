import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/model/plan/plan.ts'
import type { InstanceSnapshot, SpotSnapshot } from '../../../src/model/timeline/snapshot.ts'
import { pollExperiment, pollTargets, readTargets } from '../../../src/steps/poll.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { experiment, fakePlan, ID, instance, moment, OTHER_ID, openLedger, spot, unstarted } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const ENTRY = { kind: 'experiment', name: 'token', id: 'EXP1' } as const

/** One look at an experiment that was asked for ten seconds ago. */
async function lookAt(snapshot: ReturnType<typeof experiment>, changes: Partial<Plan> = {}) {
  const [world, ledger] = [fakeWorld({ fis: { readExperiment: async () => snapshot } }), openLedger([ENTRY])]
  world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
  world.log.record({ kind: 'started', snapshot: unstarted() })
  await world.clock.sleep(10_000)
  await pollExperiment(world, fakePlan(changes), ledger)
  return { world, ledger }
}

describe('pollExperiment', () => {
  it('tells what FIS says and how long after the start', async () => {
    const { world, ledger } = await lookAt(experiment())
    expect(world.recorded('experiment')).toMatchObject([{ poll: 1, sinceMs: 10_000, more: false, snapshot: { status: 'running' } }])
    expect(ledger.state()?.entries).toEqual([ENTRY])
  })

  it('counts the looks', async () => {
    const { world, ledger } = await lookAt(experiment())
    await pollExperiment(world, fakePlan(), ledger)
    expect(world.recorded('experiment').map(({ poll }) => poll)).toEqual([1, 2])
  })

  it.each(['completed', 'stopped', 'failed', 'cancelled'])('takes an experiment that is %s out of the ledger', async (status) => {
    expect((await lookAt(experiment({ status }))).ledger.state()?.entries).toEqual([])
  })

  it('does not mind an experiment that is out of it already', async () => {
    const { world, ledger } = await lookAt(experiment({ status: 'completed' }))
    await pollExperiment(world, fakePlan(), ledger)
    expect(ledger.state()?.entries).toEqual([])
  })

  it.each([
    ['interruptions that were sent', 'completed', {}, true],
    ['wait-for: experiment', 'completed', { waitFor: 'experiment' as const }, false],
    ['a recommendation', 'completed', { mode: 'rebalance' as const }, false],
    ['an experiment that failed after its start', 'failed', {}, true],
  ])('says whether EC2 is still to be waited for: %s', async (_, status, changes, more) => {
    expect((await lookAt(experiment({ status }), changes)).world.recorded('experiment')).toMatchObject([{ more }])
  })

  it('does not wait for EC2 when no action ever started', async () => {
    expect((await lookAt(unstarted({ status: 'failed' }))).world.recorded('experiment')).toMatchObject([{ more: false }])
  })

  it('is a defect when there is no experiment', async () => {
    await expect(pollExperiment(fakeWorld(), fakePlan(), openLedger())).rejects.toMatchObject({ fault: 'internal' })
  })
})

type Answer = { readonly instances?: readonly InstanceSnapshot[]; readonly requests?: readonly SpotSnapshot[] }

/** EC2 as it answers look after look; the last answer stays. */
function ec2Answering(...answers: readonly Answer[]) {
  let poll = -1
  const now = () => answers[Math.min(poll, answers.length - 1)] ?? {}
  const readInstances = async () => {
    poll++
    return now().instances ?? []
  }
  return { readInstances, readSpotRequests: async () => now().requests ?? [] }
}

/** The states told by so many looks, the clock standing at `seconds` all the while, t0 being at 0. */
async function states(seconds: number, answers: readonly Answer[]) {
  const clock = fakeClock()
  const world = fakeWorld({ clock, ec2: ec2Answering(...answers) })
  world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
  world.log.record({ kind: 'started', snapshot: experiment() })
  await clock.sleep(seconds * 1000)
  for (const _ of answers) await pollTargets(world, fakePlan({ durationMs: 300_000 }))
  return world.recorded('target').map(({ snapshot }) => [snapshot.instance?.state ?? 'absent', snapshot.spot?.code ?? ''].join(' ').trim())
}

describe('pollTargets', () => {
  const up = { instances: [instance()] }
  const down = { instances: [instance({ state: 'terminated' })] }

  it('tells only what changed', async () => {
    expect(await states(1, [up, up, down, down])).toEqual(['running', 'terminated'])
  })

  it.each([
    ['the reason', { instances: [instance({ reasonCode: 'Server.X' })] }],
    ['the transition', { instances: [instance({ transition: 'X' })] }],
  ])('tells a change of %s', async (_, changed) => {
    expect(await states(1, [up, changed])).toHaveLength(2)
  })

  it('asks for the Spot request only where it can say more: of a target that changed, is absent, or left for a reason still open', async () => {
    const clock = fakeClock()
    const gone = { ...down, requests: [spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(300) })] }
    const answers: readonly Answer[] = [up, up, up, {}, down, gone, gone, gone]
    const world = fakeWorld({ clock, ec2: ec2Answering(...answers) })
    world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
    world.log.record({ kind: 'started', snapshot: experiment() })
    world.log.record({ kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } })
    await clock.sleep(300_000)
    const asked = []
    for (const _ of answers) {
      const before = world.called().length
      await pollTargets(world, fakePlan({ durationMs: 300_000 }))
      asked.push(world.called().slice(before).includes('ec2.readSpotRequests'))
    }
    expect(asked).toEqual([false, false, false, true, true, true, false, false])
    expect(world.calls.find(({ name }) => name === 'ec2.readSpotRequests')?.args).toEqual([[`sir-${ID}`]])
  })

  it('asks for a Spot request that EC2 did not show before: its evidence may come late', async () => {
    const late = spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(130) })
    const world = fakeWorld({ ec2: ec2Answering({ ...down, requests: [late] }) })
    world.log.record({ kind: 'target', snapshot: { id: ID, instance: instance() } })
    await pollTargets(world, fakePlan())
    expect(world.recorded('target').at(-1)?.snapshot.spot?.code).toBe('instance-terminated-by-experiment')
  })

  it('records every absence until the target has left, then no more', async () => {
    expect(await states(200, [up, {}, {}, {}, {}])).toEqual(['running', 'absent', 'absent', 'absent', 'absent'])
    expect(await states(200, [up, down, {}, {}])).toEqual(['running', 'terminated'])
  })

  it('records a target that runs on once more, after the last moment at which it may be interrupted', async () => {
    const clock = fakeClock()
    const world = fakeWorld({ clock, ec2: ec2Answering(up) })
    world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
    world.log.record({ kind: 'started', snapshot: experiment() })
    for (let poll = 1; poll <= 60; poll++) {
      await pollTargets(world, fakePlan({ durationMs: 300_000 }))
      await clock.sleep(10_000)
    }
    // t0 + D + 2 min, and 2 s for the clocks.
    expect(world.recorded('target').map(({ atMs }) => atMs)).toEqual([0, 430_000])
  })

  it('tells an instance that is shown again', async () => {
    expect(await states(200, [up, {}, up, {}])).toEqual(['running', 'absent', 'running', 'absent'])
  })

  it('takes a persistent request that was filled again for the new instance’s, not for evidence', async () => {
    const refilled = spot({ requestId: `sir-${ID}`, instanceId: OTHER_ID, code: 'fulfilled', updatedAt: moment(130) })
    const world = fakeWorld({ ec2: ec2Answering({ ...down, requests: [refilled] }) })
    world.log.record({ kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } })
    await pollTargets(world, fakePlan())
    expect(world.recorded('target').at(-1)?.snapshot).toEqual({ id: ID, instance: instance({ state: 'terminated' }) })
  })

  it('tells later evidence on a target that has ended', async () => {
    const known = { instances: [instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' })] }
    expect(await states(200, [down, known])).toEqual(['terminated', 'terminated'])
  })
})

describe('readTargets', () => {
  it('asks for the requests of the instances', async () => {
    const world = fakeWorld()
    const seen = await readTargets(world, [ID, OTHER_ID])
    expect(seen.requests.map(({ requestId }) => requestId)).toEqual([`sir-${ID}`, `sir-${OTHER_ID}`])
  })

  it('asks for no requests where there are none', async () => {
    const world = fakeWorld({ ec2: { readInstances: async () => [] } })
    expect((await readTargets(world, [ID])).requests).toEqual([])
    expect(world.called()).toEqual(['ec2.readInstances'])
  })
})
