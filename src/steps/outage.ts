import type { ProbeRules } from '../model/probes/probe.ts'
import { FAILED, PENDING, type SampleRecorder, UNKNOWN } from '../model/probes/samples.ts'
import { readStart } from '../model/timeline/schedule.ts'
import type { Answer, World } from '../world.ts'

/**
 * Reads the answers of one probe in the order in which the checks were sent, and records when the probe goes down and when it is healthy
 * again.
 */
export type OutageDetector = { readonly read: (at: number, answer: Answer) => void }

type DetectorSettings = { readonly rules: ProbeRules; readonly breach: AbortController; readonly recorder: SampleRecorder }

/**
 * Watches the checks of one probe while they come: records its changes between up and down, and aborts `breach` at an outage beyond
 * `max-outage` if `abort-on-outage` is set.
 */
export function createOutageDetector(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  name: string,
  { rules, breach, recorder }: DetectorSettings,
): OutageDetector {
  /** The index of the first check that has not been read. An answer that comes earlier waits, with its reason. */
  let head = 0
  let downMs: number | undefined
  let changes = 0
  const whys = new Map<number, string>()
  const record = (healthy: boolean, sentMs: number, why: string) => {
    const sentAt = new Date(clock.now().getTime() - (clock.monotonicMs() - sentMs))
    changes++
    log.record({ kind: 'probe', name, nth: changes, healthy, sentAt, sentMs, why })
  }
  const step = (sentMs: number, failed: boolean, why: string) => {
    if (failed && downMs === undefined) {
      downMs = sentMs
      record(false, sentMs, why)
    } else if (!failed && downMs !== undefined) {
      downMs = undefined
      record(true, sentMs, '')
    }
    if (failed && downMs !== undefined && rules.abortOnOutage && !breach.signal.aborted) checkBreach(downMs, sentMs)
  }
  /** Only a certain breach counts: the outage lasts at least up to the last failed check. Outages count from t0 on. */
  const checkBreach = (fromMs: number, untilMs: number) => {
    const start = readStart(log.timeline())
    const lastedMs = start === undefined ? 0 : untilMs - Math.max(fromMs, start.ms)
    if (lastedMs <= rules.maxOutageMs) return
    log.record({ kind: 'breach', name, downMs: lastedMs, allowedMs: rules.maxOutageMs })
    breach.abort()
  }
  return {
    read: (at, answer) => {
      whys.set(at, answer.why)
      const { sentMs, states } = recorder.samples()
      for (; head < states.length && states[head] !== PENDING; head++) {
        // An unknown check begins no outage and ends none.
        if (states[head] !== UNKNOWN) step(sentMs[head] ?? 0, states[head] === FAILED, whys.get(head) ?? '')
        whys.delete(head)
      }
    },
  }
}
