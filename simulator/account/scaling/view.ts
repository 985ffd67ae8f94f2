import type { Account } from '../account.ts'
import { valueAt } from '../agenda.ts'
import { type AutoScalingGroup, type GroupMember, regionalKey, type ScalingActivity } from '../capacity.ts'
import { timelineOf } from '../timeline.ts'
import { isMember } from './state.ts'

/** A group as Auto Scaling shows it at a moment. */
export type GroupView = Omit<AutoScalingGroup, 'members' | 'activities'> & {
  readonly members: readonly GroupMember[]
  readonly activities: readonly ScalingActivity[]
}

/** A group as it is at `at`; a group to which nothing has happened is as it was seeded. */
export function groupAt(account: Account, config: AutoScalingGroup, at: number): GroupView {
  const state = timelineOf(account, at).groups.get(regionalKey(config))
  if (state === undefined) return config
  const members = state.members
    .filter((member) => isMember(member, at))
    .map(({ id, weightedCapacity, lifecycle, unhealthyAt }) => ({
      id,
      weightedCapacity,
      lifecycleState: valueAt(lifecycle, at) ?? 'Pending',
      healthStatus: unhealthyAt !== undefined && unhealthyAt <= at ? 'Unhealthy' : 'Healthy',
    }))
  const activities = state.activities
    .filter(({ startAt }) => startAt <= at)
    .map(({ status, endAt, ...activity }) => {
      const { code: statusCode, progress } = valueAt(status, at) ?? { code: 'InProgress', progress: 0 }
      return { ...activity, statusCode, progress, endAt: endAt !== undefined && endAt <= at ? endAt : undefined }
    })
  const suspendedProcesses = valueAt(state.suspended, at) ?? []
  return { ...config, members, activities, suspendedProcesses, desiredCapacity: valueAt(state.desired, at) ?? config.desiredCapacity }
}
