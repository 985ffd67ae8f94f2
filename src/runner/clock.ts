import type { Clock } from '../world.ts'

export function createClock(): Clock {
  return {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    sleep: async (ms, signal) => {
      // Loaded when it is needed: most of what ends early never sleeps.
      const { setTimeout } = await import('node:timers/promises')
      try {
        await setTimeout(ms, undefined, signal === undefined ? {} : { signal })
      } catch (thrown) {
        if (signal?.aborted !== true) throw thrown
      }
    },
  }
}
