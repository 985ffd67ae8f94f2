import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import { last } from '../../../src/model/timeline/event.ts'
import { createLog } from '../../../src/runner/log.ts'
import { createCapacityMonitor } from '../../../src/steps/capacity.ts'
import { finishJudging } from '../../../src/steps/finish.ts'
import type { GroupMember } from '../../../src/world/capacity.ts'
import type { World } from '../../../src/world.ts'
import { asg, asgMember, capacity, capacityRules } from '../../fakes/capacity.ts'
import { fakeTime } from '../../fakes/time.ts'
import { experiment, fakePlan, ID, instance, moment, OTHER_ID, spot } from '../../fakes/timeline.ts'
import { fakeWorld, rejecting } from '../../fakes/world.ts'

const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'
const TIMING = { mode: 'interruption', durationMs: 120_000, reactTo: 'notice' } as const
const RULES = capacityRules([capacity('asg')], { observeMs: 30_000, recoveryMs: 180_000 })
const nothing = { finish: () => {} }

/** A monitor of a group that loses its target at 120 s and has a new member `backMs` later. */
function monitorGroup(
  backMs: number,
  {
    signal = new AbortController().signal,
    readActivities,
  }: { signal?: AbortSignal; readActivities?: World['autoscaling']['readActivities'] } = {},
) {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const now = () => clock.monotonicMs()
  const readGroups: World['autoscaling']['readGroups'] = async () => {
    const draining = now() >= 40_000
    const target = asgMember(ID, { state: draining ? 'Terminating:Wait' : 'InService' })
    const fresh = now() >= 120_000 + backMs ? [asgMember(NEW_ID)] : []
    return [asg({ members: [...(now() < 125_000 ? [target] : []), asgMember(OTHER_ID), ...fresh], desired: 2 })]
  }
  const fake = fakeWorld({ autoscaling: { readGroups, ...(readActivities === undefined ? {} : { readActivities }) } })
  const world = { ...fake, clock, log }
  const plan = fakePlan({ capacityRules: RULES })
  const monitor = createCapacityMonitor(world, { rules: RULES, timing: TIMING }, signal)
  const go = async () => {
    await monitor.read([instance()])
    await monitor.judge([instance()])
    log.record({ kind: 'planned', plan })
    await monitor.confirm([ID])
    monitor.begin(plan)
    log.record({ kind: 'starting', templateId: 'T', attempt: 1 })
    const startAt = moment(now() / 1000)
    log.record({
      kind: 'started',
      snapshot: experiment({ startAt, actions: [{ name: 'signal-1', status: 'completed', reason: '', startAt }] }),
    })
    log.record({ kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } })
    await clock.sleep(120_000)
    const gone = instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' })
    log.record({ kind: 'target', snapshot: { id: ID, instance: gone } })
    await finishJudging(world, plan, { prober: nothing, monitor, ending: 'landed' })
  }
  return { clock, log, fake, go }
}

