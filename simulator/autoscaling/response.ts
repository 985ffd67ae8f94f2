import { autoScalingArn } from '../account/arn.ts'
import type { GroupMember, InstanceRefresh, LifecycleHook, ScalingActivity } from '../account/capacity.ts'
import type { GroupView } from '../account/scaling/view.ts'
import { timelineOf } from '../account/timeline.ts'
import type { Context } from '../operation.ts'

const DEFAULT_COOLDOWN = 300
/** Every group launches from a template of its name. */
const templateOf = (group: GroupView) => ({
  LaunchTemplateId: 'lt-0123456789abcdef0',
  LaunchTemplateName: group.name
    .replace(/[^a-zA-Z0-9().\-/_]/g, '-')
    .padEnd(3, '-')
    .slice(0, 128),
  Version: '1',
})

/** A group as DescribeAutoScalingGroups shows it, with its members or without. */
export function toGroup(context: Context, group: GroupView, withInstances: boolean) {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: groupArn(context, group),
    LaunchTemplate: templateOf(group),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DesiredCapacityType: group.desiredCapacityType,
    DefaultCooldown: DEFAULT_COOLDOWN,
    AvailabilityZones: group.zones,
    LoadBalancerNames: [],
    TargetGroupARNs: group.targetGroupArns,
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGracePeriod,
    Instances: withInstances ? group.members.map((member) => toMember(context, group, member)) : undefined,
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: group.suspendedProcesses.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    EnabledMetrics: [],
    Tags: Object.entries(group.tags).map(([Key, Value]) => toTag(group, Key, Value)),
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: false,
    CapacityRebalance: group.capacityRebalance,
  }
}

function toTag(group: GroupView, Key: string, Value: string) {
  return { ResourceId: group.name, ResourceType: 'auto-scaling-group', Key, Value, PropagateAtLaunch: true }
}

/** An instance as its group shows it; type and zone are the instance's own, where it exists. */
export function toMember({ account, at }: Context, group: GroupView, member: GroupMember) {
  const instance = timelineOf(account, at).instances.get(member.id)
  return {
    InstanceId: member.id,
    InstanceType: instance?.instanceType,
    AvailabilityZone: instance?.zone ?? group.zones[0] ?? `${group.region}a`,
    LifecycleState: member.lifecycleState,
    HealthStatus: member.healthStatus,
    LaunchTemplate: templateOf(group),
    ProtectedFromScaleIn: false,
    WeightedCapacity: member.weightedCapacity,
  }
}

/** An activity as DescribeScalingActivities shows it. */
export function toActivity(context: Context, group: GroupView, activity: ScalingActivity) {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startAt),
    EndTime: activity.endAt === undefined ? undefined : new Date(activity.endAt),
    StatusCode: activity.statusCode,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: JSON.stringify({ 'Availability Zone': group.zones[0] ?? `${group.region}a` }),
    AutoScalingGroupARN: groupArn(context, group),
  }
}

/** An instance refresh as DescribeInstanceRefreshes shows it. */
export function toRefresh(group: GroupView, refresh: InstanceRefresh) {
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    StartTime: new Date(refresh.startAt),
    EndTime: refresh.endAt === undefined ? undefined : new Date(refresh.endAt),
    PercentageComplete: refresh.percentageComplete,
    InstancesToUpdate: refresh.instancesToUpdate,
  }
}

/** A hook as DescribeLifecycleHooks shows it. */
export function toHook(group: GroupView, { name, transition, heartbeatSeconds }: LifecycleHook) {
  return {
    LifecycleHookName: name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition.toUpperCase()}`,
    HeartbeatTimeout: heartbeatSeconds,
    GlobalTimeout: Math.min(172_800, heartbeatSeconds * 100),
    DefaultResult: 'ABANDON',
  }
}

function groupArn({ scope }: Context, group: GroupView): string {
  return autoScalingArn(scope, group.name)
}
