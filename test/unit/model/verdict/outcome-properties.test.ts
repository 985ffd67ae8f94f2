/** What holds for every timeline: targets that come and go, causes that are named or not, at any time and in any order. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stamped, Timeline } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import { judgeInterrupted, type TargetOutcome, toOutcomes } from '../../../../src/model/verdict/outcome.ts'
import { at, experiment, instance, moment, planned, spot, targetPolled } from '../../../fakes/timeline.ts'

const OPTIONS = { numRuns: 3000 }
const DURATIONS = [120, 300, 420, 900]
const STATES = ['running', 'pending', 'shutting-down', 'stopping', 'terminated', 'stopped', 'absent'] as const
const REASONS = ['', 'Client.UserInitiatedShutdown', 'Server.SpotInstanceTermination', 'Server.InternalError']
const CODES = [
  'fulfilled',
  'instance-terminated-by-experiment',
  'marked-for-stop-by-experiment',
  'instance-terminated-by-user',
  'instance-terminated-no-capacity',
  'none',
]
const STATUSES = ['running', 'completed', 'stopped', 'failed', 'skipped', 'cancelled', 'pending']

/** One poll of EC2, `gap` seconds after the one before. */
type Poll = { readonly gap: number; readonly state: (typeof STATES)[number]; readonly reason: string; readonly code: string }

type Run = {
  readonly durationS: number
  readonly reactTo: Planned['reactTo']
  readonly mode: Planned['mode']
  /** When the action of the target started, if it did. */
  readonly startS: number | undefined
  readonly action: string
  readonly status: string
  readonly polls: readonly Poll[]
}

const polls = fc.array(
  fc.record({
    gap: fc.integer({ min: 2, max: 120 }),
    state: fc.constantFrom(...STATES),
    reason: fc.constantFrom(...REASONS),
    code: fc.constantFrom(...CODES),
  }),
  { maxLength: 14 },
)

const runs: fc.Arbitrary<Run> = fc.record({
  durationS: fc.constantFrom(...DURATIONS),
  reactTo: fc.constantFrom('notice', 'rebalance'),
  mode: fc.constantFrom('interruption', 'interruption', 'interruption', 'rebalance'),
  startS: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  action: fc.constantFrom(...STATUSES),
  status: fc.constantFrom('running', 'completed', 'stopped', 'failed', 'cancelled'),
  polls,
})

function toPlan({ durationS, reactTo, mode }: Run): Planned {
  return planned({ durationMs: durationS * 1000, timeoutMs: durationS * 1000 + 300_000, reactTo, mode })
}

function toPoll(seconds: number, { state, reason, code }: Poll): Stamped {
  const shown = state === 'absent' ? {} : { instance: instance({ state, reasonCode: state === 'running' ? '' : reason }) }
  return targetPolled(seconds, {
    ...shown,
    ...(code === 'none' ? {} : { spot: spot({ code, updatedAt: moment(code === 'fulfilled' ? -3600 : seconds) }) }),
  })
}

/** Preflight, the start, FIS's last word at 31 s, then the polls. */
function toTimeline({ startS, action, status, polls }: Run): Timeline {
  const own = { name: 'signal-1', status: action, reason: '', ...(startS === undefined ? {} : { startAt: moment(startS) }) }
  const shown = experiment({ status, actions: [own] })
  const begun: Timeline = [
    targetPolled(-5, { instance: instance(), spot: spot() }),
    at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 }),
    at(0, { kind: 'started', snapshot: experiment({ status: 'pending', actions: [{ name: 'signal-1', status: 'pending', reason: '' }] }) }),
    at(31, { kind: 'experiment', poll: 1, snapshot: shown, sinceMs: 31_000, more: false }),
  ]
  let seconds = 31
  return [
    ...begun,
    ...polls.map((poll) => {
      seconds += poll.gap
      return toPoll(seconds, poll)
    }),
  ]
}

function find(run: Run, nowMs?: number): TargetOutcome {
  const [found] = toOutcomes(toTimeline(run), toPlan(run), nowMs)
  if (found === undefined) throw new Error('no outcome')
  return found
}

const isUp = (state: string) => state === 'running' || state === 'pending'
const unsent = (run: Run) => run.startS === undefined || ['failed', 'skipped', 'cancelled'].includes(run.action)

/** What EC2 showed, and when: told from the run itself, not from what the outcome is read from. */
function toSeen({ polls }: Run): readonly { readonly seconds: number; readonly state: string }[] {
  const gaps = polls.map(({ gap }) => gap)
  const seen = polls.map(({ state }, index) => ({ seconds: 31 + gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0), state }))
  return [{ seconds: -5, state: 'running' }, ...seen]
}

/** Its action has no start, and never gets one. */
function neverStarts({ startS, status, action }: Run): boolean {
  return startS === undefined && (status !== 'running' || ['failed', 'skipped', 'cancelled'].includes(action))
}