describe('createCapacityMonitor', () => {
  it('goes on until three polls in a row show the level, and records them all', async () => {
    const { clock, log, go } = monitorGroup(60_000)
    await clock.run(go())
    const read = last(log.timeline(), 'capacity-read')
    expect(read?.whole).toBe(true)
    expect(read?.untilMs).toBeGreaterThan(180_000)
    expect(read?.untilMs).toBeLessThan(220_000)
    expect(read?.allReadings[0]?.readings.length).toBeLessThan(6)
    expect(last(log.timeline(), 'recovering')?.capacities).toEqual(['web'])
    expect(last(log.timeline(), 'capacity-baseline')).toMatchObject({ level: 2, members: [ID, OTHER_ID] })
    expect(last(log.timeline(), 'capacity')).toMatchObject({ count: 2, level: 2, joined: [NEW_ID] })
    expect(last(log.timeline(), 'reaction')).toMatchObject({ target: ID, by: 'asg:web', state: 'Terminating:Wait' })
  })

  it('ends with the recovery wait where the level does not come back', async () => {
    const { clock, log, go } = monitorGroup(10_000_000)
    await clock.run(go())
    expect(last(log.timeline(), 'capacity-read')).toMatchObject({ whole: true, untilMs: 330_000 })
  })

  it('polls at the pace of the other polls: one call for all groups, however many members', async () => {
    const { clock, fake, go } = monitorGroup(10_000_000)
    await clock.run(go())
    const polls = fake.called('autoscaling.readGroups').length
    // Every 10 s of 330 s, closer together after the notice, the interruption and the departure.
    expect(polls).toBeGreaterThan(33)
    expect(polls).toBeLessThan(33 + 20)
  })

  it('reads once, at the end, what the group did in the run', async () => {
    const activity = (seconds: number) => ({ description: `at ${seconds}`, cause: 'c', status: 'Successful', startAt: moment(seconds) })
    const { clock, log, fake, go } = monitorGroup(0, { readActivities: async () => [activity(130), activity(50), activity(-50)] })
    await clock.run(go())
    expect(log.timeline().flatMap((event) => (event.kind === 'scaling' ? [event.description] : []))).toEqual(['at 50', 'at 130'])
    expect(fake.called('autoscaling.readActivities')).toHaveLength(1)
  })

  it('says so where nobody may see what the group did', async () => {
    const { clock, log, go } = monitorGroup(0, { readActivities: rejecting('denied') })
    await clock.run(go())
    expect(last(log.timeline(), 'warned')?.what).toContain('It is not known what the Auto Scaling group web did')
    expect(last(log.timeline(), 'capacity-read')?.whole).toBe(true)
  })

  it('ends at once when the run is cancelled', async () => {
    const cancel = new AbortController()
    const { clock, log, fake, go } = monitorGroup(60_000, { signal: cancel.signal })
    const done = go()
    await clock.run(clock.sleep(50_000))
    cancel.abort()
    const polls = fake.called('autoscaling.readGroups').length
    await clock.run(done)
    expect(fake.called('autoscaling.readGroups').length).toBe(polls)
    expect(last(log.timeline(), 'capacity-read')?.whole).toBe(false)
  })

  it('knows who drains already, and refuses a group that no target belongs to', async () => {
    const members = [asgMember(ID, { state: 'Terminating' }), asgMember(OTHER_ID)]
    const world = fakeWorld({ autoscaling: { readGroups: async () => [asg({ members })] } })
    const monitor = createCapacityMonitor(world, { rules: RULES, timing: TIMING }, new AbortController().signal)
    expect(await monitor.read([instance(), instance({ id: OTHER_ID })])).toEqual(new Map([[ID, 'asg:web']]))
    expect((await monitor.judge([instance({ id: 'i-9' })])).problems.join()).toContain('No target belongs to the capacity web (asg:web)')
  })

  it('takes asg:auto for the groups of the targets alone', async () => {
    const rules = capacityRules([{ name: 'own', shown: 'asg:auto', source: { by: 'own-asg' } }])
    const groups = ['a', 'b'].map((name, at) => asg({ name, members: [asgMember([ID, OTHER_ID][at] ?? '')] }))
    const world = fakeWorld({ autoscaling: { readGroups: async (names) => groups.filter(({ name }) => names.includes(name)) } })
    const monitor = createCapacityMonitor(world, { rules, timing: TIMING }, new AbortController().signal)
    const [one, two] = [ID, OTHER_ID].map((id, at) => instance({ id, tags: { 'aws:autoscaling:groupName': ['a', 'b'][at] ?? '' } }))
    if (one === undefined || two === undefined) throw new Error('there are two')
    await monitor.read([one, two])
    expect((await monitor.judge([one])).rules.capacities).toEqual([{ name: 'own', shown: 'asg:a', source: { by: 'asg', group: 'a' } }])
    await monitor.read([one, two])
    expect((await monitor.judge([one, two])).rules.capacities.map(({ name }) => name)).toEqual(['own (a)', 'own (b)'])
    await monitor.read([instance()])
    expect((await monitor.judge([instance()])).problems).toEqual([
      'The capacity own (asg:auto) has no group: no target is in an Auto Scaling group.',
    ])
  })

  it('warns of a refresh, and of a group that reacts before the notice', async () => {
    const world = fakeWorld({
      autoscaling: { readGroups: async () => [asg({ members: [asgMember(ID)], rebalances: true })], readRefresh: async () => 'InProgress' },
    })
    const monitor = createCapacityMonitor(world, { rules: RULES, timing: { ...TIMING, durationMs: 300_000 } }, new AbortController().signal)
    await monitor.read([instance()])
    const { warnings } = await monitor.judge([instance()])
    expect(warnings).toEqual([
      'An instance refresh of the Auto Scaling group web is InProgress: it replaces members, too.',
      expect.stringContaining(
        'The Auto Scaling group of asg:web reacts to the rebalance recommendation, which comes 3m 0s before the notice',
      ),
    ])
  })

  it.each([
    ['an Auto Scaling group without Capacity Rebalancing', false, 20_000, [ID]],
    ['one with it', true, 20_000, []],
    ['nothing where no reaction is judged', false, undefined, []],
  ])('warns that a reaction may stay unseen in %s', async (_, rebalances, reactWithinMs, unseen) => {
    const world = fakeWorld({ autoscaling: { readGroups: async () => [asg({ members: [asgMember(ID)], rebalances })] } })
    const timing = { ...TIMING, ...(reactWithinMs === undefined ? {} : { reactWithinMs }) }
    const monitor = createCapacityMonitor(world, { rules: RULES, timing }, new AbortController().signal)
    await monitor.read([instance()])
    const { warnings } = await monitor.judge([instance()])
    expect(warnings).toEqual(
      unseen.map((id) => expect.stringMatching(new RegExp(`can show that nothing reacts to the signal to ${id}: .* Add the target group`))),
    )
  })

  /** What the group shows in preflight, and right before the start. */
  const lookTwice = async (before: readonly GroupMember[], now: readonly GroupMember[] | Error, desired = 2) => {
    let looks = 0
    const readGroups = async () => {
      const members = looks++ === 0 ? before : now
      if (members instanceof Error) throw members
      return [asg({ members, desired })]
    }
    const world = fakeWorld({ autoscaling: { readGroups } })
    const monitor = createCapacityMonitor(world, { rules: RULES, timing: TIMING }, new AbortController().signal)
    await monitor.read([instance()])
    await monitor.judge([instance()])
    return { world, leaving: await monitor.confirm([ID]) }
  }
  const BOTH = [asgMember(ID), asgMember(OTHER_ID)]

  it.each([
    ...['Terminating', 'Terminating:Wait', 'Detaching', 'EnteringStandby', 'Standby'].map(
      (state) => [state, [asgMember(ID, { state })]] as const,
    ),
    ['gone', []] as const,
  ])('shows a target that is %s since preflight', async (_, members) => {
    expect((await lookTwice(BOTH, [...members, asgMember(OTHER_ID)])).leaving).toEqual(new Map([[ID, 'asg:web']]))
  })

  it('compares with the reading right before the start, and records it where it shows another level', async () => {
    const { world, leaving } = await lookTwice(BOTH, [...BOTH, asgMember(NEW_ID)])
    expect(leaving).toEqual(new Map())
    expect(world.recorded('capacity-baseline')).toMatchObject([{ level: 2 }, { level: 3, members: [ID, OTHER_ID, NEW_ID] }])
    expect((await lookTwice(BOTH, BOTH)).world.recorded('capacity-baseline')).toHaveLength(1)
  })

  it.each(['silent', 'service', 'denied', 'throttled', 'unreachable', 'missing'] as const)(
    'keeps the reading of preflight where none can be had right before the start: %s',
    async (fault) => {
      const failed = fault === 'silent' ? new ActionError('unreachable', 'no answer within 15 s') : new ActionError(fault, 'went wrong')
      const { world, leaving } = await lookTwice(BOTH, failed)
      expect(leaving).toEqual(new Map())
      expect(world.recorded('capacity-baseline')).toHaveLength(1)
      expect(world.recorded('warned')).toMatchObject([
        { what: expect.stringContaining('web (asg:web) cannot be read right before the start') },
      ])
    },
  )

  it('ends where the run is cancelled in the reading right before the start', async () => {
    await expect(lookTwice(BOTH, new ActionError('cancelled', 'cancelled'))).rejects.toMatchObject({ fault: 'cancelled' })
  })
})

