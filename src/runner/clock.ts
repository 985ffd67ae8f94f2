import { type AwsTime, narrowAwsTime, toAwsMs } from '../model/aws-time.ts'
import type { Clock } from '../world.ts'

/** The clocks of this machine. `observeDate` gets the time of every answer of AWS; `awsNow` is computed from these times. */
export function createClock(): Clock & { readonly observeDate: (date: Date, tookMs: number) => void } {
  let awsTime: AwsTime | undefined
  return {
    now: () => new Date(),
    awsNow: () => (awsTime === undefined ? new Date() : new Date(toAwsMs(awsTime, performance.now()))),
    observeDate: (date, tookMs) => {
      awsTime = narrowAwsTime(awsTime, { dateMs: date.getTime(), tookMs, atMs: performance.now() })
    },
    monotonicMs: () => performance.now(),
    sleep: async (ms, signal) => {
      // Loaded at the first use, because a run that ends early never sleeps.
      const { setTimeout } = await import('node:timers/promises')
      try {
        await setTimeout(ms, undefined, signal === undefined ? {} : { signal })
      } catch (thrown) {
        if (signal?.aborted !== true) throw thrown
      }
    },
  }
}
