/**
 * Runs in simulated time that measure how long the action takes to notice a change of AWS. They use the real flow with the fake AWS of the
 * unit tests. The clock advances only while everything sleeps, so a lag here comes only from the pace of the polls.
 */
import { run } from '../../../src/flows/run.ts'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import { NOTICE_MS } from '../../../src/model/timeline/schedule.ts'
import { capacity, capacityRules } from '../../../test/fakes/capacity.ts'
import { fakeTime } from '../../../test/fakes/time.ts'
import { INVOCATION, planned } from '../../../test/fakes/timeline.ts'
import type { FakeWorld } from '../../../test/fakes/world.ts'
import { NEW_ID, type Schedule, toWorld } from './lag-schedule.ts'
import { EXACT_KINDS, type ExactKind, type Lags, scatter, toLags, toPhases } from './lag-shapes.ts'

const SECOND = 1000
export const POLL_MS = 10 * SECOND
export const DURATION_MS = 120 * SECOND
const LONG_MS = 900 * SECOND

/** One trial for each measured kind: a run, its change, and the time when the action notices the change. */
type Trial = {
  readonly schedule: Schedule
  readonly inputs: Partial<Inputs>
  readonly changeMs: number
  readonly noticed: Readonly<Partial<Record<ExactKind, FindNoticed>>>
}
type FindNoticed = (world: FakeWorld) => number | undefined

const TRIALS: readonly ((phase: number) => Trial)[] = [
  (phase) => {
    const schedule = toSchedule(2 * SECOND, DURATION_MS, { completesMs: 22 * SECOND + Math.round(phase * POLL_MS) })
    return { schedule, inputs: { waitFor: 'experiment' }, changeMs: schedule.completesMs, noticed: { completed: findCompleted } }
  },
  (phase) => {
    const schedule = toSchedule(2 * SECOND + Math.round(phase * POLL_MS), DURATION_MS)
    return { schedule, inputs: {}, changeMs: schedule.leavesMs, noticed: { departure: findDeparture } }
  },
  (phase) => toEarly(phase, DURATION_MS, { 'early-departure': findDeparture }),
  (phase) => toEarly(phase, LONG_MS, { 'early-departure-15m': findDeparture }),
  (phase) => {
    const leavesMs = Math.round(2 * SECOND + POLL_MS + scatter(phase) * (LONG_MS - NOTICE_MS - 2 * POLL_MS))
    const schedule = toSchedule(2 * SECOND, LONG_MS, { leavesMs, drained: true })
    const inputs = { durationMs: LONG_MS, timeoutMs: LONG_MS + 300 * SECOND }
    return { schedule, inputs, changeMs: leavesMs, noticed: { 'before-notice-15m': findDeparture } }
  },
  (phase) => {
    const joinsMs = 2 * SECOND + DURATION_MS + 30 * SECOND + Math.round(phase * POLL_MS)
    const rules = capacityRules([capacity('asg')], { observeMs: SECOND, recoveryMs: 300 * SECOND })
    const schedule = toSchedule(2 * SECOND, DURATION_MS, { joinsMs })
    return { schedule, inputs: { capacity: rules }, changeMs: joinsMs, noticed: { replacement: findReplacement, back: findBack } }
  },
]

/** Measures the lags of every kind, each at `phases` evenly spread phases. Rejects if a run does not notice its change. */
export async function measureExact(phases: number): Promise<Lags<ExactKind>> {
  const measured: { readonly kind: ExactKind; readonly lagMs: number }[] = []
  for (const toTrial of TRIALS) {
    for (const phase of toPhases(phases)) measured.push(...(await measureLags(toTrial(phase))))
  }
  return toLags(EXACT_KINDS, (wanted) => measured.flatMap(({ kind, lagMs }) => (kind === wanted ? [lagMs] : [])))
}

function toSchedule(startsMs: number, durationMs: number, changes: Partial<Schedule> = {}): Schedule {
  return { startsMs, completesMs: startsMs + 20 * SECOND, leavesMs: startsMs + durationMs, drained: false, ...changes }
}

/** A trial in which somebody ends the target: the phase chooses a time during the whole run. */
function toEarly(phase: number, durationMs: number, noticed: Trial['noticed']): Trial {
  const startsMs = 2 * SECOND
  const leavesMs = Math.round(startsMs + POLL_MS + scatter(phase) * (durationMs - 2 * POLL_MS))
  const inputs = { durationMs, timeoutMs: durationMs + 300 * SECOND, reactTo: 'rebalance' } as const
  return { schedule: toSchedule(startsMs, durationMs, { leavesMs, drained: true }), inputs, changeMs: leavesMs, noticed }
}

function findCompleted(world: FakeWorld): number | undefined {
  return world.recorded('experiment').find(({ snapshot }) => snapshot.status === 'completed')?.atMs
}

function findDeparture(world: FakeWorld): number | undefined {
  return world.recorded('target').find(({ snapshot }) => snapshot.instance?.state !== 'running')?.atMs
}

function findReplacement(world: FakeWorld): number | undefined {
  return world.recorded('capacity').find(({ joined }) => joined.includes(NEW_ID))?.atMs
}

/** When the action notices that the capacity is back: its polls end then. */
function findBack(world: FakeWorld): number | undefined {
  return world.recorded('capacity-read')[0]?.atMs
}

async function measureLags({ schedule, inputs, changeMs, noticed }: Trial): Promise<readonly { kind: ExactKind; lagMs: number }[]> {
  const clock = fakeTime()
  const world = toWorld(clock, schedule)
  const ledger = createLedger(() => undefined)
  const { result } = await clock.run(run({ ...INPUTS, ...inputs }, WHO, { worlds: { steps: world }, ledger }))
  const requestedMs = world.recorded('starting')[0]?.atMs ?? Number.NaN
  return EXACT_KINDS.flatMap((kind) => {
    const find = noticed[kind]
    if (find === undefined) return []
    const lagMs = Math.round((find(world) ?? Number.NaN) - (requestedMs + changeMs))
    if (!(lagMs >= 0)) throw new Error(`the run did not notice the change (${kind}): ${result.text}`)
    return [{ kind, lagMs }]
  })
}

const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'bench', leg: '1' }

const INPUTS: Inputs = {
  ...planned({ pollIntervalMs: POLL_MS, durationMs: DURATION_MS }),
  roleArn: 'arn:aws:iam::123456789012:role/bench',
  roleName: 'bench',
  createRole: false,
  deleteRole: false,
  maxTargets: 5,
  timezone: 'UTC',
  tags: {},
  sweep: false,
  rehearsal: false,
}
