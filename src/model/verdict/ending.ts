import { toBatches } from '../plan/template.ts'
import { all, type Ending, last, type Planned, type Timeline } from '../timeline/event.ts'
import { readExperiment, readRequestedMs, readStart } from '../timeline/schedule.ts'
import { type ActionSnapshot, type ExperimentSnapshot, isTerminal, isUnsent } from '../timeline/snapshot.ts'
import { type TargetOutcome, toOutcomes } from './outcome.ts'

/** Once all targets are settled, FIS gets this long to end by itself: its last state should be its own word. */
export const FIS_GRACE_MS = 30_000
/** Give up after this many failed reads in a row. Each read has its own retries. */
const LOST_AFTER = 5

/** A call that begins at the deadline of the watch or later is tried for this long. */
const LATE_CALL_MS = 6000

/** Whether the watch is over at `nowMs`, and why. Undefined: poll again. */
export function findEnding(timeline: Timeline, plan: Planned, nowMs: number): Ending | undefined {
  if (countUnread(timeline, 'fis') >= LOST_AFTER || countUnread(timeline, 'ec2') >= LOST_AFTER) return 'unreadable'
  if (all(timeline, 'breach').length > 0) return 'outage'
  const outcomes = toOutcomes(timeline, plan, nowMs)
  const moment: Moment = { plan, nowMs, outcomes, experiment: readExperiment(timeline), started: readStart(timeline) !== undefined }
  return findFisEnding(moment) ?? (nowMs < readDeadline(timeline, plan) ? undefined : findLate(moment))
}

/** When the watch gives up, in monotonic milliseconds: the time-out runs from the last start. */
export function readDeadline(timeline: Timeline, plan: Planned): number {
  return readRequestedMs(timeline) + plan.timeoutMs
}

/**
 * The longest that a call which begins at `nowMs` is worth trying: it may outlast the deadline of the watch by a few seconds, not by its
 * own patience.
 */
export function readCallMs(timeline: Timeline, nowMs: number): number {
  const plan = last(timeline, 'announced')?.plan
  if (plan === undefined || all(timeline, 'starting').length === 0) return Number.POSITIVE_INFINITY
  return Math.max(LATE_CALL_MS, readDeadline(timeline, plan) + LATE_CALL_MS - nowMs)
}

/** When the last target settled; undefined while one has not. */
export function readSettledMs(outcomes: readonly TargetOutcome[]): number | undefined {
  return outcomes.every(({ settled }) => settled) ? Math.max(...outcomes.map(({ settledMs }) => settledMs ?? 0)) : undefined
}

/** The actions that did not complete and have a target which cannot land any more. */
export function findLostActions(
  plan: Planned,
  experiment: ExperimentSnapshot,
  outcomes: readonly TargetOutcome[],
): readonly ActionSnapshot[] {
  const lost = new Set(outcomes.filter(isLost).map(({ id }) => id))
  const names = toBatches(plan.instanceIds).flatMap(({ action, ids }) => (ids.some((id) => lost.has(id)) ? [action] : []))
  return experiment.actions.filter((action) => names.includes(action.name) && isUnsent(action))
}

type Moment = {
  readonly plan: Planned
  readonly nowMs: number
  readonly outcomes: readonly TargetOutcome[]
  readonly experiment: ExperimentSnapshot | undefined
  readonly started: boolean
}

function findFisEnding(moment: Moment): Ending | undefined {
  const { plan, experiment, started } = moment
  if (experiment === undefined) return undefined
  if (plan.earlyStop && started && isTerminal(experiment.status)) return isDone(moment) ? 'early-stopped' : undefined
  if (experiment.status === 'completed') return findCompleted(moment, experiment)
  if (!isTerminal(experiment.status)) return findGrace(moment)
  if (!started) return 'never-started'
  // Targets may still be interrupted, so they are watched until that is certain.
  return plan.mode === 'rebalance' || isDone(moment) ? 'experiment-failed' : undefined
}

/** `completed` says that the signal was sent, not that the instance is gone: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
function findCompleted(moment: Moment, experiment: ExperimentSnapshot): Ending | undefined {
  const { plan, outcomes } = moment
  if (plan.mode === 'rebalance' || plan.waitFor === 'experiment') return 'signal-sent'
  if (findLostActions(plan, experiment, outcomes).length > 0) return 'action-failed'
  return haveLeft(moment) && isDone(moment) ? 'landed' : undefined
}

function findGrace(moment: Moment): Ending | undefined {
  const { plan, nowMs, outcomes } = moment
  const settledMs = readSettledMs(outcomes)
  if (plan.mode === 'rebalance' || plan.waitFor === 'experiment' || settledMs === undefined) return undefined
  return haveLeft(moment) && nowMs >= settledMs + FIS_GRACE_MS ? 'landed' : undefined
}

/** At the time-out. */
function findLate({ plan, experiment, outcomes }: Moment): Ending {
  const status = experiment?.status ?? ''
  if (isTerminal(status) && status !== 'completed') return 'experiment-failed'
  const landed = plan.waitFor === 'interruption' && plan.mode === 'interruption' && outcomes.every((one) => one.landed)
  return landed ? 'landed' : 'timed-out'
}

/** A target that was signalled and runs on gets all of the time-out: an interruption may come late. */
function haveLeft({ outcomes }: Moment): boolean {
  return outcomes.every(({ leftMs }) => leftMs !== undefined)
}

/** Nothing more can happen to any target. */
function isDone({ outcomes }: Moment): boolean {
  return outcomes.every(({ settled }) => settled)
}

/** Not landed, and no later poll can change that: it has not left although its action is over, or it left too early. */
function isLost({ landed, leftMs, settled }: TargetOutcome): boolean {
  return !landed && (leftMs === undefined || settled)
}

/** Failing reads of a source in a row; the first good one after them is recorded with a count of 0. */
function countUnread(timeline: Timeline, source: 'fis' | 'ec2'): number {
  const latest = timeline.findLast((event) => event.kind === 'unread' && event.source === source)
  return latest?.kind === 'unread' ? latest.inARow : 0
}
