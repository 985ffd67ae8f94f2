/** No look at FIS, or at EC2, follows the one before it sooner than this. FIS publishes no rate limit; its own tools tick at 5 s. */
export const SHORTEST_GAP_MS = 2000
/** The first look after an expected change: a little later than the change, so that it can be seen. */
const AFTER_MS = 1000

/**
 * When to look next, in monotonic milliseconds: every `pollMs`, but right after a change that is expected, and from then on at gaps
 * that grow with the time since it, a third of it, until they reach `pollMs` again.
 *
 * @param lastMs the look before
 * @param expectedMs when changes are expected, any order
 * @param pollMs the longest gap, at least `SHORTEST_GAP_MS`
 */
export function nextPollAt(lastMs: number, expectedMs: readonly number[], pollMs: number): number {
  const passed = expectedMs.filter((at) => at <= lastMs)
  const since = passed.length === 0 ? Number.POSITIVE_INFINITY : lastMs - Math.max(...passed)
  const soon = expectedMs.filter((at) => at > lastMs).map((at) => at + AFTER_MS)
  return Math.max(lastMs + SHORTEST_GAP_MS, Math.min(lastMs + pollMs, lastMs + since / 3, ...soon))
}
