import { info } from '@actions/core'
import type { Stamped } from '../model/timeline/event.ts'
import type { Clock, Log } from '../world.ts'

/** Stamps and keeps every recorded event, and hands it to `show` at once, so that the log is live. */
export function createLog(clock: Clock, show: (event: Stamped) => void): Log {
  const kept: Stamped[] = []
  return {
    record: (event) => {
      const stamped = { ...event, seenAt: clock.now(), awsAt: clock.awsNow(), atMs: clock.monotonicMs() }
      kept.push(stamped)
      show(stamped)
    },
    timeline: () => Object.freeze([...kept]),
  }
}

export function print(lines: readonly string[]): void {
  for (const line of lines) info(line)
}
