import { type ExperimentSight, isTerminal, readT0 } from './sights.ts'
import { last, lastAttempt, type Planned, type Timeline } from './timeline.ts'

const NOTICE_MS = 120_000

/** t0 in AWS's time and in our monotonic milliseconds. */
export type Start = { readonly at: Date; readonly ms: number }

/** When the notice and the interruption are due, in monotonic milliseconds. */
export type Due = { readonly noticeMs: number; readonly interruptionMs: number }

/** The latest sight of the experiment that counts, the one of the last attempt. */
export function readExperiment(timeline: Timeline): ExperimentSight | undefined {
  const attempt = lastAttempt(timeline)
  return last(attempt, 'experiment')?.sight ?? last(attempt, 'started')?.sight
}

/**
 * t0 of the last attempt. Its place on our monotonic clock is computed from both wall clocks, and held between the moment we
 * asked for the start and the moment we saw it, so that a wrong clock on the runner can not move it out of there.
 */
export function readStart(timeline: Timeline): Start | undefined {
  const attempt = lastAttempt(timeline)
  const asked = attempt[0]
  for (const event of attempt) {
    const at = event.kind === 'started' || event.kind === 'experiment' ? readT0(event.sight) : undefined
    if (asked === undefined || at === undefined) continue
    const ms = event.atMs - (event.seenAt.getTime() - at.getTime())
    return { at, ms: Math.min(event.atMs, Math.max(asked.atMs, ms)) }
  }
  return undefined
}

/** When the notice and the interruption are due, in monotonic milliseconds; none in a mode that interrupts nothing. */
export function readDue(plan: Planned, start: Start | undefined): Due | undefined {
  if (start === undefined || plan.mode === 'rebalance') return undefined
  return { noticeMs: start.ms + plan.durationMs - NOTICE_MS, interruptionMs: start.ms + plan.durationMs }
}

/** When the last attempt to start was made, in monotonic milliseconds. */
export function readAskedMs(timeline: Timeline): number {
  return lastAttempt(timeline)[0]?.atMs ?? 0
}

/** Whether FIS is done with the experiment that counts. */
export function isOver(timeline: Timeline): boolean {
  return isTerminal(readExperiment(timeline)?.status ?? '')
}
