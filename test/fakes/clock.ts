import type { Clock } from '../../src/world.ts'

/** The wall clock's time at monotonic 0 of every fake clock and timeline, where nothing else is said. */
export const EPOCH = new Date('2026-01-02T03:00:00.000Z')

/** A clock that moves only when somebody sleeps; `slept` tells how long each time. AWS's clock shows EPOCH at monotonic 0. */
export type FakeClock = Clock & { readonly slept: readonly number[] }

/** @param wallAt what the runner's wall clock shows at monotonic 0: give another one for a runner whose clock is wrong */
export function fakeClock(wallAt: Date = EPOCH): FakeClock {
  let ms = 0
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(wallAt.getTime() + ms),
    awsNow: () => new Date(EPOCH.getTime() + ms),
    monotonicMs: () => ms,
    sleep: async (forMs) => {
      slept.push(forMs)
      ms += forMs
    },
  }
}
