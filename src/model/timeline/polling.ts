/** The shortest time between two polls of FIS, or of EC2. FIS publishes no rate limit; its own tools poll every 5 s. */
export const SHORTEST_GAP_MS = 2000
/** The first poll after an expected change comes this much later, so that it can show the change. */
const AFTER_MS = 500

/**
 * When to poll next, in monotonic milliseconds. The gap is `pollMs`. But there is a poll right after each expected change, and then each
 * gap is a third of the time since the change, until the gaps reach `pollMs` again. A poll shortly before an expected change would delay the
 * one that shows it by the shortest gap, so it is earlier, or is left out.
 *
 * @param lastMs the previous poll @param expectedMs when changes are expected, any order @param pollMs the longest gap, at least
 * `SHORTEST_GAP_MS`
 */
export function nextPollAt(lastMs: number, expectedMs: readonly number[], pollMs: number): number {
  const passed = expectedMs.filter((at) => at <= lastMs)
  const since = passed.length === 0 ? Number.POSITIVE_INFINITY : lastMs - Math.max(...passed)
  const soonMs = Math.min(...expectedMs.map((at) => at + AFTER_MS).filter((at) => at > lastMs))
  const [earliestMs, latestMs] = [lastMs + SHORTEST_GAP_MS, lastMs + pollMs]
  const nextMs = Math.max(earliestMs, Math.min(latestMs, lastMs + since / 3))
  if (nextMs >= soonMs) return Math.max(earliestMs, soonMs)
  if (nextMs <= soonMs - SHORTEST_GAP_MS) return nextMs
  return soonMs - SHORTEST_GAP_MS >= earliestMs ? soonMs - SHORTEST_GAP_MS : Math.min(soonMs, latestMs)
}
