import { toBatches } from '../plan/template.ts'
import { type EventOf, last, lastAttempt, type Timeline, untilEnd } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { LATE_MS, NOTICE_MS, readAction, readActionStart, type Start } from '../timeline/schedule.ts'
import { isTerminal, isUnsent } from '../timeline/snapshot.ts'
import { ASK_MS, type Cause, findCause, isNewSpot } from './cause.ts'
import { type Departure, findDeparture, isUp } from './departure.ts'

/**
 * A target of an early stop counts as safe only this long after its interruption was due, because AWS does not say whether a stop recalls
 * it.
 */
const EARLY_STOP_LATE_MS = 3 * 60_000
/** A target that leaves at most this long before its interruption was due may have been interrupted. */
const ABOUT_MS = 30_000
/** Some times of AWS are whole seconds, and its clock is known only to about a second. */
export const TOLERANCE_MS = 2000

/** The facts about one target that decide its outcome. Times are AWS's, in milliseconds since 1970. */
export type Evidence = {
  readonly id: string
  /** What an interruption does to it: `terminate` or `stop`; empty if not known. */
  readonly behaviour: string
  /** The last state that EC2 showed; `absent` if the last poll did not show the target; empty before any poll. */
  readonly state: string
  readonly signal: Signal
  /** The last poll, if it showed the target running or pending. */
  readonly upAt: number | undefined
  readonly departure: Departure | undefined
  /** Who ended it; undefined while EC2 names nobody. */
  readonly cause: Cause | undefined
  /** How long EC2 has been polled for the cause since the target left, in milliseconds. */
  readonly askedMs: number
}

/** What the FIS action that targets an instance does, and when. */
export type Signal = {
  /** t0, once FIS shows the start. */
  readonly start: Start | undefined
  /** No start was seen, but the action may have started, or may still start. */
  readonly open: boolean
  /** The action has a start and did not end failed, skipped or cancelled. */
  readonly signalled: boolean
  /** When the signal that `react-to` names is due; before t0 is known, the earliest possible time. */
  readonly reactAt: number
  /** When the interruption is due; undefined before t0 is known, and in a mode that interrupts nothing. */
  readonly dueAt: number | undefined
  /** The last moment at which this action can still end the target; infinite while it may still start, and negative if it cannot. */
  readonly lastChanceAt: number
}

/** The evidence on each target, in the order of the plan, up to `nowMs` of the monotonic clock. */
export function toEvidence(timeline: Timeline, plan: Planned, nowMs: number): readonly Evidence[] {
  return toBatches(plan.instanceIds).flatMap(({ action, ids }) => {
    // A stop of the experiment after the watch proves nothing about the signal.
    const signal = readSignal(untilEnd(timeline), plan, action)
    return ids.map((id) => collect(timeline, id, { signal, nowMs }))
  })
}

function collect(timeline: Timeline, id: string, { signal, nowMs }: { signal: Signal; nowMs: number }): Evidence {
  const polls = timeline.filter((event): event is EventOf<'target'> => event.kind === 'target' && event.snapshot.id === id)
  const isNew = isNewSpot(timeline, polls)
  const departure = findDeparture(polls, isNew)
  const latest = polls.at(-1)
  return {
    id,
    behaviour: polls.findLast(({ snapshot }) => snapshot.spot !== undefined)?.snapshot.spot?.behaviour ?? '',
    state: latest === undefined ? '' : (latest.snapshot.instance?.state ?? 'absent'),
    signal,
    upAt: latest !== undefined && isUp(latest) ? latest.awsAt.getTime() : undefined,
    departure,
    cause: departure === undefined ? undefined : findCause(polls, departure, isNew),
    askedMs: departure === undefined ? 0 : nowMs - departure.poll.atMs,
  }
}

