import type { Stamped } from '../model/timeline/event.ts'
import { toSafe } from '../report/gate.ts'
import type { Clock, Log } from '../world.ts'

/**
 * Stamps and stores every recorded event, and passes it to `show` at once, so that the log is live. Before it stores an event, `clean`
 * makes all its texts safe to show, because summary, report, JUnit, outputs and log are rendered from it.
 */
export function createLog(clock: Clock, show: (event: Stamped) => void, clean = <T>(event: T): T => toSafe(event, [])): Log {
  const kept: Stamped[] = []
  return {
    record: (event) => {
      const stamped = { ...clean(event), seenAt: clock.now(), awsAt: clock.awsNow(), atMs: clock.monotonicMs() }
      kept.push(stamped)
      show(stamped)
    },
    timeline: () => Object.freeze([...kept]),
  }
}
