import { describe, expect, it } from 'vitest'
import type { Stamped, Timeline } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import type { ActionSnapshot, ExperimentSnapshot } from '../../../../src/model/timeline/snapshot.ts'
import { judgeInterrupted, toOutcomes, toOutcomeWarnings } from '../../../../src/model/verdict/outcome.ts'
import { EPOCH } from '../../../fakes/clock.ts'
import {
  action,
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  ids,
  instance,
  moment,
  OTHER_ID,
  planned,
  spot,
  targetPolled,
  unstarted,
} from '../../../fakes/timeline.ts'

const UP = targetPolled(-5, { instance: instance(), spot: spot() })
const MINUTES = 60

type Given = { readonly start?: Timeline; readonly plan?: Partial<Planned>; readonly now?: number }

/** t0 is at 0, the notice due at 300 and the interruption at 420 (D = PT7M), as known at `now` seconds: long after everything. */
function find(polls: Timeline, { start = begun(), plan = {}, now = 3600 }: Given = {}) {
  const [found] = toOutcomes([UP, ...start, ...polls], planned({ durationMs: 7 * MINUTES * 1000, ...plan }), now * 1000)
  if (found === undefined) throw new Error('no outcome')
  return found
}

const down = (changes: Parameters<typeof instance>[0] = {}) => instance({ state: 'shutting-down', ...changes })
const coded = (code: string, seconds = 0) => spot({ code, updatedAt: moment(seconds) })
const left = (seconds: number, reasonCode = '', code = 'fulfilled') =>
  targetPolled(seconds, { instance: down({ reasonCode }), spot: code === 'fulfilled' ? spot() : coded(code, seconds) })
const acted = (status: string, changes: Partial<ExperimentSnapshot> = {}, own: Partial<ActionSnapshot> = {}) =>
  experimentPolled(20, experiment({ actions: [action({ status, ...own })], ...changes }))

const EXPERIMENT = 'instance-terminated-by-experiment'
const USER = 'Client.UserInitiatedShutdown'
const SPOT = 'Server.SpotInstanceTermination'

const SKIPPED = experimentPolled(20, experiment({ status: 'completed', actions: [{ name: 'signal-1', status: 'skipped', reason: '' }] }))

describe('row 1: running', () => {
  it.each<[string, Timeline, Given]>([
    ['shown up two minutes after its interruption was due', [targetPolled(542, { instance: instance() })], {}],
    ['its action never started, and the experiment is over', [SKIPPED], { start: begun(unstarted()) }],
    ['no experiment was ever started', [], { start: [] }],
    ['nothing is interrupted', [], { plan: { mode: 'rebalance' } }],
  ])('%s', (_, polls, given) => {
    expect(find(polls, given)).toMatchObject({ outcome: 'running', landed: false, settled: true, state: 'running', evidence: '' })
  })

  it.each(['failed', 'skipped', 'cancelled'])('its action is %s without a start, though the experiment goes on', (status) => {
    const shown = experimentPolled(20, experiment({ actions: [{ name: 'signal-1', status, reason: '' }] }))
    expect(find([shown], { start: begun(unstarted()) })).toMatchObject({ outcome: 'running', settled: true })
  })
})

describe('row 2: unknown while the signal can still take effect', () => {
  it.each<[string, Timeline, Given]>([
    ['after the start', [targetPolled(1, { instance: instance() })], {}],
    ['a second before it is certain', [targetPolled(541, { instance: instance() })], {}],
    ['with an action that failed after its start', [acted('failed', { status: 'failed' }), targetPolled(60, { instance: instance() })], {}],
    ['while the action may yet start', [targetPolled(60, { instance: instance() })], { start: begun(unstarted()) }],
    [
      'where nobody knows whether there was a start',
      [at(2, { kind: 'unanswered', templateId: 'EXT1' })],
      { start: [at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 })] },
    ],
  ])('%s', (_, polls, given) => {
    expect(find(polls, given)).toMatchObject({
      outcome: 'unknown',
      landed: false,
      settled: false,
      evidence: 'EC2 last showed it running, and its interruption may still come',
    })
  })

  it.each(['running', 'completed', 'stopping', 'stopped'])('where its action is %s, though nobody saw it start', (status) => {
    const over = experimentPolled(20, experiment({ status: 'stopped', actions: [{ name: 'signal-1', status, reason: '' }] }))
    expect(find([over], { start: begun(unstarted()) })).toMatchObject({ outcome: 'unknown', landed: false, settled: false })
  })

  it('says when it will be certain, once t0 is known', () => {
    expect(find([]).settledMs).toBe(542_000)
    expect(find([], { start: begun(unstarted()) }).settledMs).toBeUndefined()
  })

  it.each<[string, Timeline, string]>([
    ['never shown', [], ''],
    ['not shown at the end', [targetPolled(600, {})], 'absent'],
  ])('or the target cannot be observed: %s', (_, polls, state) => {
    const [found] = toOutcomes([...begun(), ...polls], planned(), 3_600_000)
    expect(found).toMatchObject({ outcome: 'unknown', landed: false, settled: false, evidence: 'EC2 did not show it', state })
  })
})