/** EC2 shows it up when nothing of ours can end it any more. */
function hasSurvived(run: Run): boolean {
  const last = toSeen(run).at(-1) ?? { seconds: -5, state: '' }
  const dueS = run.startS === undefined ? Number.POSITIVE_INFINITY : run.startS + run.durationS
  return isUp(last.state) && (neverStarts(run) || last.seconds >= dueS + 120)
}

/** It is not there any more, and was on its way out before anything of ours could have ended it. */
function leftTooEarly(run: Run): boolean {
  const seen = toSeen(run)
  const since = seen.slice(seen.findLastIndex(({ state }) => isUp(state)) + 1)
  const leadS = run.reactTo === 'notice' ? run.durationS - 120 : 0
  return since.length > 0 && (neverStarts(run) || (since[0]?.seconds ?? 0) < (run.startS ?? 31) + leadS)
}

describe('for every run', () => {
  it('nothing has landed whose last state is running or pending', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { landed, state } = find(run)
        expect(landed && isUp(state)).toBe(false)
      }),
      OPTIONS,
    )
  })

  it('nothing has landed that was not signalled, but what an experiment interrupted after its action had started', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { landed, evidence } = find(run)
        if (landed && unsent(run)) expect([run.startS === undefined, evidence.endsWith('-by-experiment')]).toEqual([false, true])
      }),
      OPTIONS,
    )
  })

  it('nothing is interrupted earlier than 30 s before its own interruption was due, and 2 s for the clocks', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { outcome, leftAt } = find(run)
        if (outcome !== 'interrupted') return
        const dueS = (run.startS ?? Number.NaN) + run.durationS
        expect(run.mode).toBe('interruption')
        expect((leftAt?.getTime() ?? 0) - moment(0).getTime()).toBeGreaterThanOrEqual((dueS - 32) * 1000)
      }),
      OPTIONS,
    )
  })

  it('nothing has landed that left before the signal that it is to react to', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { landed, leftAt } = find(run)
        const lead = run.reactTo === 'notice' && run.mode === 'interruption' ? run.durationS - 120 : 0
        if (landed)
          expect((leftAt?.getTime() ?? 0) - moment(0).getTime()).toBeGreaterThanOrEqual(((run.startS ?? Number.NaN) + lead - 2) * 1000)
      }),
      OPTIONS,
    )
  })

  it('`interrupted` is false only when that is certain', () => {
    fc.assert(
      fc.property(runs, (run) => {
        if (judgeInterrupted([find(run)], true, run.mode) === 'false') expect(hasSurvived(run) || leftTooEarly(run)).toBe(true)
      }),
      OPTIONS,
    )
  })

  it('a settled outcome does not change with more polls, unless one shows the target up again', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 13 }), (run, count) => {
        const before = { ...run, polls: run.polls.slice(0, count) }
        const settled = find(before)
        const more = run.polls.slice(count)
        if (!settled.settled || settled.leftMs === undefined || more.some(({ state }) => isUp(state))) return
        const after = find(run)
        const keep = ({ outcome, landed, evidence, leftAt, leftMs }: TargetOutcome) => {
          // Who ended a target that left too early is reported as soon as it is known; it changes nothing.
          return { outcome, landed, evidence: outcome === 'ended-early' ? '' : evidence, leftAt, leftMs }
        }
        expect(after.settled).toBe(true)
        expect(keep(after)).toEqual(keep(settled))
      }),
      OPTIONS,
    )
  })

  it('a later departure never makes the outcome better, from 30 s before the interruption was due', () => {
    const cause = fc.record({ reason: fc.constantFrom(...REASONS), code: fc.constantFrom(...CODES) })
    const worth = ({ landed, outcome }: TargetOutcome) => (landed ? (outcome === 'unknown' ? 1 : 2) : 0)
    fc.assert(
      fc.property(runs, cause, fc.nat({ max: 300 }), fc.nat({ max: 300 }), (run, { reason, code }, first, delay) => {
        const dueS = (run.startS ?? 0) + run.durationS
        const left = (seconds: number) => {
          const gap = dueS - 30 + seconds - 31
          return find({ ...run, mode: 'interruption', polls: [{ gap, state: 'shutting-down', reason, code }] }, 7_200_000)
        }
        expect(worth(left(first + delay))).toBeLessThanOrEqual(worth(left(first)))
      }),
      OPTIONS,
    )
  })

  it('more time to ask changes no more than whether a departure without a cause counts', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 3_000_000 }), (run, ms) => {
        const now = find(run)
        const later = find(run, (toTimeline(run).at(-1)?.atMs ?? 0) + ms)
        expect([later.outcome, later.evidence]).toEqual([now.outcome, now.evidence])
        if (now.landed) expect(later.landed).toBe(true)
      }),
      OPTIONS,
    )
  })
})
