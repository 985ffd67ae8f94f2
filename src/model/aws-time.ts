/**
 * How far AWS's clock is ahead of our monotonic one, in milliseconds: a range that holds the true value. The monotonic clock is the
 * base, because the runner's wall clock may be set while the run goes on.
 */
export type AwsTime = { readonly atLeastMs: number; readonly atMostMs: number }

/** The time in the `Date` header of an answer, the moment on the monotonic clock when the header came, and how long that took. */
export type DateSighting = { readonly dateMs: number; readonly atMs: number; readonly tookMs: number }

/** A `Date` header has whole seconds, rounded down. */
const SECOND_MS = 1000

/**
 * What one more answer says. AWS writes the header between the request and the answer, so each answer gives a range, and all of them
 * together a smaller one. A range that does not fit shows that the clocks have drifted apart: then the newest counts alone.
 */
export function narrowAwsTime(known: AwsTime | undefined, { dateMs, atMs, tookMs }: DateSighting): AwsTime {
  const seen = { atLeastMs: dateMs - atMs, atMostMs: dateMs + SECOND_MS - (atMs - tookMs) }
  if (known === undefined) return seen
  const both = { atLeastMs: Math.max(known.atLeastMs, seen.atLeastMs), atMostMs: Math.min(known.atMostMs, seen.atMostMs) }
  return both.atLeastMs <= both.atMostMs ? both : seen
}

/** AWS's time at a moment of the monotonic clock, in milliseconds since 1970: the middle of what is possible. */
export function toAwsMs({ atLeastMs, atMostMs }: AwsTime, monotonicMs: number): number {
  return Math.round(monotonicMs + (atLeastMs + atMostMs) / 2)
}
