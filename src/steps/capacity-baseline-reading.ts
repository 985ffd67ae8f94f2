import { resolveOwnGroups } from '../model/capacity/own-group.ts'
import type { CapacityRules } from '../model/capacity/source.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import { type CapacityFacts, findBaselineProblems, findBaselineWarnings, findEarlyReactions, findUnseen } from '../model/plan/capacity.ts'
import type { InstanceSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld } from '../world.ts'
import type { CapacityReader } from './capacity-reading.ts'

type Ports = Pick<ReadWorld, 'autoscaling' | 'clock' | 'log'>

/** The capacities before the run, and when they were read, in monotonic milliseconds. */
export type BaselineReading = { readonly sentMs: number; readonly facts: readonly CapacityFacts[] }

/** Reads every capacity once, those of `asg:auto` for all groups that these instances belong to. Rejects only with `cancelled`. */
export async function readBaseline(
  { clock }: Pick<Ports, 'clock'>,
  reader: CapacityReader,
  { rules, instances }: { readonly rules: CapacityRules; readonly instances: readonly InstanceSnapshot[] },
): Promise<BaselineReading> {
  const sentMs = clock.monotonicMs()
  const capacities = resolveOwnGroups(rules.capacities, instances)
  const seen = await reader.read(
    capacities,
    instances.map(({ id }) => id),
  )
  const facts = capacities.map((capacity): CapacityFacts => {
    const one = seen.get(capacity.name)
    if (one !== undefined && 'reading' in one) return { capacity, ...one }
    if (isFault(one, 'cancelled')) throw one
    return { capacity, fault: explain(toActionError(one)), problems: [], notes: [] }
  })
  return { sentMs, facts }
}

/**
 * Reads the capacities of an earlier reading once more. If a capacity cannot be read now, it keeps the earlier reading, with a warning. Rejects only
 * with `cancelled`. `ids`: instances whose container instances are read.
 */
export async function rereadBaseline(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  reader: CapacityReader,
  { earlier, ids }: { readonly earlier: BaselineReading; readonly ids: readonly string[] },
): Promise<BaselineReading> {
  const sentMs = clock.monotonicMs()
  const seen = await reader.read(
    earlier.facts.map(({ capacity }) => capacity),
    ids,
  )
  const facts = earlier.facts.map((before): CapacityFacts => {
    const { capacity, reading } = before
    const { name, shown } = capacity
    const one = seen.get(name)
    if (one !== undefined && 'reading' in one) return { capacity, ...one }
    if (isFault(one, 'cancelled')) throw one
    // No target belongs to a capacity that preflight could not read.
    if (reading === undefined) return before
    const why = explain(toActionError(one))
    log.record({ kind: 'warned', what: `The capacity ${name} (${shown}) cannot be read right before the start: ${why}` })
    return { ...before, readMs: before.readMs ?? earlier.sentMs }
  })
  return { sentMs, facts }
}

/** The part of a reading that concerns these targets: `asg:auto` stands only for their groups, and has their names. */
export function narrowBaseline(
  { sentMs, facts }: BaselineReading,
  rules: CapacityRules,
  targets: readonly InstanceSnapshot[],
): BaselineReading {
  const bySource = new Map(facts.map((one) => [JSON.stringify(one.capacity.source), one]))
  const narrowed = resolveOwnGroups(rules.capacities, targets).flatMap((capacity) => {
    const found = bySource.get(JSON.stringify(capacity.source))
    return found === undefined ? [] : [{ ...found, capacity }]
  })
  return { sentMs, facts: narrowed }
}

/**
 * Judges a reading for preflight: the problems that refuse the run, and the warnings. Unreadable capacities are recorded as a failed baseline.
 */
export async function judgeBaseline(world: Ports, reading: BaselineReading, criteria: Criteria): Promise<Judgement> {
  const { facts } = reading
  const { problems, warnings } = judgeReading(reading, criteria)
  const unread = facts.flatMap(({ capacity: { name, shown }, fault }) => (fault === undefined ? [] : [`${name} (${shown}): ${fault}`]))
  if (unread.length > 0) world.log.record({ kind: 'baseline', ok: false, why: `not every capacity could be read: ${unread.join('; ')}` })
  if (problems.length > 0) return { problems, warnings }
  return { problems, warnings: [...(await findRefreshes(world, facts)), ...warnings] }
}

/** Judges a reading without a call: right before a start, a slow answer would make the confirmed targets stale. */
export function judgeReading({ facts }: BaselineReading, { rules, targets, timing }: Criteria): Judgement {
  const problems = findBaselineProblems(facts, rules.capacities, targets)
  if (problems.length > 0) return { problems, warnings: [] }
  const unseen = timing.reactWithinMs === undefined ? [] : findUnseen(facts, targets)
  return { problems, warnings: [...findBaselineWarnings(facts, targets), ...findEarlyReactions(timing, [], facts), ...unseen] }
}

type Criteria = { readonly rules: CapacityRules; readonly targets: readonly InstanceSnapshot[]; readonly timing: Timing }
type Judgement = { readonly problems: readonly string[]; readonly warnings: readonly string[] }

/** `reactWithinMs` is present if a reaction is judged. */
type Timing = Parameters<typeof findEarlyReactions>[0] & { readonly reactWithinMs?: number }

/** Warns of an instance refresh, because it replaces members, too. If this read fails, that is only a warning. */
async function findRefreshes({ autoscaling }: Ports, facts: readonly CapacityFacts[]): Promise<readonly string[]> {
  const names = new Set(facts.flatMap(({ capacity: { source } }) => (source.by === 'asg' ? [source.group] : [])))
  const found = await Promise.all(
    [...names].map(async (name) => {
      try {
        const status = await autoscaling.readRefresh(name)
        return status === undefined ? [] : [`An instance refresh of the Auto Scaling group ${name} is ${status}: it replaces members, too.`]
      } catch (thrown) {
        if (isFault(thrown, 'cancelled')) throw thrown
        return [
          `It is not known whether an instance refresh of the Auto Scaling group ${name} is under way: ${explain(toActionError(thrown))}`,
        ]
      }
    }),
  )
  return found.flat()
}
