import { ActionError } from '../model/errors.ts'
import type { ProbeInputs } from '../model/inputs/probes.ts'
import { BASELINE_MS } from '../model/plan/plan.ts'
import type { ProbeRules, ProbeTarget } from '../model/probes/probe.ts'
import { createSampleRecorder, isSettled, readLatest, readTail, type Samples } from '../model/probes/samples.ts'
import type { Ending, Planned } from '../model/timeline/event.ts'
import { readStart } from '../model/timeline/schedule.ts'
import { toOutcomes } from '../model/verdict/outcome.ts'
import { readLastEnd } from '../model/verdict/service.ts'
import type { World } from '../world.ts'
import { createOutageDetector } from './outage.ts'

type Ports = Pick<World, 'sendProbe' | 'clock' | 'log'>

/** The probes of one run. Without any, nothing is asked, told or waited for. */
export type Prober = {
  /** Starts all probes, and resolves when each has answered well three times in a row; rejects with `refused` after 30 seconds. */
  readonly baseline: () => Promise<void>
  /** Aborts when a probe has been down longer than allowed and that is to end the watch. */
  readonly breach: AbortSignal
  /** After the watch: goes on for `observe-for` and the recovery wait where every target ended, then ends the probes. */
  readonly finish: (plan: Planned, ending: Ending) => Promise<void>
  /** Ends them at once, whatever is still to come. */
  readonly abandon: () => void
}

/** How often it is looked whether what is waited for has come; no network is involved. */
const POLL_MS = 250
/** Three answers must fit in the time for the baseline, however long the interval. */
const BASELINE_BEAT_MS = 8000

/** @param signal ends all probes and waits at once when it aborts */
export function createProber(world: Ports, probes: ProbeInputs | undefined, signal?: AbortSignal): Prober {
  const breach = new AbortController()
  if (probes === undefined) return { baseline: async () => {}, breach: breach.signal, finish: async () => {}, abandon: () => {} }
  const stop = new AbortController()
  const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
  const lanes = probes.probeTargets.map((probeTarget) => createLane(world, probeTarget, { rules: probes.rules, breach, ended }))
  const run: Run = { ...probes, lanes, ended, breach: breach.signal }
  let begun = false
  const end = (untilMs: number, whole: boolean) => {
    if (!begun || stop.signal.aborted) return
    stop.abort()
    world.log.record({ kind: 'probed', allSamples: lanes.map(({ samples }) => samples()), untilMs, whole })
  }
  return {
    breach: breach.signal,
    baseline: async () => {
      begun = true
      const startMs = world.clock.monotonicMs()
      const { intervalMs } = probes.rules
      let beatMs = Math.min(intervalMs, BASELINE_BEAT_MS)
      lanes.forEach((lane, index) => void lane.run(startMs + (index * beatMs) / lanes.length, () => beatMs))
      await passBaseline(world, run, startMs)
      beatMs = intervalMs
    },
    finish: async (plan, ending) => {
      const fromMs = readObserved(world, plan, ending)
      const untilMs = fromMs === undefined ? undefined : await observe(world, run, fromMs)
      end(untilMs ?? world.clock.monotonicMs(), untilMs !== undefined)
    },
    abandon: () => end(world.clock.monotonicMs(), false),
  }
}

type Run = ProbeInputs & { readonly lanes: readonly Lane[]; readonly ended: AbortSignal; readonly breach: AbortSignal }
type Lane = {
  readonly probeTarget: ProbeTarget
  readonly samples: () => Samples
  readonly run: (firstMs: number, beat: () => number) => Promise<void>
}
type LaneSettings = { readonly rules: ProbeRules; readonly breach: AbortController; readonly ended: AbortSignal }