describe('row 3: ended-early', () => {
  it.each<[string, Stamped, string]>([
    [
      'a user, one second after the start',
      left(1, USER),
      `left 1s after the rebalance recommendation and 4m 59s before the notice, StateReason ${USER}`,
    ],
    ['just before the notice', left(297.9, USER), 'left 4m 57s after the rebalance recommendation and 2s before the notice'],
    ['whatever is named, as another experiment', left(180, SPOT, EXPERIMENT), 'Spot request instance-terminated-by-experiment'],
    ['without a cause', left(60), 'left 1m 0s after the rebalance recommendation and 4m 0s before the notice'],
    ['before the start', left(-4, USER), 'left 4s before the start'],
    [
      'by the time that EC2 gives, not by that of the poll',
      targetPolled(301, { instance: down({ transition: 'User initiated (2026-01-02 03:04:50 GMT)', reasonCode: USER }) }),
      'left 4m 50s after',
    ],
  ])('%s', (_, poll, evidence) => {
    expect(find([poll])).toMatchObject({
      outcome: 'ended-early',
      landed: false,
      settled: true,
      evidence: expect.stringContaining(evidence),
    })
  })

  it('is settled at once, whoever ended it', () => {
    expect(find([left(60)], { now: 60 })).toMatchObject({ outcome: 'ended-early', settled: true, settledMs: 60_000 })
  })

  it('names react-to: rebalance where the recommendation had been sent, and only there', () => {
    expect(find([left(1, USER)]).advice).toContain('react-to: rebalance')
    expect(find([left(-1, USER)]).advice).toContain('react-to: rebalance')
    expect(find([left(-4, USER)]).advice).toBeUndefined()
    expect(find([left(1, USER)], { plan: { reactTo: 'rebalance' } }).advice).toBeUndefined()
  })

  it('is not said within the two seconds by which clocks differ', () => {
    expect(find([left(298, USER)])).toMatchObject({ outcome: 'drained' })
    expect(find([left(-2, USER)], { plan: { reactTo: 'rebalance' } })).toMatchObject({ outcome: 'drained' })
  })

  it.each(['pending', 'skipped', 'cancelled', 'failed'])('when its action is %s without a start, and the experiment is over', (status) => {
    const over = experimentPolled(20, experiment({ status: 'completed', actions: [{ name: 'signal-1', status, reason: '' }] }))
    expect(find([over, left(400, USER)], { start: begun(unstarted()) })).toMatchObject({
      outcome: 'ended-early',
      landed: false,
      evidence: `left before any signal was sent, StateReason ${USER}`,
    })
  })

  it('when no action ever started', () => {
    expect(find([left(30)], { start: [] })).toMatchObject({ outcome: 'ended-early', landed: false })
  })

  it('before t0 is known, where it left before FIS last showed no start, and the time from the start to the notice', () => {
    expect(find([experimentPolled(40, unstarted()), left(100, USER)], { start: begun(unstarted()) })).toMatchObject({
      outcome: 'ended-early',
    })
  })

  it('before t0 is known only where it left before FIS last showed no start', () => {
    const later = experimentPolled(40, unstarted())
    const start = { start: begun(unstarted()), plan: { durationMs: 120_000 } }
    expect(find([later, left(30, USER)], start)).toMatchObject({ outcome: 'ended-early', settled: false })
    expect(find([later, left(50, USER)], start)).toMatchObject({ outcome: 'unknown', landed: false, settled: false })
  })
})

