import type { ProbeInputs } from '../model/inputs/probes.ts'
import { BASELINE_MS } from '../model/plan/plan.ts'
import type { ProbeRules, ProbeTarget } from '../model/probes/probe.ts'
import { hasRecovered } from '../model/probes/recovery.ts'
import { createSampleRecorder, isSettled } from '../model/probes/samples.ts'
import type { Answer, World } from '../world.ts'
import type { Observing } from './observe.ts'
import { createOutageDetector } from './outage.ts'
import { createPauseDetector, type PauseDetector } from './pause.ts'
import { passBaseline, type RecordedProbe } from './probe-baseline.ts'

type Ports = Pick<World, 'sendProbe' | 'clock' | 'log'>

/** The probes of one run. Without any, its functions do nothing. */
export type Prober = {
  /**
   * Starts all probes, and resolves when each has been healthy three times in a row; rejects with `refused` if that takes longer than 30
   * seconds.
   */
  readonly baseline: () => Promise<void>
  /** Aborts when a probe has been down longer than allowed and `abort-on-outage` is set. */
  readonly breach: AbortSignal
  /** What the observation after the watch needs to know; absent without probes. */
  readonly observing?: Observing
  /** Ends the probes after the observation. `untilMs`: until when they are judged; undefined if the observation was cut short. */
  readonly finish: (untilMs: number | undefined) => void
  /** Ends the probes at once, without waiting for answers. */
  readonly abandon: () => void
}

/** The longest interval during the baseline, so that three checks fit in its time. */
const BASELINE_INTERVAL_MS = 8000

/** @param signal ends all probes and waits at once when it aborts */
export function createProber(world: Ports, probes: ProbeInputs | undefined, signal?: AbortSignal): Prober {
  const breach = new AbortController()
  if (probes === undefined) return { baseline: async () => {}, breach: breach.signal, finish: () => {}, abandon: () => {} }
  const stop = new AbortController()
  const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
  const { rules } = probes
  const pauses = createPauseDetector(world, rules, ended)
  const senders = probes.probeTargets.map((probeTarget) => createSender(world, probeTarget, { rules, breach, ended, pauses }))
  let begun = false
  const end = (untilMs: number, whole: boolean) => {
    if (!begun || stop.signal.aborted) return
    stop.abort()
    world.log.record({ kind: 'probed', allSamples: senders.map(({ samples }) => samples()), untilMs, whole })
  }
  const observing: Observing = {
    observeMs: rules.observeMs,
    recoveryMs: rules.recoveryMs,
    halt: AbortSignal.any([ended, breach.signal]),
    probes: {
      isSettled: (untilMs) => senders.every(({ samples }) => isSettled(samples(), untilMs)),
      findMissing: (untilMs) =>
        senders.filter(({ samples }) => !hasRecovered(samples(), untilMs)).map(({ probeTarget }) => probeTarget.name),
    },
  }
  return {
    breach: breach.signal,
    observing,
    baseline: async () => {
      begun = true
      const startMs = world.clock.monotonicMs()
      let intervalMs = Math.min(rules.intervalMs, BASELINE_INTERVAL_MS)
      void pauses.run()
      senders.forEach((sender, index) => void sender.run(startMs + (index * intervalMs) / senders.length, () => intervalMs))
      await passBaseline(world, { probes: senders, ended, untilMs: startMs + BASELINE_MS })
      intervalMs = rules.intervalMs
    },
    finish: (untilMs) => end(untilMs ?? world.clock.monotonicMs(), untilMs !== undefined),
    abandon: () => end(world.clock.monotonicMs(), false),
  }
}

type Sender = RecordedProbe & { readonly run: (firstMs: number, readIntervalMs: () => number) => Promise<void> }
type SenderSettings = {
  readonly rules: ProbeRules
  readonly breach: AbortController
  readonly ended: AbortSignal
  readonly pauses: PauseDetector
}

/**
 * Sends the checks of one probe at a fixed rate. A slow answer does not delay the next check. A check that is overdue because the process
 * was paused is skipped.
 */
function createSender(
  { sendProbe, clock, log }: Ports,
  probeTarget: ProbeTarget,
  { rules, breach, ended, pauses }: SenderSettings,
): Sender {
  const recorder = createSampleRecorder(probeTarget.name)
  const detector = createOutageDetector({ clock, log }, probeTarget.name, { rules, breach, recorder })
  let latest: Answer | undefined
  let warned = false
  const send = async () => {
    pauses.check()
    const sentMs = clock.monotonicMs()
    const at = recorder.send(sentMs)
    const given = await sendProbe(probeTarget, { timeoutMs: rules.timeoutMs, signal: ended })
    if (ended.aborted) return
    const paused = pauses.wasPausedSince(sentMs)
    latest = paused ? { ...given, health: 'unknown', why: 'the runner was paused' } : given
    if (!warned && !paused && latest.health === 'unknown') {
      warned = true
      log.record({ kind: 'warned', what: `Probe ${probeTarget.name}: checks like this one are unknown, because ${latest.why}.` })
    }
    recorder.settle(at, latest.health, latest.tookMs)
    detector.read(at, latest)
  }
  return {
    probeTarget,
    samples: recorder.samples,
    latest: () => latest,
    run: async (firstMs, readIntervalMs) => {
      let nextMs = firstMs
      while (!ended.aborted) {
        await clock.sleep(Math.max(0, nextMs - clock.monotonicMs()), ended)
        if (ended.aborted) return
        void send()
        const intervalMs = readIntervalMs()
        nextMs += intervalMs * Math.max(1, Math.ceil((clock.monotonicMs() - nextMs) / intervalMs))
      }
    },
  }
}
