import { findNodeGroups, findOwnGroups } from '../capacity/own-group.ts'
import { type CapacityReading, findPresence, hasMemberOn } from '../capacity/reading.ts'
import type { Capacity } from '../capacity/source.ts'
import { toWords } from '../duration.ts'
import type { Planned } from '../timeline/planned.ts'
import { NOTICE_MS } from '../timeline/schedule.ts'
import type { InstanceSnapshot } from '../timeline/snapshot.ts'

/** States of Auto Scaling in which a member leaves, or has left, without being terminated. */
const LEAVING = /^(Detach|EnteringStandby|Standby)/

/** The reading of one capacity in preflight; `fault` is why it could not be read. */
export type CapacityFacts = {
  readonly capacity: Capacity
  readonly reading?: CapacityReading
  /** When this reading was asked for, in monotonic milliseconds, if that was before the others: the capacity could not be read again. */
  readonly readMs?: number
  readonly fault?: string
  readonly problems: readonly string[]
  readonly notes: readonly string[]
  /** An Auto Scaling group with Capacity Rebalancing. */
  readonly rebalances?: boolean
}

/** Why the capacities forbid a run with these targets, one sentence for each reason. `asked`: the capacities as the input has them. */
export function findBaselineProblems(
  facts: readonly CapacityFacts[],
  asked: readonly Capacity[],
  targets: readonly InstanceSnapshot[],
): readonly string[] {
  const autos = asked.filter(({ source }) => source.by === 'own-asg')
  const noGroup = autos.length > 0 && findOwnGroups(targets).length === 0
  return [
    ...(noGroup ? autos.map(({ name }) => `The capacity ${name} (asg:auto) has no group: no target is in an Auto Scaling group.`) : []),
    ...facts.flatMap(({ fault, problems }) => [...(fault === undefined ? [] : [fault]), ...problems]),
    ...facts.flatMap((one) => findStray(one, targets)),
  ]
}

/**
 * Finds a group or a tag that no target belongs to, which is a mistake. With a target group or an ECS service it may be right, because an
 * instance can be without a registered target or a task for a while.
 */
function findStray({ capacity, reading }: CapacityFacts, targets: readonly InstanceSnapshot[]): readonly string[] {
  const { by } = capacity.source
  if (reading === undefined || targets.length === 0 || (by !== 'asg' && by !== 'tags')) return []
  if (targets.some(({ id }) => hasMemberOn(reading, id))) return []
  return [`No target belongs to the capacity ${capacity.name} (${capacity.shown}): name the group, or the tag, of the targets.`]
}

/** Warnings about the capacities, before the run goes on. */
export function findBaselineWarnings(facts: readonly CapacityFacts[], targets: readonly InstanceSnapshot[]): readonly string[] {
  const ids = targets.map(({ id }) => id)
  const idle = facts.filter(({ reading }) => reading?.traced === true && !ids.some((id) => hasMemberOn(reading, id)))
  const blind = facts.filter(({ reading }) => reading?.traced === false)
  return [
    ...facts.flatMap(({ notes }) => notes),
    ...idle.map(
      ({ capacity: { name, shown } }) =>
        `The capacity ${name} (${shown}) is not affected, because no target belongs to it. It is not judged.`,
    ),
    ...blind.map(
      ({ capacity: { name, shown } }) =>
        `The members of the capacity ${name} (${shown}) cannot be traced to instances: it counts as back only after a poll has shown it fall, or 2 minutes after the targets left.`,
    ),
  ]
}

/** Targets for which no source can prove that nothing reacted to the signal. Without a sign, their reaction stays unknown. */
export function findUnseen(facts: readonly CapacityFacts[], targets: readonly InstanceSnapshot[]): readonly string[] {
  const telling = facts.flatMap(({ reading }) => (reading?.tells === true ? [reading] : []))
  const unseen = targets.flatMap(({ id }) => (telling.some((reading) => findPresence(reading, id) !== 'absent') ? [] : [id]))
  if (unseen.length === 0) return []
  return [
    `No source of capacity can show that nothing reacts to the signal to ${unseen.join(', ')}: if no sign is seen, reacted is unknown and the verdict inconclusive. Add the target group or the ECS service of the targets to capacity. A tag shows no reaction, and an Auto Scaling group without Capacity Rebalancing only some.`,
  ]
}

type Timing = Pick<Planned, 'durationMs' | 'mode' | 'reactTo'>

/** Warns if a group with Capacity Rebalancing would react to the recommendation long before the notice. */
export function findEarlyReactions(
  { mode, durationMs, reactTo }: Timing,
  targets: readonly InstanceSnapshot[],
  facts: readonly CapacityFacts[] = [],
): readonly string[] {
  if (mode !== 'interruption' || reactTo !== 'notice' || durationMs <= NOTICE_MS) return []
  const rebalancing = facts
    .filter(({ rebalances }) => rebalances === true)
    .map(({ capacity }) => `The Auto Scaling group of ${capacity.shown}`)
  const nodeGroups = findNodeGroups(targets).map((name) => `The EKS node group ${name}`)
  const when = `${toWords(durationMs - NOTICE_MS)} before the notice`
  return [...rebalancing, ...nodeGroups].map(
    (who) =>
      `${who} reacts to the rebalance recommendation, which comes ${when}: a target that leaves then counts as ended-early. Set react-to: rebalance, or duration: 2m.`,
  )
}

/** The instances that are being drained already, each with the capacity that shows it. */
export function findDraining(facts: readonly CapacityFacts[], ids: readonly string[]): ReadonlyMap<string, string> {
  const found = facts.flatMap(({ capacity, reading }) =>
    reading === undefined ? [] : ids.filter((id) => findPresence(reading, id) === 'draining').map((id) => [id, capacity.shown] as const),
  )
  return new Map(found)
}

/**
 * Compares a reading with all earlier readings of the same capacities. Returns the instances that somebody began to take out of service since
 * then, each with the capacity that shows it: the instance is draining, is missing, or has left the state InService.
 */
export function findLeaving(
  before: readonly CapacityFacts[],
  now: readonly CapacityFacts[],
  ids: readonly string[],
): ReadonlyMap<string, string> {
  const gone = now.flatMap(({ capacity: { name, shown }, reading }) => {
    const earlier = before.flatMap((one) => (one.capacity.name === name && one.reading?.traced === true ? [one.reading] : []))
    if (reading?.traced !== true) return []
    return ids.filter((id) => !isIn(reading, id) && earlier.some((one) => isIn(one, id))).map((id) => [id, shown] as const)
  })
  return new Map([...gone, ...findDraining(now, ids)])
}

/**
 * Whether the instance is in service. Auto Scaling gives a member these other states only to take it out of service:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
 */
function isIn(reading: CapacityReading, id: string): boolean {
  const member = reading.members.find(({ instanceId }) => instanceId === id)
  return findPresence(reading, id) === 'shown' && !LEAVING.test(member?.state ?? '')
}