describe('row 4: drained by somebody else', () => {
  it.each<[string, Stamped]>([
    ['a user', left(360, USER)],
    ['the instance itself', left(360, 'Client.InstanceInitiatedShutdown')],
    ['a user, right when the interruption was due', left(420, USER)],
    ['a user, long after it was due', left(600, USER)],
    ['a user, by the request', left(360, '', 'instance-terminated-by-user')],
    ['a service', left(360, '', 'instance-terminated-by-service')],
    ['price', left(360, '', 'instance-terminated-by-price')],
    ['capacity', left(360, SPOT, 'instance-terminated-no-capacity')],
    ['capacity, marked', left(360, SPOT, 'marked-for-termination')],
    ['a user, though the experiment is named too', left(420, USER, EXPERIMENT)],
  ])('%s', (_, poll) => {
    expect(find([poll])).toMatchObject({ outcome: 'drained', landed: true, settled: true })
    expect(find([poll]).warning).toBeUndefined()
  })

  it('names the cause', () => {
    expect(find([left(360, USER)]).evidence).toBe(`StateReason ${USER}`)
    expect(find([left(360, SPOT, 'instance-terminated-no-capacity')]).evidence).toBe('Spot request instance-terminated-no-capacity')
  })

  it('on the recommendation, where that is what is to be reacted to', () => {
    expect(find([left(10, USER)], { plan: { reactTo: 'rebalance' } })).toMatchObject({ outcome: 'drained', landed: true })
    expect(find([left(10, USER)], { plan: { mode: 'rebalance' } })).toMatchObject({ outcome: 'drained', landed: true })
  })

  it.each(['failed', 'skipped', 'cancelled'])('is unknown, and has not landed, where its own action ended %s', (status) => {
    expect(find([acted(status, { status: 'completed' }), left(360, USER)])).toMatchObject({
      outcome: 'unknown',
      landed: false,
      settled: true,
    })
  })

  it.each(['completed', 'stopped', 'running'])('is said where its own action is %s', (status) => {
    expect(find([acted(status), left(360, USER)])).toMatchObject({ outcome: 'drained' })
  })
})

