import type { Plan } from '../model/plan/plan.ts'
import type { Ending } from '../model/timeline/event.ts'
import { readStart } from '../model/timeline/schedule.ts'
import { toOutcomes } from '../model/verdict/outcome.ts'
import { readLastEnd } from '../model/verdict/window.ts'
import type { World } from '../world.ts'
import { pollTargets } from './poll.ts'

type Ports = Pick<World, 'ec2' | 'clock' | 'log'>

/** The probes, or the capacities, as the observation needs them. */
export type RecoveryState = {
  /** Whether every check or poll that was sent until then has its answer. */
  readonly isSettled: (untilMs: number) => boolean
  /** The names of the probes that have not recovered, or of the capacities that are not back, at a moment. */
  readonly findMissing: (untilMs: number) => readonly string[]
}

export type Observing = {
  /** `observe-for` and `recovery-timeout` in milliseconds. */
  readonly observeMs: number
  readonly recoveryMs: number
  /** Ends the observation at once. */
  readonly halt: AbortSignal
  readonly probes?: RecoveryState
  readonly capacities?: RecoveryState
}

const NOTHING: RecoveryState = { isSettled: () => true, findMissing: () => [] }

/** How often the wait checks its condition, which needs no network. */
const POLL_MS = 250

/**
 * After the watch: `observe-for`, then the recovery wait. Resolves with the moment until which the service is judged; with undefined if
 * there is nothing to recover from, or if it was ended before.
 */
export async function observe(world: Ports, plan: Plan, observing: Observing & { readonly ending: Ending }): Promise<number | undefined> {
  const { clock, log } = world
  const { observeMs, recoveryMs, halt, ending } = observing
  const fromMs = await awaitObserved(world, plan, { ending, halt })
  if (fromMs === undefined || halt.aborted) return undefined
  const observedMs = Math.max(clock.monotonicMs(), fromMs + observeMs)
  const forMs = observedMs - clock.monotonicMs()
  log.record({ kind: 'observing', forMs })
  await clock.sleep(forMs, halt)
  return await awaitRecovery(world, observing, observedMs + recoveryMs)
}

type End = { readonly ending: Ending; readonly halt: AbortSignal }

/** When the observation of the service begins; undefined if there is nothing to recover from. */
async function awaitObserved(world: Ports, plan: Plan, { ending, halt }: End): Promise<number | undefined> {
  const start = readStart(world.log.timeline())
  if (start === undefined || ending === 'outage') return undefined
  if (plan.earlyStop) return ending === 'early-stopped' ? start.ms : undefined
  if (plan.mode === 'rebalance') return ending === 'signal-sent' ? start.ms : undefined
  return await awaitLastEnd(world, plan, halt)
}

/**
 * The watch ends when every target is shutting down or stopping. This goes on polling EC2 until it shows each one terminated or stopped,
 * for at most 60 s.
 */
async function awaitLastEnd(world: Ports, plan: Plan, halt: AbortSignal): Promise<number | undefined> {
  for (;;) {
    const outcomes = toOutcomes(world.log.timeline(), plan)
    const endMs = readLastEnd(outcomes)
    const waitMs = (endMs ?? 0) - world.clock.monotonicMs()
    const ended = outcomes.every(({ endedMs }) => endedMs !== undefined)
    if (endMs === undefined || ended || waitMs <= 0 || halt.aborted) return endMs
    await world.clock.sleep(Math.min(waitMs, plan.pollIntervalMs), halt)
    // A failed poll does not matter: the next one may succeed, and after 60 s none is needed.
    if (!halt.aborted) await pollTargets(world, plan).catch(() => undefined)
  }
}

/** Waits until every probe has recovered and every capacity is back, at most until `lastMs`. */
async function awaitRecovery({ clock, log }: Ports, observing: Observing, lastMs: number): Promise<number | undefined> {
  const { halt, probes = NOTHING, capacities = NOTHING } = observing
  for (let poll = 1; !halt.aborted; poll++) {
    const cutMs = Math.min(clock.monotonicMs(), lastMs)
    await settle(clock, observing, cutMs)
    if (halt.aborted) return undefined
    const missing = { names: probes.findMissing(cutMs), capacities: capacities.findMissing(cutMs) }
    if (missing.names.length + missing.capacities.length === 0 || cutMs >= lastMs) return cutMs
    if (poll === 1) log.record({ kind: 'recovering', ...missing, forMs: lastMs - clock.monotonicMs() })
    await clock.sleep(POLL_MS, halt)
  }
  return undefined
}

/** Waits for the answers to everything that was sent by now, because they decide. That takes no longer than the time-out of a check. */
async function settle(clock: Ports['clock'], { halt, probes = NOTHING, capacities = NOTHING }: Observing, cutMs: number): Promise<void> {
  while (!halt.aborted && !(probes.isSettled(cutMs) && capacities.isSettled(cutMs))) await clock.sleep(POLL_MS, halt)
}
