import type { ProbeRules } from '../model/probes/probe.ts'
import { BAD, PENDING, type SampleRecorder } from '../model/probes/samples.ts'
import { readStart } from '../model/timeline/schedule.ts'
import type { Answer, World } from '../world.ts'

/** Reads the answers of one probe in the order they were sent, and tells when it goes down and when it comes back. */
export type OutageDetector = { readonly read: (at: number, answer: Answer) => void }

type DetectorSettings = { readonly rules: ProbeRules; readonly breach: AbortController; readonly recorder: SampleRecorder }

export function createOutageDetector(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  name: string,
  { rules, breach, recorder }: DetectorSettings,
): OutageDetector {
  /** The first answer that has not been read; what came before its turn waits with its reason. */
  let head = 0
  let downMs: number | undefined
  let changes = 0
  const whys = new Map<number, string>()
  const record = (good: boolean, sentMs: number, why: string) => {
    const sentAt = new Date(clock.now().getTime() - (clock.monotonicMs() - sentMs))
    changes++
    log.record({ kind: 'probe', name, nth: changes, good, sentAt, sentMs, why })
  }
  const step = (sentMs: number, bad: boolean, why: string) => {
    if (bad && downMs === undefined) {
      downMs = sentMs
      record(false, sentMs, why)
    } else if (!bad && downMs !== undefined) {
      downMs = undefined
      record(true, sentMs, '')
    }
    if (bad && downMs !== undefined && rules.abortOnOutage && !breach.signal.aborted) checkBreach(downMs, sentMs)
  }
  /** Only what is certain: the next good answer comes later than the last bad one. Outages count from t0 on. */
  const checkBreach = (fromMs: number, untilMs: number) => {
    const start = readStart(log.timeline())
    const lastedMs = start === undefined ? 0 : untilMs - Math.max(fromMs, start.ms)
    if (lastedMs <= rules.maxOutageMs) return
    log.record({ kind: 'breach', name, downMs: lastedMs, allowedMs: rules.maxOutageMs })
    breach.abort()
  }
  return {
    read: (at, answer) => {
      if (!answer.good) whys.set(at, answer.why)
      const { sentMs, states } = recorder.samples()
      for (; head < states.length && states[head] !== PENDING; head++) {
        step(sentMs[head] ?? 0, states[head] === BAD, whys.get(head) ?? '')
        whys.delete(head)
      }
    },
  }
}