describe('rows 5 and 6: a code by experiment', () => {
  it.each<[string, Stamped, string]>([
    ['on time', left(421, SPOT, EXPERIMENT), EXPERIMENT],
    ['30 s before it was due, and 2 s for the clocks', left(388, '', EXPERIMENT), EXPERIMENT],
    ['late', left(900, SPOT, EXPERIMENT), EXPERIMENT],
    [
      'stopped',
      targetPolled(421, { instance: instance({ state: 'stopped' }), spot: coded('instance-stopped-by-experiment', 420) }),
      'instance-stopped-by-experiment',
    ],
    [
      'stopping',
      targetPolled(421, { instance: instance({ state: 'stopping' }), spot: coded('marked-for-stop-by-experiment', 300) }),
      'marked-for-stop-by-experiment',
    ],
  ])('is interrupted: %s', (_, poll, code) => {
    expect(find([poll])).toMatchObject({ outcome: 'interrupted', landed: true, settled: true, evidence: `Spot request ${code}` })
    expect(find([poll]).warning).toBeUndefined()
  })

  it('is settled as soon as it is on its way out, however long that takes', () => {
    expect(find([left(421, SPOT, EXPERIMENT)], { now: 421 })).toMatchObject({
      outcome: 'interrupted',
      settled: true,
      state: 'shutting-down',
    })
  })

  it.each(['failed', 'stopped', 'cancelled'])('is interrupted although its action ended %s after the start', (status) => {
    expect(find([acted(status, { status: 'failed' }), left(421, SPOT, EXPERIMENT)])).toMatchObject({ outcome: 'interrupted', landed: true })
  })

  it('is drained, with a warning, when it left earlier: another experiment was faster', () => {
    const found = find([left(387.9, SPOT, EXPERIMENT)])
    expect(found).toMatchObject({ outcome: 'drained', landed: true, settled: true })
    expect(toOutcomeWarnings([found])).toEqual([
      `${ID} left before its interruption was due: another experiment, or AWS itself, was faster.`,
    ])
  })

  it('takes a code from before the departure, where the request has moved on to another instance', () => {
    const noticed = targetPolled(301, { instance: instance(), spot: coded(EXPERIMENT, 300) })
    expect(find([noticed, targetPolled(421, { instance: down() })])).toMatchObject({ outcome: 'interrupted', settled: true })
  })

  it('takes a code from before the departure also where a poll without the request came in between', () => {
    const noticed = targetPolled(301, { instance: instance(), spot: coded(EXPERIMENT, 300) })
    expect(find([noticed, targetPolled(400, { instance: instance() }), targetPolled(421, { instance: down() })])).toMatchObject({
      outcome: 'interrupted',
    })
  })

  it('takes another code for new also where it has no time', () => {
    const { updatedAt: _, ...timeless } = coded(EXPERIMENT)
    expect(find([targetPolled(421, { instance: down(), spot: timeless })])).toMatchObject({ outcome: 'interrupted' })
    const unseen = [targetPolled(-6, { instance: instance() }), targetPolled(-5, { instance: instance(), spot: coded(EXPERIMENT, -60) })]
    const [found] = toOutcomes(
      [...unseen, ...begun(), targetPolled(421, { instance: down(), spot: coded(EXPERIMENT, -60) })],
      planned({ durationMs: 420_000 }),
      440_000,
    )
    expect(found).toMatchObject({ outcome: 'unknown' })
  })

  it('takes no code from before an instance came up again', () => {
    const polls = [
      left(100, '', EXPERIMENT),
      targetPolled(200, { instance: instance(), spot: spot() }),
      targetPolled(421, { instance: down() }),
    ]
    expect(find(polls)).toMatchObject({ outcome: 'unknown', evidence: 'EC2 names no cause' })
  })

  it.each<[string, Stamped]>([
    ['the same code and time as before the start', targetPolled(421, { instance: down(), spot: coded(EXPERIMENT, -60) })],
    [
      'the same code without a time',
      targetPolled(421, { instance: down(), spot: { ...coded(EXPERIMENT), updatedAt: undefined } as never }),
    ],
  ])('does not take an old code: %s', (_, poll) => {
    const before = targetPolled(-5, { instance: instance(), spot: coded(EXPERIMENT, -60) })
    const [found] = toOutcomes([before, ...begun(), poll], planned({ durationMs: 420_000 }), 440_000)
    expect(found).toMatchObject({ outcome: 'unknown', landed: false, evidence: 'EC2 names no cause' })
  })

  it('takes the same code with another time', () => {
    const before = targetPolled(-5, { instance: instance(), spot: coded(EXPERIMENT, -60) })
    const [found] = toOutcomes([before, ...begun(), left(421, '', EXPERIMENT)], planned({ durationMs: 420_000 }), 440_000)
    expect(found).toMatchObject({ outcome: 'interrupted' })
  })

  it('is not said where nothing of ours was due', () => {
    expect(find([left(421, SPOT, EXPERIMENT)], { plan: { mode: 'rebalance' } })).toMatchObject({ outcome: 'unknown', landed: false })
    expect(find([left(421, SPOT, EXPERIMENT)], { start: begun(unstarted()) })).toMatchObject({ outcome: 'unknown', landed: false })
  })
})

describe('row 7: an interruption without a code', () => {
  it.each([388, 420, 542])('is interrupted by its time, %d s after t0', (seconds) => {
    expect(find([left(seconds, SPOT)])).toMatchObject({
      outcome: 'interrupted',
      landed: true,
      evidence: `StateReason ${SPOT}, cause by time`,
    })
  })

  it.each([387.9, 542.1])('is unknown, and has not landed, outside that time: %d s', (seconds) => {
    expect(find([left(seconds, SPOT)])).toMatchObject({ outcome: 'unknown', landed: false, settled: true })
  })

  it.each(['failed', 'skipped', 'cancelled'])('is unknown where its own action ended %s', (status) => {
    expect(find([acted(status), left(420, SPOT)])).toMatchObject({ outcome: 'unknown', landed: false })
  })

  it('waits 20 s for the code, which says more', () => {
    const late = (seconds: number) =>
      targetPolled(seconds, { instance: down({ reasonCode: SPOT }), spot: coded('instance-terminated-no-capacity', 400) })
    expect(find([left(420, SPOT)], { now: 439 })).toMatchObject({ outcome: 'interrupted', settled: false })
    expect(find([left(420, SPOT)], { now: 440 })).toMatchObject({ outcome: 'interrupted', settled: true })
    expect(find([left(420, SPOT), late(440)])).toMatchObject({ outcome: 'drained' })
    expect(find([left(420, SPOT), late(441)])).toMatchObject({ outcome: 'interrupted' })
  })

  it('waits for no code where there is no request', () => {
    expect(find([targetPolled(420, { instance: down({ reasonCode: SPOT }) })], { now: 420 })).toMatchObject({ settled: true })
  })

  it('takes it also after another StateReason', () => {
    expect(find([left(420, 'Server.InternalError'), left(430, SPOT)])).toMatchObject({
      outcome: 'interrupted',
      evidence: `StateReason ${SPOT}, cause by time`,
    })
  })

  it('does not count a StateReason of an instance that runs', () => {
    expect(find([targetPolled(400, { instance: instance({ reasonCode: SPOT }) }), left(420)])).toMatchObject({
      evidence: 'EC2 names no cause',
    })
  })
})

