import { all, type Ending, type Planned, type Timeline } from '../timeline/event.ts'
import { type Due, readDue, readExperiment, readRequestedMs, readStart } from '../timeline/schedule.ts'
import { isTerminal } from '../timeline/snapshot.ts'
import { type TargetOutcome, toOutcomes } from './outcome.ts'

/** After an end without a cause, EC2 is asked this much longer who did it. */
const EVIDENCE_MS = 20_000
/** All targets have ended, FIS has not: this long after the interruption was due there is nothing left to wait for. */
const SETTLE_MS = 30_000
/** AWS's wording leaves room for an end two minutes after it was due. */
const LATE_MS = 120_000
/** So many failing reads in a row, each with its own retries, are no accident. */
const LOST_AFTER = 5

/** Whether the watch is over at `nowMs`, and why. Undefined: look again. */
export function findEnding(timeline: Timeline, plan: Planned, nowMs: number): Ending | undefined {
  if (countUnread(timeline, 'fis') >= LOST_AFTER || countUnread(timeline, 'ec2') >= LOST_AFTER) return 'unreadable'
  if (all(timeline, 'breach').length > 0) return 'outage'
  const ended = haveEnded(toOutcomes(timeline, plan), nowMs)
  return findFisEnding(timeline, plan, { nowMs, ended }) ?? findDeadline(timeline, plan, { nowMs, ended })
}

/** When the watch gives up, in monotonic milliseconds: the time-out runs from the last start. */
export function readDeadline(timeline: Timeline, plan: Planned): number {
  return readRequestedMs(timeline) + plan.timeoutMs
}

type Moment = { readonly nowMs: number; readonly ended: boolean }

function findFisEnding(timeline: Timeline, plan: Planned, moment: Moment): Ending | undefined {
  const status = readExperiment(timeline)?.status ?? ''
  const due = readDue(plan, readStart(timeline))
  if (status === 'completed') return findDone(plan, moment)
  if (isTerminal(status)) return findBroken(timeline, due, moment)
  const settled = due !== undefined && moment.nowMs >= due.interruptionMs + SETTLE_MS
  return moment.ended && settled && plan.waitFor === 'interruption' ? 'landed' : undefined
}

/** `completed` says that the signal was sent, not that the instance is gone: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
function findDone(plan: Planned, { ended }: Moment): Ending | undefined {
  if (plan.mode === 'rebalance' || plan.waitFor === 'experiment') return 'signal-sent'
  return ended ? 'landed' : undefined
}

/** Failed, stopped or cancelled: once an action has started, targets may still die, so they are watched past their time. */
function findBroken(timeline: Timeline, due: Due | undefined, { nowMs, ended }: Moment): Ending | undefined {
  if (readStart(timeline) === undefined) return 'never-started'
  return ended || due === undefined || nowMs >= due.interruptionMs + LATE_MS ? 'experiment-failed' : undefined
}

function findDeadline(timeline: Timeline, plan: Planned, { nowMs, ended }: Moment): Ending | undefined {
  if (nowMs < readDeadline(timeline, plan)) return undefined
  const status = readExperiment(timeline)?.status ?? ''
  if (isTerminal(status) && status !== 'completed') return 'experiment-failed'
  const landed = ended && plan.waitFor === 'interruption' && plan.mode === 'interruption' && readStart(timeline) !== undefined
  return landed ? 'landed' : 'timed-out'
}

function haveEnded(outcomes: readonly TargetOutcome[], nowMs: number): boolean {
  return outcomes.every(({ endedMs, settled }) => endedMs !== undefined && (settled || nowMs - endedMs >= EVIDENCE_MS))
}

/** Failing reads of a source in a row; the first good one after them is told with a count of 0. */
function countUnread(timeline: Timeline, source: 'fis' | 'ec2'): number {
  const latest = timeline.findLast((event) => event.kind === 'unread' && event.source === source)
  return latest?.kind === 'unread' ? latest.inARow : 0
}
