/** A part of a capacity as its source shows it: an instance, a registered target or a task. */
export type Member = {
  readonly id: string
  /** The id that people know it by, where that is another: the instance of a registered target. */
  readonly shown?: string
  /** The instance that it is, or runs on; absent where that is not known. */
  readonly instanceId?: string
  /** In the words of AWS: a LifecycleState, the health of a target, the status of a task. */
  readonly state: string
  readonly serving: boolean
  /** Somebody takes it out of service. */
  readonly draining: boolean
  /** Units that it counts for in a weighted Auto Scaling group. */
  readonly weight?: number
}

/** A container instance of ECS. It is drained as a whole, which its tasks do not show. */
export type Host = Pick<Member, 'state' | 'draining'> & { readonly instanceId: string }

/** What one poll shows of one capacity. */
export type CapacityReading = {
  readonly members: readonly Member[]
  /** Members that serve and are counted without a name. */
  readonly unnamed?: number
  /** Container instances of ECS. */
  readonly hosts?: readonly Host[]
  /** The size that somebody asked for, in the unit of the level; absent where the two cannot be compared. */
  readonly desired?: number
  /** Whether members can be traced to instances. */
  readonly traced: boolean
  /**
   * Whoever takes an instance out of service shows here, so an instance without a sign is one that nobody takes out. A load balancer and
   * ECS are always asked. An Auto Scaling group is asked only where it reacts itself, with Capacity Rebalancing: an agent that drains a
   * node inside of Kubernetes does not tell its group.
   */
  readonly tells?: true
}

/** Members, or units of weight, that serve, without those that are, or run on, one of these instances. */
export function countServing({ members, unnamed = 0 }: CapacityReading, without: ReadonlySet<string>): number {
  const serving = members.filter((member) => member.serving && !isOn(member, without))
  return serving.reduce((sum, { weight = 1 }) => sum + weight, unnamed)
}

/** `units` in a weighted Auto Scaling group. */
export function toUnit({ members }: CapacityReading): 'members' | 'units' {
  return members.some(({ weight }) => weight !== undefined) ? 'units' : 'members'
}

/** Whether a member is, or runs on, one of these instances. */
export function isOn({ instanceId }: Member, ids: ReadonlySet<string>): boolean {
  return instanceId !== undefined && ids.has(instanceId)
}

/** What a source shows of an instance: nothing, that it is there, or that somebody drains it. */
export type Sight = 'absent' | 'shown' | 'draining'

/** What a reading shows of an instance, as a member or as a container instance. `draining` wins. */
export function findSight({ members, hosts = [] }: CapacityReading, instanceId: string): Sight {
  const shown = [...members, ...hosts].filter((one) => one.instanceId === instanceId)
  if (shown.some(({ draining }) => draining)) return 'draining'
  return shown.length === 0 ? 'absent' : 'shown'
}

/** Whether an instance is one of the members, or carries one. */
export function hasMemberOn({ members }: CapacityReading, instanceId: string): boolean {
  return members.some((member) => member.instanceId === instanceId)
}
