import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../world.ts'

export function createClock(): Clock {
  return {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    sleep: async (ms, signal) => {
      try {
        await setTimeout(ms, undefined, signal === undefined ? {} : { signal })
      } catch (thrown) {
        if (signal?.aborted !== true) throw thrown
      }
    },
  }
}
