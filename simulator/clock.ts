/**
 * Simulated time: `sim0 + (real - real0) * speed`. Every process that knows the three numbers computes the same time, so a child process
 * with a sped-up clock and the simulator never drift apart.
 */
export type Epoch = { readonly speed: number; readonly real0: number; readonly sim0: number }

export type Clock = Epoch & { readonly now: () => number }

export type ClockOptions = {
  readonly speed?: number | undefined
  readonly real0?: number | undefined
  readonly sim0?: number | undefined
  /** Replaces the clock. Returns simulated milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

/**
 * A clock that runs `speed` times as fast as the real one, from `real0` and `sim0` on (milliseconds since 1970). Throws for a speed that
 * is not above 0.
 */
export function createClock(options: ClockOptions = {}, real: () => number = Date.now): Clock {
  const speed = options.speed ?? 1
  if (!(Number.isFinite(speed) && speed > 0)) throw new Error(`speed must be a number above 0, not ${options.speed}`)
  const real0 = options.real0 ?? real()
  const sim0 = options.sim0 ?? real0
  return { speed, real0, sim0, now: options.now ?? (() => Math.floor(sim0 + (real() - real0) * speed)) }
}

/** Converts seconds to milliseconds; the functions below convert minutes and hours. */
export const seconds = (count: number): number => Math.round(count * 1000)
export const minutes = (count: number): number => seconds(count * 60)
export const hours = (count: number): number => minutes(count * 60)
