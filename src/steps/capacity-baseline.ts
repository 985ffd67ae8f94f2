import { measureLevel } from '../model/capacity/metrics.ts'
import { resolveOwnGroups } from '../model/capacity/own-group.ts'
import type { CapacityReading } from '../model/capacity/reading.ts'
import type { CapacityRules } from '../model/capacity/source.ts'
import { type CapacityFacts, findDraining, findLeaving } from '../model/plan/capacity.ts'
import type { Planned } from '../model/timeline/planned.ts'
import type { InstanceSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld } from '../world.ts'
import {
  type BaselineReading,
  judgeBaseline,
  judgeReading,
  narrowBaseline,
  readBaseline,
  rereadBaseline,
} from './capacity-baseline-reading.ts'
import type { CapacityReader } from './capacity-reading.ts'

type Ports = Pick<ReadWorld, 'autoscaling' | 'clock' | 'log'>

export type CapacityCriteria = {
  readonly rules: CapacityRules
  readonly timing: Pick<Planned, 'mode' | 'durationMs' | 'reactTo' | 'reactWithinMs'>
}

/** `rules`: the rules of the run, with `asg:auto` replaced by the groups of the targets. `problems`: why it must not run with them. */
export type JudgedBaseline = { readonly rules: CapacityRules; readonly problems: readonly string[]; readonly warnings: readonly string[] }

/** The baseline of the capacities: the last reading before the start, which the run is compared with. */
export type CapacityBaseline = {
  /**
   * Reads every capacity before the targets are known. Resolves with the instances that are being drained already, each with the capacity
   * that shows it.
   */
  readonly read: (instances: readonly InstanceSnapshot[]) => Promise<ReadonlyMap<string, string>>
  /** Judges the last reading for these targets: the problems that refuse the run, and the warnings. */
  readonly judge: (targets: readonly InstanceSnapshot[]) => Promise<JudgedBaseline>
  /**
   * Reads every capacity once more right before a start, because the run is compared with this reading, not with that of preflight.
   * Resolves with those of these instances that somebody has begun to take out of service since preflight, each with the capacity that
   * shows it.
   */
  readonly confirm: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Judges the last reading for other targets, because those of preflight were replaced. */
  readonly retarget: (targets: readonly InstanceSnapshot[]) => JudgedBaseline
  /** The last reading, as far as it concerns the targets. */
  readonly current: () => BaselineReading
}

/** The baseline of one run. It reads the groups of all instances that may become targets, so that a target may be replaced by any of them. */
export function createCapacityBaseline(world: Ports, reader: CapacityReader, { rules, timing }: CapacityCriteria): CapacityBaseline {
  let whole: BaselineReading = { sentMs: 0, facts: [] }
  let current = whole
  let targets: readonly InstanceSnapshot[] = []
  let earlier: readonly CapacityFacts[] = []
  const follow = () => {
    const before = current.facts
    current = narrowBaseline(whole, rules, targets)
    for (const one of current.facts) if (!before.some((other) => isSame(one, other))) recordBaseline(world, one)
    return { ...rules, capacities: current.facts.map(({ capacity }) => capacity) }
  }
  return {
    read: async (instances) => {
      whole = await readBaseline(world, reader, { rules, instances })
      earlier = []
      current = { ...whole, facts: [] }
      return findDraining(
        whole.facts,
        instances.map(({ id }) => id),
      )
    },
    judge: async (given) => {
      targets = given
      const narrowed = narrowBaseline(whole, rules, targets)
      const judged = await judgeBaseline(world, narrowed, { rules, targets, timing })
      if (judged.problems.length === 0) return { ...judged, rules: follow() }
      return { ...judged, rules: { ...rules, capacities: narrowed.facts.map(({ capacity }) => capacity) } }
    },
    confirm: async (ids) => {
      earlier = [...earlier, ...whole.facts]
      whole = await rereadBaseline(world, reader, { earlier: whole, ids })
      follow()
      return findLeaving(earlier, whole.facts, ids)
    },
    retarget: (given) => {
      targets = given
      const followed = follow()
      const { problems, warnings } = judgeReading(current, { rules, targets, timing })
      return { rules: followed, problems: [...problems, ...findNew(whole, rules, targets)], warnings }
    },
    current: () => current,
  }
}

/** The problems of groups that no instance belonged to in preflight, so that they were never read. */
function findNew({ facts }: BaselineReading, rules: CapacityRules, targets: readonly InstanceSnapshot[]): readonly string[] {
  const read = new Set(facts.map(({ capacity }) => JSON.stringify(capacity.source)))
  return resolveOwnGroups(rules.capacities, targets)
    .filter(({ source }) => !read.has(JSON.stringify(source)))
    .map(({ name, shown }) => `The capacity ${name} (${shown}) is new since preflight, so nobody knows its level before the run.`)
}

/** Whether two readings show the same level of the same capacity, of the same members. */
function isSame(one: CapacityFacts, other: CapacityFacts): boolean {
  const [now, before] = [one, other].map(({ capacity, reading }) =>
    JSON.stringify([capacity, reading === undefined ? [] : toLevel(reading)]),
  )
  return now === before
}

function toLevel(reading: CapacityReading) {
  const members = reading.members.flatMap((member) => (member.serving ? [member.shown ?? member.id] : []))
  return { level: measureLevel(reading), members }
}

function recordBaseline({ log }: Pick<Ports, 'log'>, { capacity: { name, shown }, reading }: CapacityFacts): void {
  if (reading === undefined) return
  log.record({ kind: 'capacity-baseline', name, shown, ...toLevel(reading) })
}
