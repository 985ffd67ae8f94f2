import { measureLevel } from '../model/capacity/metrics.ts'
import type { CapacityReading } from '../model/capacity/reading.ts'
import type { CapacityRules } from '../model/capacity/source.ts'
import { type CapacityFacts, findDraining, findLeaving } from '../model/plan/capacity.ts'
import type { Plan } from '../model/plan/plan.ts'
import type { Planned } from '../model/timeline/planned.ts'
import type { InstanceSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld, World } from '../world.ts'
import { type CapacityLook, judgeLook, lookAgain, lookAtCapacity, narrowLook } from './capacity-baseline.ts'
import { type CapacityPolls, createCapacityPolls } from './capacity-polls.ts'
import { createCapacityReader } from './capacity-reading.ts'
import type { Observing } from './observe.ts'
import { recordScaling } from './scaling.ts'

type Ports = Pick<ReadWorld, 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'clock' | 'log'>

/** The capacities of one run. */
export type CapacityWatch = {
  /**
   * Reads every capacity before the targets are known. Resolves with the instances that are being drained already, each with the capacity
   * that shows it.
   */
  readonly look: (instances: readonly InstanceSnapshot[]) => Promise<ReadonlyMap<string, string>>
  /** Judges the last look for these targets: the problems that refuse the run, and the warnings. */
  readonly judge: (targets: readonly InstanceSnapshot[]) => Promise<Judged>
  /**
   * Reads every capacity once more right before a start, because the run is compared with this reading, not with that of preflight.
   * Resolves with those of these instances that somebody has begun to take out of service since preflight, each with the capacity that
   * shows it.
   */
  readonly confirm: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Polls every capacity from now on, until `finish` or `abandon`, or until it is called for another start. */
  readonly begin: (plan: Plan) => void
  /** What the observation after the watch needs to know. */
  readonly observing: Observing
  /** Ends the polls, and records them all. `untilMs`: until when the capacities are judged; undefined if the observation was cut short. */
  readonly finish: (untilMs: number | undefined) => Promise<void>
  /** Ends the polls at once, without waiting for answers. */
  readonly abandon: () => void
}

/** The judged look. `rules`: the rules of the run, with `asg:auto` replaced by the groups of the targets. */
export type Judged = { readonly rules: CapacityRules; readonly problems: readonly string[]; readonly warnings: readonly string[] }

type CapacityCriteria = {
  readonly rules: CapacityRules
  readonly signals: Pick<Planned, 'mode' | 'durationMs' | 'reactTo' | 'reactWithinMs'>
}

/** @param signal ends all polls and waits at once when it aborts */
export function createCapacityWatch(world: Ports, { rules, signals }: CapacityCriteria, signal: AbortSignal): CapacityWatch {
  const reader = createCapacityReader(world)
  let look: CapacityLook = { sentMs: 0, facts: [] }
  let polls: CapacityPolls | undefined
  const end = (untilMs: number, whole: boolean) => polls?.end(untilMs, whole)
  return {
    look: async (instances) => {
      look = await lookAtCapacity(world, reader, { rules, instances })
      return findDraining(
        look.facts,
        instances.map(({ id }) => id),
      )
    },
    judge: async (targets) => {
      look = narrowLook(look, rules, targets)
      const judged = await judgeLook(world, look, { rules, targets, signals })
      if (judged.problems.length === 0) for (const one of look.facts) recordBaseline(world, one)
      return { ...judged, rules: { ...rules, capacities: look.facts.map(({ capacity }) => capacity) } }
    },
    confirm: async (ids) => {
      const before = look.facts
      look = await lookAgain(world, reader, { look, ids })
      for (const [at, one] of look.facts.entries()) if (!isSame(one, before[at])) recordBaseline(world, one)
      return findLeaving(before, look.facts, ids)
    },
    begin: (plan) => {
      polls?.drop()
      polls = createCapacityPolls(world, reader, { look, plan, signal })
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
          look.facts.map(({ capacity }) => capacity),
        )
    },
    abandon: () => end(world.clock.monotonicMs(), false),
  }
}

/** Whether two looks show the same level, of the same members. */
function isSame(one: CapacityFacts, other: CapacityFacts | undefined): boolean {
  const [now, before] = [one, other].map((facts) => JSON.stringify(facts?.reading === undefined ? [] : toLevel(facts.reading)))
  return now === before
}

function toLevel(reading: CapacityReading) {
  const members = reading.members.flatMap((member) => (member.serving ? [member.shown ?? member.id] : []))
  return { level: measureLevel(reading), members }
}

function recordBaseline({ log }: Pick<World, 'log'>, { capacity: { name, shown }, reading }: CapacityFacts): void {
  if (reading === undefined) return
  log.record({ kind: 'capacity-baseline', name, shown, ...toLevel(reading) })
}
