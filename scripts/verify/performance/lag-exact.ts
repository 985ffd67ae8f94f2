/**
 * Runs in simulated time that measure how long the action takes to notice a change of AWS. They use the real flow with the fake AWS of the
 * unit tests. The clock advances only while everything sleeps, so a lag here comes only from the pace of the polls.
 */
import { run } from '../../../src/flows/run.ts'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import { NOTICE_MS } from '../../../src/model/timeline/schedule.ts'
import type { World } from '../../../src/world.ts'
import { asg, asgMember, capacity, capacityRules } from '../../../test/fakes/capacity.ts'
import { type FakeTime, fakeTime } from '../../../test/fakes/time.ts'
import { action, experiment, ID, INVOCATION, instance, moment, OTHER_ID, planned, spot, unstarted } from '../../../test/fakes/timeline.ts'
import { type FakeWorld, fakeWorld } from '../../../test/fakes/world.ts'
import { EXACT_KINDS, type ExactKind, type Lags, scatter, toLags, toPhases } from './lag-shapes.ts'

const SECOND = 1000
export const POLL_MS = 10 * SECOND
export const DURATION_MS = 120 * SECOND
const LONG_MS = 900 * SECOND
/** How long an instance takes to shut down, and how long its group still shows it as in service. */
const SHUTS_MS = 5 * SECOND
const STALE_MS = 60 * SECOND
const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'

/** The times at which AWS changes things, in milliseconds from the start request. */
type Schedule = {
  readonly startsMs: number
  readonly completesMs: number
  readonly leavesMs: number
  readonly drained: boolean
  /** When the new member of the group is in service. */
  readonly joinsMs?: number
}

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

function toWorld(clock: FakeTime, schedule: Schedule): FakeWorld {
  let requestedMs = Number.POSITIVE_INFINITY
  const sinceMs = () => clock.monotonicMs() - requestedMs
  const show = () => showExperiment(schedule, { requestedMs, sinceMs: sinceMs() })
  const fis: Partial<World['fis']> = {
    startExperiment: async () => {
      requestedMs = clock.monotonicMs()
      return show()
    },
    readExperiment: async () => show(),
  }
  const ec2: Partial<World['ec2']> = {
    readInstances: async (ids) =>
      ids.map((id) => instance({ id, tags: GROUP_TAG, ...(id === ID ? showInstance(schedule, sinceMs()) : {}) })),
    readSpotRequests: async () => [spot(sinceMs() < schedule.leavesMs ? {} : showRequest(schedule, requestedMs))],
  }
  const readGroups: World['autoscaling']['readGroups'] = async () => [asg({ members: showMembers(schedule, sinceMs()), desired: 2 })]
  return fakeWorld({ clock: { ...clock, slept: [] }, fis, ec2, autoscaling: { readGroups } })
}

const GROUP_TAG = { 'aws:autoscaling:groupName': 'web' }

function showExperiment(schedule: Schedule, { requestedMs, sinceMs }: { readonly requestedMs: number; readonly sinceMs: number }) {
  const at = (ms: number) => moment((requestedMs + ms) / SECOND)
  if (sinceMs < schedule.startsMs) return unstarted({ startAt: at(0) })
  const status = sinceMs < schedule.completesMs ? 'running' : 'completed'
  const ended = status === 'completed' ? { endAt: at(schedule.completesMs) } : {}
  const actions = [action({ status, startAt: at(schedule.startsMs), ...ended })]
  return experiment({ status, reason: `Experiment is ${status}.`, startAt: at(0), actions, ...ended })
}

function showInstance({ leavesMs, drained }: Schedule, sinceMs: number) {
  if (sinceMs < leavesMs) return {}
  const state = sinceMs < leavesMs + SHUTS_MS ? 'shutting-down' : 'terminated'
  return { state, reasonCode: drained ? 'Client.UserInitiatedShutdown' : 'Server.SpotInstanceTermination' }
}

function showRequest({ leavesMs, drained }: Schedule, requestedMs: number) {
  const code = drained ? 'instance-terminated-by-user' : 'instance-terminated-by-experiment'
  return { code, updatedAt: moment((requestedMs + leavesMs) / SECOND) }
}

function showMembers({ leavesMs, joinsMs = Number.POSITIVE_INFINITY }: Schedule, sinceMs: number) {
  const target = sinceMs < leavesMs + STALE_MS ? [asgMember(ID)] : []
  return [...target, asgMember(OTHER_ID), ...(sinceMs < joinsMs ? [] : [asgMember(NEW_ID)])]
}
