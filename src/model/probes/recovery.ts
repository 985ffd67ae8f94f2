import { countUntil, FAILED, HEALTHY, type Samples } from './samples.ts'

/**
 * A service has recovered when it has been healthy without a failure up to the end of the watch, for at least this long and in at least
 * this many checks.
 */
export const RECOVERY_MS = 60_000
export const RECOVERY_CHECKS = 30

/** The unbroken row of healthy checks up to the end of the watch: when the first one was sent, and how many there are. */
export type Stretch = { readonly fromMs: number; readonly checks: number }

/**
 * The stretch up to a moment. It has no checks if the last check is not healthy. `unknown` decides about an unknown check: it ends the
 * stretch, or it counts as healthy.
 */
export function findStretch({ sentMs, states }: Samples, untilMs: number, unknown: 'ends it' | 'healthy'): Stretch {
  const until = countUntil(sentMs, untilMs)
  let at = until
  while (at > 0 && (states[at - 1] === HEALTHY || (unknown === 'healthy' && states[at - 1] !== FAILED))) at--
  return { fromMs: sentMs[at] ?? Number.POSITIVE_INFINITY, checks: until - at }
}

/** Whether a stretch is long enough at a moment. */
function isLongEnough({ fromMs, checks }: Stretch, untilMs: number): boolean {
  return checks >= RECOVERY_CHECKS && untilMs - fromMs >= RECOVERY_MS
}

/** Whether the probe has certainly recovered at a moment. */
export function hasRecovered(samples: Samples, untilMs: number): boolean {
  return isLongEnough(findStretch(samples, untilMs, 'ends it'), untilMs)
}

export type Recovery = {
  /** Undefined if it did not recover, or if that is not known. 0 if it had recovered before the last target left. */
  readonly recoveryMs: number | undefined
  readonly recovered: boolean | 'unknown'
}

/**
 * The recovery at the end of a watch. `leftMs`: when the last target left; undefined if one has not. `whole`: there are checks up to the
 * end of the recovery wait, so a missing recovery counts against the service.
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