describe('row 8: nobody is named', () => {
  it.each([388, 420, 542])('has landed after 60 s of asking, with a warning, %d s after t0', (seconds) => {
    expect(find([left(seconds)], { now: seconds + 59 })).toMatchObject({ outcome: 'unknown', landed: false, settled: false })
    const found = find([left(seconds)], { now: seconds + 60 })
    expect(found).toMatchObject({ outcome: 'unknown', landed: true, settled: true, evidence: 'EC2 names no cause' })
    expect(toOutcomeWarnings([found])).toEqual([expect.stringContaining(`${ID} left at about the time of its interruption`)])
  })

  it.each([387.9, 542.1])('has not landed outside that time: %d s', (seconds) => {
    expect(find([left(seconds)])).toMatchObject({ outcome: 'unknown', landed: false, settled: true })
  })

  it.each(['failed', 'skipped', 'cancelled'])('has not landed where its own action ended %s', (status) => {
    expect(find([acted(status), left(420)])).toMatchObject({ outcome: 'unknown', landed: false })
  })

  it('takes a cause within these 60 s, and none after', () => {
    expect(find([left(420), left(480, USER)])).toMatchObject({ outcome: 'drained' })
    expect(find([left(420), left(481, USER)])).toMatchObject({ outcome: 'unknown', landed: true })
    expect(find([left(420), left(470, SPOT), left(485, '', 'instance-terminated-no-capacity')])).toMatchObject({ outcome: 'interrupted' })
  })
})

describe('row 9: anything else', () => {
  it('is unknown: another StateReason is a cause of its own', () => {
    expect(find([left(420, 'Server.ScheduledStop')])).toMatchObject({
      outcome: 'unknown',
      landed: false,
      settled: true,
      settledMs: 480_000,
      evidence: 'StateReason Server.ScheduledStop',
    })
  })
})

describe('leaving', () => {
  it('is cancelled by a later running or pending', () => {
    for (const state of ['running', 'pending']) {
      const polls = [left(410, SPOT, EXPERIMENT), targetPolled(425, { instance: instance({ state }), spot: spot() })]
      expect(find(polls)).toMatchObject({ outcome: 'unknown', landed: false, settled: false, state })
      expect(find([...polls, left(430, SPOT, EXPERIMENT)])).toMatchObject({ outcome: 'interrupted', leftAt: moment(430) })
    }
  })

  it('is reported with when it left and when it was gone', () => {
    const gone = targetPolled(450, { instance: down({ state: 'terminated' }), spot: coded(EXPERIMENT, 420) })
    const found = find([left(421, SPOT, EXPERIMENT), gone])
    expect(found).toMatchObject({ leftAt: moment(421), leftMs: 421_000, endedAt: moment(450), endedMs: 450_000, t0: EPOCH })
  })

  it.each(['terminated', 'stopped'])('has both in one where the first poll shows it %s', (state) => {
    expect(find([targetPolled(421, { instance: down({ state }), spot: coded(EXPERIMENT, 420) })])).toMatchObject({
      leftMs: 421_000,
      endedMs: 421_000,
    })
  })

  it('has the time that EC2 gives, on our monotonic clock too', () => {
    const transition = 'User initiated (2026-01-02 03:06:00 GMT)'
    expect(find([targetPolled(369, { instance: down({ transition, reasonCode: USER }) })])).toMatchObject({
      leftAt: moment(360),
      leftMs: 360_000,
    })
  })

  it('ignores a state that nobody knows', () => {
    expect(find([targetPolled(421, { instance: instance({ state: '' }), spot: coded(EXPERIMENT, 420) })])).toMatchObject({ landed: false })
  })
})

