/**
 * How far AWS's clock is ahead of our monotonic one, in milliseconds: a range that contains the true value. It refers to the monotonic
 * clock, because the runner's wall clock may be changed during the run.
 */
export type AwsTime = { readonly atLeastMs: number; readonly atMostMs: number }

/** The time in the `Date` header of an answer, the moment on the monotonic clock when the header came, and how long that took. */
export type DateReading = { readonly dateMs: number; readonly atMs: number; readonly tookMs: number }

/** A `Date` header has whole seconds, rounded down. */
const SECOND_MS = 1000

/**
 * Narrows the range with one more answer. AWS writes the header between the request and the answer, so each answer gives a range; the
 * intersection of all ranges is smaller. If a range does not intersect, the clocks have drifted apart, and only the newest range counts.
 */
export function narrowAwsTime(known: AwsTime | undefined, { dateMs, atMs, tookMs }: DateReading): AwsTime {
  const seen = { atLeastMs: dateMs - atMs, atMostMs: dateMs + SECOND_MS - (atMs - tookMs) }
  if (known === undefined) return seen
  const both = { atLeastMs: Math.max(known.atLeastMs, seen.atLeastMs), atMostMs: Math.min(known.atMostMs, seen.atMostMs) }
  return both.atLeastMs <= both.atMostMs ? both : seen
}

/** AWS's time at a moment of the monotonic clock, in milliseconds since 1970: the middle of the range. */
export function toAwsMs({ atLeastMs, atMostMs }: AwsTime, monotonicMs: number): number {
  return Math.round(monotonicMs + (atLeastMs + atMostMs) / 2)
}