/** One probe on its beat: a slow answer delays neither the next turn nor anything else; a turn that was slept through is left out. */
function createLane({ sendProbe, clock, log }: Ports, probeTarget: ProbeTarget, { rules, breach, ended }: LaneSettings): Lane {
  const recorder = createSampleRecorder(probeTarget.name)
  const detector = createOutageDetector({ clock, log }, probeTarget.name, { rules, breach, recorder })
  const send = async () => {
    const at = recorder.send(clock.monotonicMs())
    const answer = await sendProbe(probeTarget, rules.timeoutMs, ended)
    if (ended.aborted) return
    recorder.settle(at, answer.good, answer.tookMs)
    detector.read(at, answer)
  }
  return {
    probeTarget,
    samples: recorder.samples,
    run: async (firstMs, beat) => {
      let nextMs = firstMs
      while (!ended.aborted) {
        await clock.sleep(Math.max(0, nextMs - clock.monotonicMs()), ended)
        if (ended.aborted) return
        void send()
        const beatMs = beat()
        nextMs += beatMs * Math.max(1, Math.ceil((clock.monotonicMs() - nextMs) / beatMs))
      }
    },
  }
}

async function passBaseline(world: Ports, { lanes, ended }: Run, startMs: number): Promise<void> {
  for (;;) {
    const nowMs = world.clock.monotonicMs()
    const waiting = lanes.filter(({ samples }) => readLatest(samples()) !== 'good')
    if (waiting.length === 0) return world.log.record({ kind: 'baseline', ok: true, why: '' })
    if (ended.aborted) throw new ActionError('refused', 'The run was ended before its probes had answered.', 'Nothing was created.')
    if (nowMs >= startMs + BASELINE_MS) throw fail(world, waiting)
    await world.clock.sleep(POLL_MS, ended)
  }
}

function fail(world: Ports, waiting: readonly Lane[]): ActionError {
  const names = waiting.map(({ probeTarget }) => `${probeTarget.name} (${probeTarget.shown})`).join(', ')
  const why = `${names} did not answer well three times in a row within ${BASELINE_MS / 1000} s`
  world.log.record({ kind: 'baseline', ok: false, why })
  return new ActionError(
    'refused',
    `Before anything was created, ${why}.`,
    'Nothing was interrupted: a service that is down already proves nothing. Mend it, or the probe.',
  )
}

/** From when on the service is observed after the watch; undefined where there is nothing to recover from. */
function readObserved(world: Ports, plan: Planned, ending: Ending): number | undefined {
  const timeline = world.log.timeline()
  const start = readStart(timeline)
  if (start === undefined || ending === 'outage') return undefined
  if (plan.mode === 'rebalance') return ending === 'signal-sent' ? start.ms : undefined
  return readLastEnd(toOutcomes(timeline, plan))
}

/** Gives the moment until which the service is judged; undefined when it was ended before. */
async function observe(world: Ports, run: Run, fromMs: number): Promise<number | undefined> {
  const { clock, log } = world
  const halt = AbortSignal.any([run.ended, run.breach])
  if (halt.aborted) return undefined
  const observedMs = Math.max(clock.monotonicMs(), fromMs + run.rules.observeMs)
  const waitMs = observedMs - clock.monotonicMs()
  log.record({ kind: 'observing', forMs: waitMs })
  await clock.sleep(waitMs, halt)
  return await recover(world, run, { halt, lastMs: observedMs + run.rules.recoveryMs })
}

/** Until every probe answers well three times in a row, at the longest until `lastMs`. */
async function recover(
  { clock, log }: Ports,
  { lanes }: Run,
  { halt, lastMs }: { halt: AbortSignal; lastMs: number },
): Promise<number | undefined> {
  for (let look = 1; !halt.aborted; look++) {
    const cutMs = Math.min(clock.monotonicMs(), lastMs)
    await settle(clock, lanes, { halt, cutMs })
    if (halt.aborted) return undefined
    const down = lanes.filter(({ samples }) => readTail(samples(), cutMs) !== 'good').map(({ probeTarget }) => probeTarget.name)
    if (down.length === 0 || cutMs >= lastMs) return cutMs
    if (look === 1) log.record({ kind: 'recovering', names: down, forMs: lastMs - clock.monotonicMs() })
    await clock.sleep(POLL_MS, halt)
  }
  return undefined
}

/** What was sent by now decides, so what is still on its way is awaited; that is no longer than its time-out. */
async function settle(clock: Ports['clock'], lanes: readonly Lane[], { halt, cutMs }: { halt: AbortSignal; cutMs: number }): Promise<void> {
  while (!halt.aborted && lanes.some(({ samples }) => !isSettled(samples(), cutMs))) await clock.sleep(POLL_MS, halt)
}