describe('absence', () => {
  const gone = (seconds: number, code = EXPERIMENT) => targetPolled(seconds, code === '' ? {} : { spot: coded(code, 420) })

  it('counts with a new and terminal code, once it has lasted for a minute', () => {
    expect(find([gone(421), gone(480)])).toMatchObject({ outcome: 'unknown', landed: false, settled: false })
    expect(find([gone(421), gone(450), gone(481)])).toMatchObject({
      outcome: 'interrupted',
      landed: true,
      settled: true,
      settledMs: 481_000,
      leftAt: moment(421),
      state: 'absent',
    })
    expect(find([gone(421, 'instance-stopped-by-user'), gone(481, 'instance-stopped-by-user')])).toMatchObject({ outcome: 'drained' })
  })

  it('counts from the moment the code is there', () => {
    expect(find([gone(400, ''), gone(421), gone(460)])).toMatchObject({ landed: false })
    expect(find([gone(400, ''), gone(421), gone(481, '')])).toMatchObject({ outcome: 'interrupted', leftAt: moment(421) })
  })

  it.each<[string, Timeline]>([
    ['without a code', [gone(421, ''), gone(430, ''), gone(900, '')]],
    ['with a code that is not terminal', [gone(421, 'marked-for-stop-by-experiment'), gone(900, 'marked-for-stop-by-experiment')]],
    ['broken by a poll that shows it', [gone(421), targetPolled(450, { instance: instance(), spot: spot() }), gone(490)]],
    ['in two polls only, two seconds apart', [gone(421), gone(423)]],
  ])('is no evidence %s', (_, polls) => {
    expect(find(polls)).toMatchObject({ outcome: 'unknown', landed: false, settled: false })
  })

  it('is no evidence with the code that preflight saw', () => {
    const before = targetPolled(-5, { instance: instance(), spot: coded(EXPERIMENT, 420) })
    const [found] = toOutcomes([before, ...begun(), gone(421), gone(900)], planned({ durationMs: 420_000 }), 900_000)
    expect(found).toMatchObject({ landed: false, state: 'absent' })
  })

  it('before a poll that shows it on its way out changes nothing', () => {
    expect(find([gone(421), left(425, SPOT, EXPERIMENT)])).toMatchObject({ outcome: 'interrupted', leftAt: moment(425) })
  })
})

