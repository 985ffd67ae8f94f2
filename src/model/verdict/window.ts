import { END_AFTER_LEFT_MS } from '../plan/plan.ts'
import type { Window } from '../probes/metrics.ts'
import type { ProbeRules } from '../probes/probe.ts'
import { last } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import type { Due, Start } from '../timeline/schedule.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'

/** The times by which the probes are judged; undefined if no action started, or if there are no checks. */
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

/** When recovery begins to count: when the last target left, or t0 if no target has to leave. Undefined while a target has not left. */
export function readLeftMs({ mode, earlyStop }: Planned, start: Start, outcomes: readonly TargetOutcome[]): number | undefined {
  return mode === 'rebalance' || earlyStop ? start.ms : findLatest(outcomes.map(({ leftMs }) => leftMs))
}

/** When the signal that `react-to` names is due, in monotonic milliseconds. */
function readSignalMs({ reactTo }: Planned, start: Start, due: Due | undefined): number {
  return reactTo === 'notice' && due !== undefined ? due.noticeMs : start.ms
}

/**
 * When the last target was terminated or stopped, in monotonic milliseconds. If no poll shows that, 60 s after it left. Undefined while a
 * target has not left.
 */
export function readLastEnd(outcomes: readonly TargetOutcome[]): number | undefined {
  return findLatest(outcomes.map(({ leftMs, endedMs }) => endedMs ?? (leftMs === undefined ? undefined : leftMs + END_AFTER_LEFT_MS)))
}

/** The latest of some moments; undefined if one is not known, or if there are none. */
export function findLatest(moments: readonly (number | undefined)[]): number | undefined {
  const latest = Math.max(...moments.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(latest) ? latest : undefined
}
