import { countUntil, FAILED, HEALTHY, type Samples } from './samples.ts'

/** A service has recovered when it is healthy without a failure for this long, and in this many checks, up to the end of the watch. */
export const RECOVERY_MS = 60_000
export const RECOVERY_CHECKS = 30

/** The healthy checks up to the end of the watch that no failure interrupts: when the first was sent, and how many there are. */
export type Stretch = { readonly fromMs: number; readonly checks: number }

/**
 * The last stretch up to a moment; one without a check where the last check is no healthy one. `unknown` says what a check without a known answer
 * counts as: it ends the stretch, or it counts as healthy.
 */
export function findStretch({ sentMs, states }: Samples, untilMs: number, unknown: 'ends it' | 'healthy'): Stretch {
  const until = countUntil(sentMs, untilMs)
  let at = until
  while (at > 0 && (states[at - 1] === HEALTHY || (unknown === 'healthy' && states[at - 1] !== FAILED))) at--
  return { fromMs: sentMs[at] ?? Number.POSITIVE_INFINITY, checks: until - at }
}

/** Whether a stretch is long enough at a moment. */
export function isLongEnough({ fromMs, checks }: Stretch, untilMs: number): boolean {
  return checks >= RECOVERY_CHECKS && untilMs - fromMs >= RECOVERY_MS
}

/** Whether the probe has certainly recovered at a moment. */
export function hasRecovered(samples: Samples, untilMs: number): boolean {
  return isLongEnough(findStretch(samples, untilMs, 'ends it'), untilMs)
}

export type Recovery = {
  /** Undefined when it did not recover, or where that is not known. 0 where it had recovered before the last target left. */
  readonly recoveryMs: number | undefined
  readonly recovered: boolean | 'unknown'
}

/**
 * The recovery at the end of a watch. `leftMs`: when the last target left; undefined where one has not. `whole`: the probes went on to the
 * end of the recovery wait, so that a recovery which did not come can be held against the service.
 */
export function findRecovery(
  samples: Samples,
  { leftMs, untilMs, whole }: { readonly leftMs: number | undefined; readonly untilMs: number; readonly whole: boolean },
): Recovery {
  const stretch = findStretch(samples, untilMs, 'ends it')
  if (isLongEnough(stretch, untilMs))
    return leftMs === undefined
      ? { recovered: 'unknown', recoveryMs: undefined }
      : { recovered: true, recoveryMs: Math.max(0, stretch.fromMs - leftMs) }
  const possible = isLongEnough(findStretch(samples, untilMs, 'healthy'), untilMs)
  return { recovered: whole && !possible ? false : 'unknown', recoveryMs: undefined }
}
