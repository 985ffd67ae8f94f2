import { toWords } from '../model/duration.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import type { World } from '../world.ts'

/**
 * Notices that this process was paused, or too busy to read answers. Checks from that time cannot be judged, because their time-outs fire
 * before the answers that have arrived are read.
 */
export type PauseDetector = {
  readonly run: () => Promise<void>
  /** Call it before measuring anything: it notices a pause that the timer has not noticed yet. */
  readonly check: () => void
  /** Whether there was a pause since then. */
  readonly wasPausedSince: (sentMs: number) => boolean
}

/** The largest number of warnings, because a runner that is paused again and again would fill the log. */
const MOST_WARNINGS = 5

/**
 * A timer that fires more than one period late shows a pause. The period is the interval of the probes, but at most half of their time-out,
 * so that it notices every pause that is as long as a time-out.
 */
export function createPauseDetector(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  { intervalMs, timeoutMs }: Pick<ProbeRules, 'intervalMs' | 'timeoutMs'>,
  ended: AbortSignal,
): PauseDetector {
  const periodMs = Math.min(intervalMs, timeoutMs / 2)
  let lastMs = clock.monotonicMs()
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  let pauses = 0
  const check = () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - lastMs <= 2 * periodMs) return
    pauses++
    const more = pauses === MOST_WARNINGS ? ' Further pauses are not logged.' : ''
    const what = `The runner was paused for ${toWords(nowMs - lastMs)}: checks that were under way are unknown.${more}`
    if (pauses <= MOST_WARNINGS) log.record({ kind: 'warned', what })
    pausedUntilMs = nowMs
    lastMs = nowMs
  }
  return {
    check,
    wasPausedSince: (sentMs) => {
      check()
      return sentMs < pausedUntilMs
    },
    run: async () => {
      lastMs = clock.monotonicMs()
      while (!ended.aborted) {
        await clock.sleep(periodMs, ended)
        check()
        lastMs = clock.monotonicMs()
      }
    },
  }
}
