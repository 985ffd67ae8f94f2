import { availableParallelism, loadavg } from 'node:os'

/** Processes that wait for a core, per core, up to which a machine counts as free: the suite itself makes as many. */
const FREE = 2

/**
 * How many times slower than a free machine this one is, at least 1: from the load of the last minute. Windows knows no load, and counts
 * as free.
 */
export const slowness = Math.max(1, (loadavg()[0] ?? 0) / (FREE * availableParallelism()))

/** A speed of the clock that this machine keeps up with: what a busy machine adds to each step grows by the speed. */
export function paced(speed: number): number {
  return Math.max(1, speed / slowness)
}