/** An action in one of these states never starts. */
const OVER: readonly string[] = ['failed', 'skipped', 'cancelled']
/** An action in one of these states has sent its signal, or is about to send it. */
const SENDING: readonly string[] = ['running', 'completed', 'stopping', 'stopped']
function readSignal(timeline: Timeline, plan: Planned, action: string): Signal {
  const start = readActionStart(timeline, action)
  const status = readStatus(timeline, action)
  const leadMs = plan.mode === 'interruption' && plan.reactTo === 'notice' ? plan.durationMs - NOTICE_MS : 0
  const interrupts = plan.mode === 'interruption'
  if (start === undefined) {
    const open = mayStart(timeline, status)
    return {
      start,
      open,
      signalled: false,
      reactAt: open ? readUnstartedAt(timeline, action) + leadMs : Number.POSITIVE_INFINITY,
      dueAt: undefined,
      lastChanceAt: open && interrupts ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    }
  }
  const t0 = start.at.getTime()
  return {
    start,
    open: false,
    signalled: !isUnsent({ status, startAt: start.at }),
    reactAt: t0 + leadMs,
    dueAt: interrupts ? t0 + plan.durationMs : undefined,
    lastChanceAt: interrupts ? readLastChance(plan, t0) : Number.NEGATIVE_INFINITY,
  }
}

function readLastChance({ durationMs, earlyStop }: Planned, t0: number): number {
  return t0 + durationMs + (earlyStop ? EARLY_STOP_LATE_MS : LATE_MS) + TOLERANCE_MS
}

/** The status of an action in the latest snapshot of the last attempt; empty before any. */
function readStatus(timeline: Timeline, action: string): string {
  const latest = lastAttempt(timeline).findLast((event) => readAction(event, action) !== undefined)
  return latest === undefined ? '' : (readAction(latest, action)?.status ?? '')
}

/** Whether an action whose start was never seen may have started, or may still start. */
function mayStart(timeline: Timeline, status: string): boolean {
  const attempt = lastAttempt(timeline)
  const shown = last(attempt, 'experiment') ?? last(attempt, 'started')
  if (shown === undefined) return last(attempt, 'unanswered') !== undefined
  return SENDING.includes(status) || (!isTerminal(shown.snapshot.status) && !OVER.includes(status))
}

/** The last moment at which FIS showed the action without a start. t0 cannot be earlier. */
function readUnstartedAt(timeline: Timeline, action: string): number {
  const attempt = lastAttempt(timeline)
  const shown = attempt.findLast((event) => readAction(event, action) !== undefined) ?? attempt[0]
  return shown?.awsAt.getTime() ?? 0
}

/** Whether EC2 shows that the target left. */
export function hasLeft({ departure }: Evidence): boolean {
  return departure !== undefined
}

/** Whether no sent signal can end the target any more, and EC2 has shown it up since then. */
export function isSafe({ upAt, signal }: Evidence): boolean {
  return upAt !== undefined && upAt >= signal.lastChanceAt
}

/** Whether it left before the signal that `react-to` names, or before any signal could be sent. */
export function leftBeforeSignal({ departure, signal }: Evidence): boolean {
  return departure !== undefined && departure.at < signal.reactAt - TOLERANCE_MS
}

/** Whether EC2 names this cause. */
export function isBy({ cause }: Evidence, by: Cause['by']): boolean {
  return cause?.by === by
}

/** Whether the action of this target sent its signal. */
export function isSignalled({ signal }: Evidence): boolean {
  return signal.signalled
}

/** Whether the action of this target has a start, so that an interruption is due. */
export function isDue({ signal }: Evidence): boolean {
  return signal.dueAt !== undefined
}

/** Whether it left about when its interruption was due, or later. */
export function leftSinceDue({ departure, signal: { dueAt } }: Evidence): boolean {
  return departure !== undefined && dueAt !== undefined && departure.at >= dueAt - ABOUT_MS - TOLERANCE_MS
}

/** Whether it left about when its interruption was due, and not much later. */
export function leftAboutDue(one: Evidence): boolean {
  const { departure, signal } = one
  return leftSinceDue(one) && (departure?.at ?? 0) <= (signal.dueAt ?? 0) + LATE_MS + TOLERANCE_MS
}

/** Whether EC2 has been polled long enough for the cause, and names none. */
export function isUnnamed({ cause, askedMs }: Evidence): boolean {
  return cause === undefined && askedMs >= ASK_MS
}
