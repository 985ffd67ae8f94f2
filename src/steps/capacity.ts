import type { Plan } from '../model/plan/plan.ts'
import type { ReadWorld } from '../world.ts'
import { type CapacityBaseline, type CapacityCriteria, createCapacityBaseline } from './capacity-baseline.ts'
import { type CapacityPolls, createCapacityPolls } from './capacity-polls.ts'
import { createCapacityReader } from './capacity-reading.ts'
import type { Observing } from './observe.ts'
import { recordScaling } from './scaling.ts'

type Ports = Pick<ReadWorld, 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'clock' | 'log'>

/** The capacities of one run. */
export type CapacityMonitor = Omit<CapacityBaseline, 'current'> & {
  /** Polls every capacity from now on, until `finish` or `abandon`, or until it is called for another start. */
  readonly begin: (plan: Plan) => void
  /** What the observation after the watch needs to know. */
  readonly observing: Observing
  /** Ends the polls, and records them all. `untilMs`: until when the capacities are judged; undefined if the observation was cut short. */
  readonly finish: (untilMs: number | undefined) => Promise<void>
  /** Ends the polls at once, without waiting for answers. */
  readonly abandon: () => void
}

/** @param signal ends all polls and waits at once when it aborts */
export function createCapacityMonitor(world: Ports, { rules, timing }: CapacityCriteria, signal: AbortSignal): CapacityMonitor {
  const reader = createCapacityReader(world)
  const { current, ...baseline } = createCapacityBaseline(world, reader, { rules, timing })
  let polls: CapacityPolls | undefined
  const end = (untilMs: number, whole: boolean) => polls?.end(untilMs, whole)
  return {
    ...baseline,
    begin: (plan) => {
      polls?.drop()
      polls = createCapacityPolls(world, reader, { baseline: current(), plan, signal })
      void polls.run()
    },
    observing: {
      observeMs: rules.observeMs,
      recoveryMs: rules.recoveryMs,
      halt: signal,
      capacities: {
        isSettled: (untilMs) => polls?.isSettled(untilMs) ?? true,
        findMissing: (untilMs) => polls?.findMissing(untilMs) ?? [],
      },
    },
    finish: async (untilMs) => {
      end(untilMs ?? world.clock.monotonicMs(), untilMs !== undefined)
      if (!signal.aborted)
        await recordScaling(
          world,
          current().facts.map(({ capacity }) => capacity),
        )
    },
    abandon: () => end(world.clock.monotonicMs(), false),
  }
}
