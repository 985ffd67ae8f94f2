/** The raw values of `npm run bench -- lag`, as docs/performance/lag.json keeps them, and their limits. */
import type { Machine } from './shapes.ts'
import { median, quantile } from './statistics.ts'

/** The kinds of change of AWS that the action has to notice. */
export const LAG_KINDS = {
  completed: 'FIS reports `completed`; the run has `wait-for: experiment`',
  departure: 'a target leaves when its interruption is due',
  'early-departure': 'somebody ends a target before its interruption is due',
  'early-departure-15m': 'the same, in a run of 15 minutes',
  'before-notice-15m': 'somebody ends a target before the notice in a run of 15 minutes, so the step fails',
  replacement: 'a new member of an Auto Scaling group is in service',
  back: 'the same: three polls in a row have shown it, so the capacity is back',
  exit: 'from the answer of EC2 that has the last evidence to the end of the step',
} as const

export type LagKind = keyof typeof LAG_KINDS

/** A run in simulated time has no process that could end, and a real one of 15 minutes would take too long. */
export const EXACT_KINDS = [
  'completed',
  'departure',
  'early-departure',
  'early-departure-15m',
  'before-notice-15m',
  'replacement',
  'back',
] as const
export const REAL_KINDS = ['completed', 'departure', 'early-departure', 'replacement', 'back', 'exit'] as const
export type ExactKind = (typeof EXACT_KINDS)[number]
export type RealKind = (typeof REAL_KINDS)[number]

/**
 * How long it takes until the action has noticed a change, in whole milliseconds: one value for each phase, which is the place of the change
 * between two polls, in the order of the phases.
 */
export type Lags<K extends LagKind> = Readonly<Record<K, readonly number[]>>

/** `count` phases from 0 to 1, evenly spread. */
export function toPhases(count: number): readonly number[] {
  return Array.from({ length: count }, (_, nth) => (nth + 0.5) / count)
}

/**
 * A moment from 0 to 1 for each phase. Even steps could be as long as the poll interval, and would then always hit the same place between
 * two polls. Steps of the golden ratio never do.
 */
export function scatter(phase: number): number {
  return (phase * 100 * GOLDEN) % 1
}
const GOLDEN = (1 + Math.sqrt(5)) / 2

/** The lags of each of these kinds. */
export function toLags<K extends LagKind>(kinds: readonly K[], pick: (kind: K) => readonly number[]): Lags<K> {
  const lags = {} as Record<K, readonly number[]>
  for (const kind of kinds) lags[kind] = pick(kind)
  return lags
}

export type LagFile = {
  readonly kind: 'lag'
  /** When the bench began, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly date: string
  readonly machine: Machine
  /** How it was measured: one plain sentence for each term. The page shows them. */
  readonly method: Readonly<Record<string, string>>
  readonly pollIntervalMs: number
  /** Runs in simulated time. */
  readonly exact: Lags<ExactKind>
  /** The built action as processes, in real time. */
  readonly real: Lags<RealKind>
}

/** The largest values that are allowed, in milliseconds. */
export type LagLimits = { readonly median?: number; readonly p95?: number; readonly most?: number }

const EVENLY: LagLimits = { median: 5200, p95: 9700, most: 10_000 }

/**
 * The limits of each kind. They make sure that saving calls does not make the action notice a change later. If a change can come at any
 * time, the limit is what polls at `poll-interval` give, plus a little, because the phases are not perfectly spread.
 */
export const LIMITS: Readonly<Record<LagKind, LagLimits>> = {
  completed: EVENLY,
  departure: { median: 1000, p95: 2500 },
  'early-departure': EVENLY,
  'early-departure-15m': EVENLY,
  // EC2 is polled less often before the notice, because nothing reacts yet.
  'before-notice-15m': { median: 6500, p95: 12_100, most: 12_500 },
  replacement: EVENLY,
  back: {},
  exit: { median: 1000 },
}

/** In real time, the runs are too few for a median to be even: of a change that can come at any time, only the longest lag is compared. */
export const REAL_LIMITS: Readonly<Record<RealKind, LagLimits>> = {
  completed: { most: 10_000 },
  departure: LIMITS.departure,
  'early-departure': { most: 10_000 },
  replacement: { most: 10_000 },
  back: {},
  exit: LIMITS.exit,
}

/** The clocks of AWS and of the action show whole milliseconds, and each rounds independently. */
const ROUNDING_MS = 5

/** The limits that lags miss, in words. */
export function findMissed(limits: LagLimits, lags: readonly number[]): readonly string[] {
  const seen = summarise(lags)
  return (['median', 'p95', 'most'] as const).flatMap((name) => {
    const limit = limits[name] ?? Number.POSITIVE_INFINITY
    return seen[name] <= limit + ROUNDING_MS ? [] : [`${name} ${seen[name]} ms of at most ${limit} ms`]
  })
}

export function summarise(lags: readonly number[]): Required<LagLimits> {
  return { median: median(lags), p95: quantile(lags, 0.95), most: quantile(lags, 1) }
}
