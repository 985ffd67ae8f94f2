import { toWords } from '../model/duration.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import type { World } from '../world.ts'

/**
 * Notices that this process was paused, or too busy to see answers. Its checks cannot be judged then: their time-outs go off before the
 * answers are read that came meanwhile.
 */
export type Pulse = {
  readonly run: () => Promise<void>
  /** To be called before anything is measured: notices a pause that the beat has not noticed yet. */
  readonly look: () => void
  /** Whether a pause fell into the time since then. */
  readonly wasPausedSince: (sentMs: number) => boolean
}

/** A runner that is paused over and over would fill the log. */
const MOST_WARNINGS = 5

/**
 * A beat that is more than one period late is a pause. The period is the interval of the probes, and at most half of their time-out: no
 * pause that takes up a whole time-out goes unnoticed.
 */
export function createPulse(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  { intervalMs, timeoutMs }: Pick<ProbeRules, 'intervalMs' | 'timeoutMs'>,
  ended: AbortSignal,
): Pulse {
  const periodMs = Math.min(intervalMs, timeoutMs / 2)
  let beatMs = clock.monotonicMs()
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  let pauses = 0
  const look = () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - beatMs <= 2 * periodMs) return
    pauses++
    const more = pauses === MOST_WARNINGS ? ' Further pauses are not logged.' : ''
    const what = `The runner was paused for ${toWords(nowMs - beatMs)}: checks that were under way are unknown.${more}`
    if (pauses <= MOST_WARNINGS) log.record({ kind: 'warned', what })
    pausedUntilMs = nowMs
    beatMs = nowMs
  }
  return {
    look,
    wasPausedSince: (sentMs) => {
      look()
      return sentMs < pausedUntilMs
    },
    run: async () => {
      beatMs = clock.monotonicMs()
      while (!ended.aborted) {
        await clock.sleep(periodMs, ended)
        look()
        beatMs = clock.monotonicMs()
      }
    },
  }
}
