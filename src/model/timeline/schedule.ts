import { last, lastAttempt, type Planned, type Timeline } from './event.ts'
import { type ExperimentSnapshot, isTerminal, readT0 } from './snapshot.ts'

/** From the notice to the interruption: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const NOTICE_MS = 120_000

/** t0 in AWS's time and in our monotonic milliseconds. */
export type Start = { readonly at: Date; readonly ms: number }

/** When the notice and the interruption are due, in monotonic milliseconds. */
export type Due = { readonly noticeMs: number; readonly interruptionMs: number }

/** The latest sight of the experiment that counts, the one of the last attempt. */
export function readExperiment(timeline: Timeline): ExperimentSnapshot | undefined {
  const attempt = lastAttempt(timeline)
  return last(attempt, 'experiment')?.snapshot ?? last(attempt, 'started')?.snapshot
}

/**
 * t0 of the last attempt, the earliest start that any look has shown. Its place on our monotonic clock is computed from both wall
 * clocks at the first look that shows a start, and held between the moment we asked for the start and that look, so that a wrong
 * clock on the runner can not move it out of there.
 */
export function readStart(timeline: Timeline): Start | undefined {
  const attempt = lastAttempt(timeline)
  const asked = attempt[0]
  const shown = attempt.flatMap((event) => {
    const at = event.kind === 'started' || event.kind === 'experiment' ? readT0(event.snapshot) : undefined
    return at === undefined ? [] : [{ event, at }]
  })
  const [first] = shown
  if (asked === undefined || first === undefined) return undefined
  const t0 = Math.min(...shown.map(({ at }) => at.getTime()))
  const ms = first.event.atMs - (first.event.seenAt.getTime() - t0)
  return { at: new Date(t0), ms: Math.min(first.event.atMs, Math.max(asked.atMs, ms)) }
}

/** When the notice and the interruption are due, in monotonic milliseconds; none in a mode that interrupts nothing. */
export function readDue(plan: Planned, start: Start | undefined): Due | undefined {
  if (start === undefined || plan.mode === 'rebalance') return undefined
  // The difference first: with the shortest duration the notice is due at the start, to the last bit.
  return { noticeMs: start.ms + (plan.durationMs - NOTICE_MS), interruptionMs: start.ms + plan.durationMs }
}

/** When the last attempt to start was made, in monotonic milliseconds. */
export function readRequestedMs(timeline: Timeline): number {
  return lastAttempt(timeline)[0]?.atMs ?? 0
}

/** Whether FIS is done with the experiment that counts. */
export function isOver(timeline: Timeline): boolean {
  return isTerminal(readExperiment(timeline)?.status ?? '')
}
