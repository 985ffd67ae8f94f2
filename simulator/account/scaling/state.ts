import { seconds } from '../../clock.ts'
import { type Log, valueAt } from '../agenda.ts'
import type { AutoScalingGroup, LifecycleHook, ScalingActivity } from '../capacity.ts'
import type { Draft } from '../draft.ts'
import type { Lag } from '../lags.ts'
import type { Registry } from '../registration.ts'

/** Why a group launches or ends a member. */
export type Reason = 'rebalance' | 'notice' | 'unhealthy' | 'desired'

/** A member of a group from its launch, or from the seed, to its removal. */
export type Member = {
  readonly id: string
  readonly weight: number
  readonly weightedCapacity?: string | undefined
  readonly since: number
  readonly lifecycle: Log<string>
  /** `seeded`: in a state of the seed that the group never changes. */
  step: 'seeded' | 'pending' | 'serving' | 'ending' | 'removed'
  /** Why it is being replaced while it still serves; undefined if it is not. */
  risk?: Reason | undefined
  unhealthyAt?: number | undefined
  removedAt?: number | undefined
}

export type GroupState = {
  readonly config: AutoScalingGroup
  readonly members: Member[]
  readonly activities: Activity[]
  readonly desired: Log<number>
  readonly suspended: Log<readonly string[]>
  /**
   * How many units the group keeps in service. A seeded group counts as steady: even with fewer members than desired it launches none by
   * itself.
   */
  goal: number
  /** Why each of the next launches is made, first to last. */
  readonly launchReasons: Reason[]
  launches: number
  retryAt: number
}

export type Activity = Omit<ScalingActivity, 'statusCode' | 'progress' | 'endAt'> & {
  readonly status: Log<{ readonly code: string; readonly progress: number }>
  endAt?: number | undefined
}

/** A group that acts: its state, and the draft of the timeline that it writes to. */
export type Scaler = { readonly draft: Draft; readonly registry: Registry; readonly state: GroupState }

/** The state of a group when it is seeded. Each value that can change is a log. */
export function toState(config: AutoScalingGroup): GroupState {
  const members = config.members.map(({ id, lifecycleState, healthStatus, weightedCapacity }): Member => {
    const step = lifecycleState === 'InService' ? 'serving' : 'seeded'
    const unhealthyAt = healthStatus === 'Healthy' ? undefined : Number.NEGATIVE_INFINITY
    const lifecycle = [{ at: Number.NEGATIVE_INFINITY, value: lifecycleState }]
    return { id, weight: Number(weightedCapacity ?? 1), weightedCapacity, since: Number.NEGATIVE_INFINITY, lifecycle, step, unhealthyAt }
  })
  const serving = members.filter(({ step }) => step === 'serving')
  const activities = config.activities.map(({ statusCode, progress, ...activity }): Activity => {
    return { ...activity, status: [{ at: Number.NEGATIVE_INFINITY, value: { code: statusCode, progress } }] }
  })
  return {
    config,
    members,
    activities,
    desired: [{ at: Number.NEGATIVE_INFINITY, value: config.desiredCapacity }],
    suspended: [{ at: Number.NEGATIVE_INFINITY, value: config.suspendedProcesses }],
    goal: Math.min(config.desiredCapacity, unitsOf(serving)),
    launchReasons: [],
    launches: 0,
    retryAt: Number.NEGATIVE_INFINITY,
  }
}

/** The capacity of members in units: instances, or weights in a weighted group. */
export function unitsOf(members: readonly Member[]): number {
  return members.reduce((sum, { weight }) => sum + weight, 0)
}

/** The members that count as capacity: in service, or pending. */
export function activeIn({ members }: GroupState): readonly Member[] {
  return members.filter(({ step }) => step === 'pending' || step === 'serving')
}

export function isSuspended({ suspended }: GroupState, process: string, at: number): boolean {
  return valueAt(suspended, at)?.includes(process) ?? false
}

/** A lag of the switches, in milliseconds. */
export function lagOf({ draft }: Pick<Scaler, 'draft'>, name: Lag): number {
  return seconds(draft.account.switches[name])
}

/** How long a hook holds a member, in milliseconds: until somebody completes it, at most until its heartbeat times out. */
export function waitOf({ heartbeatSeconds, completedAfterSeconds }: LifecycleHook): number {
  return seconds(Math.min(heartbeatSeconds, completedAfterSeconds ?? Number.POSITIVE_INFINITY))
}

/** Changes the lifecycle state of a member from `at` on. */
export function enter(member: Member, lifecycle: string, at: number): void {
  member.lifecycle.push({ at, value: lifecycle })
}

export function isMember({ since, removedAt }: Member, at: number): boolean {
  return since <= at && (removedAt === undefined || at < removedAt)
}
