import { LONGEST_DURATION_MS } from '../fis.ts'
import { LATE_MS } from './schedule.ts'
import { type ActionSnapshot, type ExperimentSnapshot, isTerminal } from './snapshot.ts'

/**
 * Until when an experiment may still interrupt, by AWS's clock; undefined if it may not. FIS reports `completed` long before the
 * interruption, so the state of the experiment does not answer this. An action that has not started yet counts from the start of its
 * experiment while that runs; without any known start, the interruption may come at any time.
 */
export function readPendingUntil({ status, startAt, actions }: ExperimentSnapshot): Date | undefined {
  const living = !isTerminal(status)
  const ends = actions.flatMap((action) => readEndMs(action, living ? startAt : undefined) ?? (living ? [Number.POSITIVE_INFINITY] : []))
  if (living && actions.length === 0) ends.push((startAt?.getTime() ?? Number.POSITIVE_INFINITY) + LONGEST_DURATION_MS + LATE_MS)
  return ends.length === 0 ? undefined : new Date(Math.min(Math.max(...ends), LAST_MS))
}

/** The last moment that a Date can hold. */
const LAST_MS = 8.64e15

function readEndMs({ startAt, durationMs = 0 }: ActionSnapshot, otherwise: Date | undefined): number | undefined {
  const start = startAt ?? otherwise
  return start === undefined ? undefined : start.getTime() + durationMs + LATE_MS
}
