import type { Plan } from '../model/plan/plan.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import type { Ending } from '../model/timeline/event.ts'
import { readStart } from '../model/timeline/schedule.ts'
import { toOutcomes } from '../model/verdict/outcome.ts'
import { readLastEnd } from '../model/verdict/window.ts'
import type { World } from '../world.ts'
import { pollTargets } from './poll.ts'

type Ports = Pick<World, 'ec2' | 'clock' | 'log'>

/** What the observation needs to know of the probes. */
export type Observing = {
  readonly rules: ProbeRules
  /** Ends the observation at once. */
  readonly halt: AbortSignal
  /** Whether every check sent until then has its answer. */
  readonly isSettled: (untilMs: number) => boolean
  /** The probes that have not recovered at a moment. */
  readonly findUnrecovered: (untilMs: number) => readonly string[]
}

/** How often it is looked whether what is waited for has come; no network is involved. */
const POLL_MS = 250

/**
 * After the watch: `observe-for`, then the recovery wait. Resolves with the moment until which the service is judged; with undefined where
 * there is nothing to recover from, or where it was ended before.
 */
export async function observe(world: Ports, plan: Plan, observing: Observing & { readonly ending: Ending }): Promise<number | undefined> {
  const { clock, log } = world
  const { rules, halt, ending } = observing
  const fromMs = await awaitObserved(world, plan, { ending, halt })
  if (fromMs === undefined || halt.aborted) return undefined
  const observedMs = Math.max(clock.monotonicMs(), fromMs + rules.observeMs)
  const forMs = observedMs - clock.monotonicMs()
  log.record({ kind: 'observing', forMs })
  await clock.sleep(forMs, halt)
  return await awaitRecovery(world, observing, observedMs + rules.recoveryMs)
}

type End = { readonly ending: Ending; readonly halt: AbortSignal }

/** From when on the service is observed; undefined where there is nothing to recover from. */
async function awaitObserved(world: Ports, plan: Plan, { ending, halt }: End): Promise<number | undefined> {
  const start = readStart(world.log.timeline())
  if (start === undefined || ending === 'outage') return undefined
  if (plan.earlyStop) return ending === 'early-stopped' ? start.ms : undefined
  if (plan.mode === 'rebalance') return ending === 'signal-sent' ? start.ms : undefined
  return await awaitLastEnd(world, plan, halt)
}

/** The watch ends when every target is on its way out: EC2 is asked on until it shows each one terminated or stopped, or for 60 s. */
async function awaitLastEnd(world: Ports, plan: Plan, halt: AbortSignal): Promise<number | undefined> {
  for (;;) {
    const outcomes = toOutcomes(world.log.timeline(), plan)
    const endMs = readLastEnd(outcomes)
    const waitMs = (endMs ?? 0) - world.clock.monotonicMs()
    const ended = outcomes.every(({ endedMs }) => endedMs !== undefined)
    if (endMs === undefined || ended || waitMs <= 0 || halt.aborted) return endMs
    await world.clock.sleep(Math.min(waitMs, plan.pollIntervalMs), halt)
    // A poll that fails is no loss: the next one may succeed, and after 60 s none is needed.
    if (!halt.aborted) await pollTargets(world, plan).catch(() => undefined)
  }
}

/** Until every probe has recovered, at the longest until `lastMs`. */
async function awaitRecovery({ clock, log }: Ports, observing: Observing, lastMs: number): Promise<number | undefined> {
  const { halt, findUnrecovered } = observing
  for (let look = 1; !halt.aborted; look++) {
    const cutMs = Math.min(clock.monotonicMs(), lastMs)
    await settle(clock, observing, cutMs)
    if (halt.aborted) return undefined
    const names = findUnrecovered(cutMs)
    if (names.length === 0 || cutMs >= lastMs) return cutMs
    if (look === 1) log.record({ kind: 'recovering', names, forMs: lastMs - clock.monotonicMs() })
    await clock.sleep(POLL_MS, halt)
  }
  return undefined
}

/** What was sent by now decides, so the answers that are still to come are awaited; that takes no longer than the time-out. */
async function settle(clock: Ports['clock'], { halt, isSettled }: Observing, cutMs: number): Promise<void> {
  while (!halt.aborted && !isSettled(cutMs)) await clock.sleep(POLL_MS, halt)
}
