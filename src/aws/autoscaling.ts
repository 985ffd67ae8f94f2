import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  type Instance,
  paginateDescribeAutoScalingGroups,
} from '@aws-sdk/client-auto-scaling'
import type { AutoScaling, Group, GroupMember } from '../world/capacity.ts'
import type { Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'
import { parseChangesOnly } from './unchanged.ts'

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html */
const REFRESHING: readonly string[] = ['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']
/** The newest activities come first, and a run of an hour has no more than these. */
const MOST_ACTIVITIES = 100
/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const MOST_NAMES = 50

/** Auto Scaling. It answers an unknown name with an empty list, and a page may be short though more follow. */
export function createAutoScaling(config: ClientConfig): AutoScaling {
  const client = parseChangesOnly(new AutoScalingClient(config))
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, send: Send<T>) =>
    call({ action: `autoscaling:${operation}`, region, patience: 'read', limits, setting }, send)
  return {
    readGroups: async (names) => {
      const found: Group[] = []
      for (let at = 0; at < names.length; at += MOST_NAMES) {
        const part = names.slice(at, at + MOST_NAMES)
        const read = await ask('DescribeAutoScalingGroups', async (options) => {
          const groups: Group[] = []
          for await (const page of paginateDescribeAutoScalingGroups({ client }, { AutoScalingGroupNames: part }, options))
            groups.push(...promised(page.AutoScalingGroups, 'groups').map(toGroup))
          return groups
        })
        found.push(...read)
      }
      return found.filter(({ name }) => names.includes(name))
    },
    readActivities: (name) =>
      ask('DescribeScalingActivities', async (options) => {
        const asked = { AutoScalingGroupName: name, MaxRecords: MOST_ACTIVITIES }
        const { Activities } = await client.send(new DescribeScalingActivitiesCommand(asked), options)
        return promised(Activities, 'activities').map(({ Description = '', Cause = '', StatusCode = '', StartTime, EndTime }) => ({
          description: Description,
          cause: Cause,
          status: StatusCode,
          startAt: StartTime ?? new Date(0),
          ...(EndTime === undefined ? {} : { endAt: EndTime }),
        }))
      }),
    readRefresh: (name) =>
      ask('DescribeInstanceRefreshes', async (options) => {
        const { InstanceRefreshes } = await client.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name }), options)
        return promised(InstanceRefreshes, 'refreshes').find(({ Status = '' }) => REFRESHING.includes(Status))?.Status
      }),
  }
}

/**
 * The desired capacity is in units of weight, or in instances. If it is in vCPUs or memory, it can be compared only if the members have
 * weights.
 */
function toGroup(group: AutoScalingGroup): Group {
  const { Instances = [], DesiredCapacity, DesiredCapacityType = 'units', SuspendedProcesses = [] } = group
  const members = Instances.map(toMember)
  const comparable = DesiredCapacityType === 'units' || members.every(({ weight }) => weight !== undefined)
  return {
    name: group.AutoScalingGroupName ?? '',
    members,
    ...(DesiredCapacity === undefined || !comparable ? {} : { desired: DesiredCapacity }),
    suspended: SuspendedProcesses.flatMap(({ ProcessName }) => ProcessName ?? []),
    rebalances: group.CapacityRebalance ?? false,
  }
}

function toMember({ InstanceId = '', LifecycleState, HealthStatus = '', WeightedCapacity }: Instance): GroupMember {
  const weight = Number(WeightedCapacity)
  return {
    id: InstanceId,
    state: LifecycleState ?? '',
    // Auto Scaling's own word is `Healthy`, and some of its answers have it in lower case.
    healthy: HealthStatus.toLowerCase() === 'healthy',
    ...(WeightedCapacity !== undefined && weight > 0 ? { weight } : {}),
  }
}
