import { all, last, type Timeline } from './event.ts'
import type { Planned } from './planned.ts'
import { readRequestedMs } from './schedule.ts'

/** The default of the input `timeout` is the duration plus this. */
const MARGIN_MS = 5 * 60_000
/** A call that begins at the deadline of the watch or later is retried for this long. */
const LATE_CALL_MS = 6000

/** The time-out of a run that sets none: both in milliseconds. */
export function toDefaultTimeout(durationMs: number): number {
  return durationMs + MARGIN_MS
}

/** The deadline of the watch, in monotonic milliseconds. The time-out counts from the last start. */
export function readDeadline(timeline: Timeline, { timeoutMs }: Pick<Planned, 'timeoutMs'>): number {
  return readRequestedMs(timeline) + timeoutMs
}

/** How long to retry a call that begins at `nowMs`, so that it ends at most a few seconds after the deadline of the watch. */
export function readCallMs(timeline: Timeline, nowMs: number): number {
  const plan = last(timeline, 'announced')?.plan
  if (plan === undefined || all(timeline, 'starting').length === 0) return Number.POSITIVE_INFINITY
  return Math.max(LATE_CALL_MS, readDeadline(timeline, plan) + LATE_CALL_MS - nowMs)
}
