import { last, lastAttempt, type Stamped, type Timeline } from './event.ts'
import type { Planned } from './planned.ts'
import { type ActionSnapshot, type ExperimentSnapshot, isTerminal } from './snapshot.ts'

/** From the notice to the interruption: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const NOTICE_MS = 120_000
/**
 * By the wording of AWS, an interruption may come this long after it is due:
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const LATE_MS = 120_000

/** t0 of an action, by AWS's clock and in our monotonic milliseconds. */
export type Start = { readonly at: Date; readonly ms: number }

/** When the notice and the interruption are due, in monotonic milliseconds. */
export type Due = { readonly noticeMs: number; readonly interruptionMs: number }

/** The latest snapshot of the experiment of the last attempt. */
export function readExperiment(timeline: Timeline): ExperimentSnapshot | undefined {
  const attempt = lastAttempt(timeline)
  return last(attempt, 'experiment')?.snapshot ?? last(attempt, 'started')?.snapshot
}

/** t0 of the run: the earliest t0 of its actions. */
export function readStart(timeline: Timeline): Start | undefined {
  return readStarts(timeline).toSorted((a, b) => a.ms - b.ms)[0]
}

/** t0 of every action that has started. */
export function readStarts(timeline: Timeline): readonly Start[] {
  const shown = lastAttempt(timeline).flatMap((event) => ('snapshot' in event && 'actions' in event.snapshot ? event.snapshot.actions : []))
  return [...new Set(shown.map(({ name }) => name))].flatMap((name) => readActionStart(timeline, name) ?? [])
}

/**
 * t0 of an action of the last attempt: the earliest start that any poll has shown. Its place on our monotonic clock is computed from AWS's
 * time at the latest event, because each answer of AWS makes that time more exact. The result is limited to the time between the start
 * request and the first poll that shows a start, so that a wrong clock cannot move it out of there.
 */
export function readActionStart(timeline: Timeline, name: string): Start | undefined {
  const attempt = lastAttempt(timeline)
  const [asked, latest] = [attempt[0], attempt.at(-1)]
  const shown = attempt.flatMap((event) => {
    const at = readAction(event, name)?.startAt
    return at === undefined ? [] : [{ event, at }]
  })
  const [first] = shown
  if (asked === undefined || latest === undefined || first === undefined) return undefined
  const at = new Date(Math.min(...shown.map((one) => one.at.getTime())))
  return { at, ms: Math.min(first.event.atMs, Math.max(asked.atMs, toMonotonicMs(latest, at.getTime()))) }
}

/** The action as an event shows it; undefined for an event that shows no experiment. */
export function readAction(event: Stamped, name: string): ActionSnapshot | undefined {
  if (event.kind !== 'started' && event.kind !== 'experiment') return undefined
  return event.snapshot.actions.find((action) => action.name === name)
}

/** Converts a moment of AWS's clock to our monotonic one, by an event that has both times. */
export function toMonotonicMs({ awsAt, atMs }: Stamped, awsMs: number): number {
  return atMs - (awsAt.getTime() - awsMs)
}

/** When the notice and the interruption are due, in monotonic milliseconds; undefined in a mode that interrupts nothing. */
export function readDue(plan: Planned, start: Start | undefined): Due | undefined {
  if (start === undefined || plan.mode === 'rebalance') return undefined
  // The difference is computed first: with the shortest duration, the notice is then due exactly at the start, without a rounding error.
  return { noticeMs: start.ms + (plan.durationMs - NOTICE_MS), interruptionMs: start.ms + plan.durationMs }
}

/** When the last attempt to start was made, in monotonic milliseconds. */
export function readRequestedMs(timeline: Timeline): number {
  return lastAttempt(timeline)[0]?.atMs ?? 0
}

/** Whether the experiment of the last attempt has ended in FIS. */
export function isOver(timeline: Timeline): boolean {
  return isTerminal(readExperiment(timeline)?.status ?? '')
}