describe('several starts', () => {
  const [A, B] = [ID, OTHER_ID].map((id, at) => instance({ id, tags: { 'aws:autoscaling:groupName': ['a', 'b'][at] ?? '' } }))
  if (A === undefined || B === undefined) throw new Error('there are two')
  const OWN = capacityRules([{ name: 'own', shown: 'asg:auto', source: { by: 'own-asg' } }])

  /** Groups whose members a test changes between the looks; undefined: the group cannot be read. */
  async function open(
    rules = OWN,
    groups: Record<string, readonly GroupMember[] | undefined> = { a: [asgMember(ID)], b: [asgMember(OTHER_ID)] },
  ) {
    const readGroups: World['autoscaling']['readGroups'] = async (names) =>
      Object.entries(groups).flatMap(([name, members]) => (members === undefined || !names.includes(name) ? [] : [asg({ name, members })]))
    const readRefresh: World['autoscaling']['readRefresh'] = async (name) => (name === 'b' ? 'InProgress' : undefined)
    const world = fakeWorld({ autoscaling: { readGroups, readRefresh } })
    const monitor = createCapacityMonitor(world, { rules, timing: TIMING }, new AbortController().signal)
    return { world, monitor, groups }
  }

  it('a target that comes from another group brings its group along, with the level that it has right before the start', async () => {
    const { world, monitor, groups } = await open()
    await monitor.read([A, B])
    await monitor.judge([A])
    groups.b = [asgMember(OTHER_ID), asgMember(NEW_ID)]
    await monitor.confirm([ID, OTHER_ID])
    expect(world.recorded('capacity-baseline')).toMatchObject([{ name: 'own', shown: 'asg:a', level: 1 }])
    const { rules, problems } = monitor.retarget([B])
    expect([rules.capacities.map(({ shown }) => shown), problems]).toEqual([['asg:b'], []])
    expect(world.recorded('capacity-baseline').at(-1)).toMatchObject({ name: 'own', shown: 'asg:b', level: 2 })
    expect(monitor.retarget([A, B]).rules.capacities.map(({ name }) => name)).toEqual(['own (a)', 'own (b)'])
  })

  it('polls the groups of the targets that the start has', async () => {
    const { world, monitor } = await open()
    await monitor.read([A, B])
    await monitor.judge([A])
    monitor.retarget([B])
    const before = world.calls.length
    monitor.begin(fakePlan({ instanceIds: [OTHER_ID] }))
    monitor.abandon()
    expect(world.calls[before]?.args).toEqual([['b']])
  })

  it('makes no call for another target, because a slow answer would delay the start', async () => {
    const { monitor, world } = await open()
    await monitor.read([A, B])
    await monitor.judge([A])
    const before = world.calls.length
    expect(monitor.retarget([B])).toMatchObject({ problems: [], warnings: [] })
    expect(world.calls).toHaveLength(before)
  })

  it('a capacity that cannot be read again keeps the time of its reading: a drain since then is no reaction', async () => {
    const { world, monitor, groups } = await open()
    await monitor.read([A])
    await monitor.judge([A])
    await world.clock.sleep(50_000)
    const readAgainMs = world.clock.monotonicMs()
    groups.a = undefined
    await monitor.confirm([ID])
    monitor.begin(fakePlan({ instanceIds: [ID] }))
    await monitor.finish(readAgainMs)
    const first = world.recorded('capacity-read').at(-1)?.allReadings[0]?.polls[0]
    expect(first?.sentMs).toBeLessThan(readAgainMs)
  })

  it.each([
    [
      'of a group that nobody could read',
      { a: [asgMember(ID)], b: undefined },
      B,
      'There is no Auto Scaling group for the capacity own (b)',
    ],
    [
      'of a group that is new',
      { a: [asgMember(ID)] },
      instance({ id: NEW_ID, tags: { 'aws:autoscaling:groupName': 'c' } }),
      'is new since preflight',
    ],
    ['of no group', { a: [asgMember(ID)] }, instance({ id: NEW_ID }), 'no target is in an Auto Scaling group'],
  ])('refuses another target %s', async (_, groups, target, why) => {
    const { world, monitor } = await open(OWN, groups)
    await monitor.read([A, B])
    expect((await monitor.judge([A])).problems).toEqual([])
    await monitor.confirm([ID])
    expect(world.recorded('warned')).toEqual([])
    expect(monitor.retarget([target]).problems.join(' ')).toContain(why)
  })

  it('refuses another target that is not in the group that capacity names', async () => {
    const { monitor } = await open(RULES, { web: [asgMember(ID)] })
    await monitor.read([A, B])
    expect((await monitor.judge([A])).problems).toEqual([])
    expect(monitor.retarget([B]).problems.join(' ')).toContain('No target belongs to the capacity web')
  })

  it('a member that somebody took out of service stays out in each later look, until it is in service again', async () => {
    const { monitor, groups } = await open(RULES, { web: [asgMember(ID), asgMember(OTHER_ID)] })
    await monitor.read([A, B])
    await monitor.judge([A])
    const shown: (readonly string[])[] = []
    const looks = [
      [asgMember(ID)],
      [asgMember(ID)],
      [asgMember(ID), asgMember(OTHER_ID, { state: 'Standby' })],
      [asgMember(ID), asgMember(OTHER_ID)],
    ]
    for (const members of [...looks, [asgMember(ID)]]) {
      groups.web = members
      shown.push([...(await monitor.confirm([ID, OTHER_ID])).keys()])
    }
    expect(shown).toEqual([[OTHER_ID], [OTHER_ID], [OTHER_ID], [], [OTHER_ID]])
  })
})
