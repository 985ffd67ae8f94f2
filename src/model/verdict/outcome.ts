import { last, type Timeline, untilEnd } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { toMonotonicMs } from '../timeline/schedule.ts'
import { ASK_MS } from './cause.ts'
import {
  type Evidence,
  hasLeft,
  isBy,
  isDue,
  isSafe,
  isSignalled,
  isUnnamed,
  leftAboutDue,
  leftBeforeSignal,
  leftSinceDue,
  toEvidence,
} from './evidence.ts'
import { adviseEarly, describeCause, describeEarly, describeOpen } from './explanation.ts'

/** What happened to one target, in one of five words. */
export type Outcome = 'interrupted' | 'drained' | 'ended-early' | 'running' | 'unknown'

/** The conclusion on one target. Dates are by AWS's clock, `…Ms` on our monotonic one. */
export type TargetOutcome = {
  readonly id: string
  readonly outcome: Outcome
  readonly evidence: string
  /** Whether it counts as reached by the interruption. */
  readonly landed: boolean
  readonly state: string
  readonly behaviour: string
  /** t0 of the action that targets it. */
  readonly t0?: Date
  /** When it left: shutting down or stopping, or terminated or stopped. */
  readonly leftAt?: Date
  readonly leftMs?: number
  /** When it was first seen terminated or stopped. */
  readonly endedAt?: Date
  readonly endedMs?: number
  /** Whether the outcome is final: only a poll that shows the target running again could change it. */
  readonly settled: boolean
  /** When the outcome settles (or has settled) if no poll shows a change; undefined if that is not known. */
  readonly settledMs?: number
  /** A warning about a target that counts as landed. */
  readonly warning?: string
  /** What to do about a target that has not landed. */
  readonly advice?: string
}

/** The conclusion of a row. */
type Finding = {
  readonly outcome: Outcome
  readonly landed?: true
  readonly evidence: (evidence: Evidence) => string
  readonly warning?: (evidence: Evidence) => string
  readonly advice?: (evidence: Evidence) => string | undefined
}

type Row = Finding & { readonly when: (evidence: Evidence) => boolean }

/** The conclusion if no row fits. */
const REST: Finding = { outcome: 'unknown', evidence: describeCause }

/** The outcome for the evidence: the first row that fits. */
const ROWS: readonly Row[] = [
  { when: (one) => !hasLeft(one) && isSafe(one), outcome: 'running', evidence: () => '' },
  { when: (one) => !hasLeft(one), outcome: 'unknown', evidence: describeOpen },
  { when: leftBeforeSignal, outcome: 'ended-early', evidence: describeEarly, advice: adviseEarly },
  { when: (one) => isBy(one, 'other') && isSignalled(one), outcome: 'drained', landed: true, evidence: describeCause },
  { when: (one) => isBy(one, 'other'), outcome: 'unknown', evidence: describeCause },
  { when: (one) => isBy(one, 'experiment') && leftSinceDue(one), outcome: 'interrupted', landed: true, evidence: describeCause },
  {
    when: (one) => isBy(one, 'experiment') && isDue(one),
    outcome: 'drained',
    landed: true,
    evidence: describeCause,
    warning: ({ id }) => `${id} left before its interruption was due: another experiment, or AWS itself, was faster.`,
  },
  {
    when: (one) => isBy(one, 'spot') && isSignalled(one) && leftAboutDue(one),
    outcome: 'interrupted',
    landed: true,
    evidence: (one) => `${describeCause(one)}, cause by time`,
  },
  {
    when: (one) => isUnnamed(one) && isSignalled(one) && leftAboutDue(one),
    outcome: 'unknown',
    landed: true,
    evidence: describeCause,
    warning: ({ id }) => `${id} left at about the time of its interruption, but EC2 names no cause: something else may have ended it.`,
  },
]

/**
 * The outcome of each target, in the order of the plan, as known at `nowMs`: by default the end of the watch, or a later poll that shows a
 * change of a target.
 */
export function toOutcomes(timeline: Timeline, plan: Planned, nowMs = readWatchedMs(timeline)): readonly TargetOutcome[] {
  return toEvidence(timeline, plan, nowMs).map((one) => toOutcome(one, nowMs))
}

/** The warnings about targets that count as landed. */
export function toOutcomeWarnings(outcomes: readonly TargetOutcome[]): readonly string[] {
  return outcomes.flatMap(({ warning }) => warning ?? [])
}

/** The output `interrupted`: `false` only when it is certain of at least one target; empty in a mode that interrupts nothing. */
export type Interrupted = 'true' | 'false' | 'unknown' | ''

/** @param started whether an experiment was, or may have been, started */
export function judgeInterrupted(outcomes: readonly TargetOutcome[], started: boolean, mode?: Planned['mode']): Interrupted {
  if (mode === 'rebalance') return ''
  if (!started || outcomes.length === 0) return 'false'
  if (outcomes.every(({ outcome }) => outcome === 'interrupted' || outcome === 'drained')) return 'true'
  return outcomes.some(({ outcome }) => outcome === 'running' || outcome === 'ended-early') ? 'false' : 'unknown'
}

/** The end of the watch, or the latest event; later if a target was polled after it. */
function readWatchedMs(timeline: Timeline): number {
  return Math.max(untilEnd(timeline).at(-1)?.atMs ?? 0, last(timeline, 'target')?.atMs ?? 0)
}

function toOutcome(evidence: Evidence, nowMs: number): TargetOutcome {
  const { id, behaviour, state, signal, departure } = evidence
  const row: Finding = ROWS.find(({ when }) => when(evidence)) ?? REST
  const settledMs = findSettled(evidence, row)
  const warning = row.warning?.(evidence)
  const advice = row.advice?.(evidence)
  return {
    id,
    outcome: row.outcome,
    evidence: row.evidence(evidence),
    landed: row.landed ?? false,
    state,
    behaviour,
    settled: hasLeft(evidence) ? settledMs !== undefined && settledMs <= nowMs : row.outcome === 'running',
    ...(signal.start === undefined ? {} : { t0: signal.start.at }),
    ...(departure === undefined ? {} : { leftAt: new Date(departure.at), leftMs: toMonotonicMs(departure.poll, departure.at) }),
    ...(departure?.gone === undefined ? {} : { endedAt: departure.gone.awsAt, endedMs: departure.gone.atMs }),
    ...(settledMs === undefined ? {} : { settledMs }),
    ...(warning === undefined ? {} : { warning }),
    ...(advice === undefined ? {} : { advice }),
  }
}

function findSettled({ signal, departure, cause }: Evidence, row: Finding): number | undefined {
  const { start, open, lastChanceAt } = signal
  if (departure === undefined) {
    return start === undefined || !Number.isFinite(lastChanceAt) ? undefined : start.ms + (lastChanceAt - start.at.getTime())
  }
  // Without t0, the effect of the signal is not known.
  if (open) return undefined
  if (row.outcome === 'ended-early') return departure.certainMs
  return Math.max(departure.certainMs, cause?.settledMs ?? departure.poll.atMs + ASK_MS)
}