describe('toOutcomes', () => {
  it('has one outcome per target, in the order of the plan, each by its own polls', () => {
    const plan = planned({ instanceIds: [OTHER_ID, ID] })
    const found = toOutcomes([UP, ...begun(), left(121, SPOT, EXPERIMENT)], plan)
    expect(found.map(({ id, outcome }) => [id, outcome])).toEqual([
      [OTHER_ID, 'unknown'],
      [ID, 'interrupted'],
    ])
  })

  it('judges each target by its own action: six targets, the second action skipped', () => {
    const instanceIds = ids(6)
    for (const status of ['skipped', 'cancelled', 'pending']) {
      const actions = [action({ status: 'completed' }), { name: 'signal-2', status, reason: '' }]
      const shut = (id: string) => targetPolled(100, { instance: down({ id, reasonCode: USER }) }, id)
      const timeline = [...begun(), experimentPolled(20, experiment({ status: 'completed', actions })), ...instanceIds.map(shut)]
      const found = toOutcomes(timeline, planned({ instanceIds }))
      expect(found.map(({ outcome, landed }) => [outcome, landed])).toEqual([...Array(5).fill(['drained', true]), ['ended-early', false]])
    }
  })

  it('has a t0 and a due time for each action', () => {
    const instanceIds = ids(6)
    const actions = [action(), action({ name: 'signal-2', startAt: moment(90) })]
    const shut = (id: string) => targetPolled(122, { instance: down({ id, reasonCode: SPOT }) }, id)
    const timeline = [...begun(), experimentPolled(95, experiment({ actions })), ...instanceIds.map(shut)]
    const found = toOutcomes(timeline, planned({ instanceIds }), 600_000)
    expect(found.map(({ outcome }) => outcome)).toEqual([...Array(5).fill('interrupted'), 'unknown'])
    expect(found[5]?.t0).toEqual(moment(90))
  })

  it('is not changed by what comes after the watch, such as the stop of the experiment', () => {
    const watched = [UP, ...begun(), left(121, USER), at(130, { kind: 'ended', ending: 'landed' })] as const
    const after = [...watched, experimentPolled(140, experiment({ status: 'stopped', actions: [action({ status: 'cancelled' })] }))]
    expect(toOutcomes(after, planned())).toEqual(toOutcomes(watched, planned()))
    expect(toOutcomes(after, planned())).toMatchObject([{ outcome: 'drained', settled: true }])
  })

  it('is changed by a poll after the watch that shows the target up again, or gone', () => {
    const watched = [UP, ...begun(), left(121, USER), at(130, { kind: 'ended', ending: 'landed' })] as const
    const up = targetPolled(140, { instance: instance() })
    expect(toOutcomes([...watched, up], planned())).toMatchObject([{ outcome: 'unknown', landed: false, state: 'running' }])
    const gone = targetPolled(140, { instance: down({ state: 'terminated', reasonCode: USER }) })
    expect(toOutcomes([...watched, gone], planned())).toMatchObject([{ outcome: 'drained', endedMs: 140_000 }])
  })

  it('has asked for the cause only as long as the watch went on', () => {
    const watched = [UP, ...begun(), left(121), at(150, { kind: 'ended', ending: 'timed-out' })] as const
    const later = at(400, { kind: 'probed', allSamples: [], untilMs: 400_000, whole: false })
    expect(toOutcomes([...watched, later], planned())).toMatchObject([{ outcome: 'unknown', landed: false }])
  })

  it('goes on after the end of an attempt that never started', () => {
    const first = [...begun(unstarted({ status: 'failed' })), at(3, { kind: 'ended', ending: 'never-started' })] as const
    const second = [
      at(10, { kind: 'starting', templateId: 'EXT1', attempt: 2 }),
      at(11, { kind: 'started', snapshot: experiment() }),
    ] as const
    expect(toOutcomes([UP, ...first, ...second, left(121, USER)], planned())).toMatchObject([{ outcome: 'drained' }])
  })

  it('remembers what the Spot request does with the instance', () => {
    const polls = [targetPolled(1, { instance: instance(), spot: spot({ behaviour: 'stop' }) }), targetPolled(421, { instance: down() })]
    expect(find(polls)).toMatchObject({ behaviour: 'stop' })
  })

  it.each([
    ['ten minutes fast', 600],
    ['ten minutes slow', -600],
  ])('is not misled by a runner whose wall clock is %s', (_, wrongBy) => {
    const start = [
      at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 }, wrongBy),
      at(1, { kind: 'started', snapshot: experiment({ actions: [action({ startAt: EPOCH })] }) }, wrongBy),
    ]
    const early = at(31, { kind: 'target', snapshot: { id: ID, instance: down({ reasonCode: USER }) } }, wrongBy)
    const due = at(421, { kind: 'target', snapshot: { id: ID, instance: down({ reasonCode: SPOT }) } }, wrongBy)
    expect(find([early], { start })).toMatchObject({ outcome: 'ended-early', leftAt: moment(31) })
    expect(find([due], { start })).toMatchObject({ outcome: 'interrupted', leftAt: moment(421) })
  })
})

describe('judgeInterrupted', () => {
  const outcomes = (...outcomes: readonly ('interrupted' | 'drained' | 'running' | 'unknown' | 'ended-early')[]) =>
    outcomes.map((outcome) => ({ ...find([]), outcome }))

  it.each([
    ['true', outcomes('interrupted', 'drained')],
    ['false', outcomes('interrupted', 'running')],
    ['false', outcomes('unknown', 'ended-early')],
    ['unknown', outcomes('interrupted', 'unknown')],
  ] as const)('is %s', (expected, given) => {
    expect(judgeInterrupted(given, true)).toBe(expected)
  })

  it('is false before any start', () => {
    expect(judgeInterrupted(outcomes('unknown'), false)).toBe('false')
    expect(judgeInterrupted([], false)).toBe('false')
  })

  it('is empty where nothing is interrupted', () => {
    expect(judgeInterrupted(outcomes('drained'), true, 'rebalance')).toBe('')
    expect(judgeInterrupted([], false, 'rebalance')).toBe('')
  })
})
