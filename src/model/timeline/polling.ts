/** The shortest time between two polls of FIS, or of EC2. FIS publishes no rate limit; its own tools poll every 5 s. */
export const SHORTEST_GAP_MS = 2000
/** The first poll after an expected change comes this much later, so that it can show the change. */
const AFTER_MS = 1000

/**
 * When to poll next, in monotonic milliseconds. The gap is `pollMs`. But there is a poll right after each expected change, and then each
 * gap is a third of the time since the change, until the gaps reach `pollMs` again.
 *
 * @param lastMs the previous poll @param expectedMs when changes are expected, any order @param pollMs the longest gap, at least
 * `SHORTEST_GAP_MS`
 */
export function nextPollAt(lastMs: number, expectedMs: readonly number[], pollMs: number): number {
  const passed = expectedMs.filter((at) => at <= lastMs)
  const since = passed.length === 0 ? Number.POSITIVE_INFINITY : lastMs - Math.max(...passed)
  const soon = expectedMs.filter((at) => at > lastMs).map((at) => at + AFTER_MS)
  return Math.max(lastMs + SHORTEST_GAP_MS, Math.min(lastMs + pollMs, lastMs + since / 3, ...soon))
}
