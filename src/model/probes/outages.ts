import { countUntil, FAILED, findRange, HEALTHY, type Samples } from './samples.ts'

/**
 * From the sending of the first failed check to that of the next healthy one. An open outage has no healthy check after it: it lasts at
 * least until the judged time ends.
 */
export type Outage = { readonly fromMs: number; readonly toMs: number; readonly open: boolean }

/** The judged time, in monotonic milliseconds: outages count from `startMs` (t0) to `untilMs`. */
export type JudgedTime = { readonly startMs: number; readonly untilMs: number; readonly intervalMs: number }

/** Every outage of the judged time, in order. An unknown check begins none and ends none. */
export function findOutages(samples: Samples, { startMs, untilMs }: JudgedTime): readonly Outage[] {
  const [from, until] = findRange(samples, startMs, untilMs)
  const outages: Outage[] = []
  let openMs: number | undefined
  for (let at = from; at < until; at++) {
    const ms = samples.sentMs[at] ?? 0
    const state = samples.states[at]
    if (state === FAILED) openMs ??= ms
    if (state === HEALTHY && openMs !== undefined) {
      outages.push({ fromMs: openMs, toMs: ms, open: false })
      openMs = undefined
    }
  }
  if (openMs !== undefined) outages.push({ fromMs: openMs, toMs: untilMs, open: true })
  return outages
}

/** A gap longer than this many intervals means that a check was skipped. */
const LEFT_OUT = 1.5

/**
 * The longest outage that the checks do not rule out. If checks are unknown or were skipped, the probe may have failed from the last known
 * check on. Never shorter than the longest known outage.
 */
export function findLongestPossibleOutage({ sentMs, states }: Samples, judged: JudgedTime): number {
  const { startMs, untilMs } = judged
  const { fail, heal, know, longestMs } = trackPossible(judged)
  const until = countUntil(sentMs, untilMs)
  for (let at = 0; at < until; at++) {
    const ms = sentMs[at] ?? 0
    const state = states[at]
    if (ms >= startMs) (state === HEALTHY ? heal : fail)(ms, state)
    if (state === HEALTHY || state === FAILED) know(ms)
  }
  heal(untilMs)
  return longestMs()
}

/** Tracks an outage that may have begun, from check to check. */
function trackPossible({ startMs, intervalMs }: JudgedTime) {
  let knownMs = Number.NEGATIVE_INFINITY
  let sinceMs: number | undefined
  let longestMs = 0
  const isLate = (ms: number) => ms - knownMs > LEFT_OUT * intervalMs
  return {
    know: (ms: number) => {
      knownMs = ms
    },
    fail: (ms: number, state: number | undefined) => {
      sinceMs ??= state === FAILED && !isLate(ms) ? ms : knownMs
    },
    heal: (ms: number) => {
      const beganMs = sinceMs ?? (isLate(ms) ? knownMs : ms)
      longestMs = Math.max(longestMs, ms - Math.max(startMs, beganMs))
      sinceMs = undefined
    },
    longestMs: () => longestMs,
  }
}
