/** A part of a capacity as its source shows it: an instance, a registered target or a task. */
export type Member = {
  readonly id: string
  /** The id for people, if it differs: that of the instance of a registered target. */
  readonly shown?: string
  /** The instance that it is, or runs on; absent if that is not known. */
  readonly instanceId?: string
  /** In the words of AWS: a LifecycleState, the health of a target, the status of a task. */
  readonly state: string
  readonly serving: boolean
  /** True while it is being taken out of service. */
  readonly draining: boolean
  /** Units that it counts for in a weighted Auto Scaling group. */
  readonly weight?: number
}

/** A container instance of ECS. ECS drains it as a whole, and its tasks do not show that. */
export type HostReading = Pick<Member, 'state' | 'draining'> & { readonly instanceId: string }

/** One capacity as one poll shows it. */
export type CapacityReading = {
  readonly members: readonly Member[]
  /** The number of serving members whose ids are not known. */
  readonly unnamed?: number
  /** Container instances of ECS. */
  readonly hosts?: readonly HostReading[]
  /** The desired size, in the unit of the level; absent if the two cannot be compared. */
  readonly desired?: number
  /** Whether members can be traced to instances. */
  readonly traced: boolean
  /**
   * Present if this source shows every reaction, so that no sign proves that nothing reacted. A load balancer and ECS always show it. An
   * Auto Scaling group shows only its own reactions, with Capacity Rebalancing: an agent that drains a node inside Kubernetes does not
   * inform its group.
   */
  readonly tells?: true
}

/** Counts the serving members (or their units of weight), without members that are, or run on, one of the instances in `without`. */
export function countServing({ members, unnamed = 0 }: CapacityReading, without: ReadonlySet<string>): number {
  const serving = members.filter((member) => member.serving && !isOn(member, without))
  return serving.reduce((sum, { weight = 1 }) => sum + weight, unnamed)
}

/** The unit of the count: `units` in a weighted Auto Scaling group. */
export function toUnit({ members }: CapacityReading): 'members' | 'units' {
  return members.some(({ weight }) => weight !== undefined) ? 'units' : 'members'
}

/** Whether a member is, or runs on, one of these instances. */
export function isOn({ instanceId }: Member, ids: ReadonlySet<string>): boolean {
  return instanceId !== undefined && ids.has(instanceId)
}

/** How a source shows an instance: not at all, as there, or as being drained. */
export type Presence = 'absent' | 'shown' | 'draining'

/** How a reading shows an instance, as a member or as a container instance. If the two differ, `draining` wins. */
export function findPresence({ members, hosts = [] }: CapacityReading, instanceId: string): Presence {
  const shown = [...members, ...hosts].filter((one) => one.instanceId === instanceId)
  if (shown.some(({ draining }) => draining)) return 'draining'
  return shown.length === 0 ? 'absent' : 'shown'
}

/** Whether an instance is one of the members, or carries one. */
export function hasMemberOn({ members }: CapacityReading, instanceId: string): boolean {
  return members.some((member) => member.instanceId === instanceId)
}
