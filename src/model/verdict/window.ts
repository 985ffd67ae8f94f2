import { END_AFTER_LEFT_MS } from '../plan/plan.ts'
import type { Window } from '../probes/metrics.ts'
import type { ProbeRules } from '../probes/probe.ts'
import { last, type Planned } from '../timeline/event.ts'
import type { Due, Start } from '../timeline/schedule.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'

/** The times that the probes are judged by; undefined where no action started, or where nothing was probed. */
export function findWindow({ timeline, start, due, outcomes }: Observed, plan: Planned, rules: ProbeRules): Window | undefined {
  const probed = last(timeline, 'probed')
  if (start === undefined || probed === undefined) return undefined
  const fromMs = Math.min(readSignalMs(plan, start, due), ...outcomes.map(({ leftMs }) => leftMs ?? Number.POSITIVE_INFINITY))
  return {
    startMs: start.ms,
    fromMs,
    leftMs: readLeftMs(plan, start, outcomes),
    untilMs: probed.untilMs,
    intervalMs: rules.intervalMs,
    whole: probed.whole,
  }
}

/** From when on recovery counts: the last target has left, or t0 where nothing has to leave. Undefined as long as one target has not. */
export function readLeftMs({ mode, earlyStop }: Planned, start: Start, outcomes: readonly TargetOutcome[]): number | undefined {
  return mode === 'rebalance' || earlyStop ? start.ms : findLatest(outcomes.map(({ leftMs }) => leftMs))
}

/** When the signal is due that something is expected to react to, in monotonic milliseconds. */
function readSignalMs({ reactTo }: Planned, start: Start, due: Due | undefined): number {
  return reactTo === 'notice' && due !== undefined ? due.noticeMs : start.ms
}

/**
 * When the last target was terminated or stopped, in monotonic milliseconds, or 60 s after it left where that is not seen; undefined as
 * long as one has not left.
 */
export function readLastEnd(outcomes: readonly TargetOutcome[]): number | undefined {
  return findLatest(outcomes.map(({ leftMs, endedMs }) => endedMs ?? (leftMs === undefined ? undefined : leftMs + END_AFTER_LEFT_MS)))
}

/** The latest of some moments; undefined where one is not known, or where there is none. */
export function findLatest(moments: readonly (number | undefined)[]): number | undefined {
  const latest = Math.max(...moments.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(latest) ? latest : undefined
}
