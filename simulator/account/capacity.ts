import type { Tags } from './origin.ts'

/**
 * What keeps capacity: Auto Scaling groups, target groups, ECS clusters and alarms. All of it comes from a seed, and stays as it was
 * seeded. Only the instances under it live: what a group shows of its instance's type and zone is read from the instance.
 */
export type AutoScalingGroup = {
  readonly name: string
  readonly region: string
  readonly minSize: number
  readonly maxSize: number
  readonly desiredCapacity: number
  readonly desiredCapacityType?: string | undefined
  readonly capacityRebalance: boolean
  readonly healthCheckType: string
  readonly healthCheckGracePeriod: number
  readonly zones: readonly string[]
  readonly targetGroupArns: readonly string[]
  readonly suspendedProcesses: readonly string[]
  readonly members: readonly GroupMember[]
  readonly activities: readonly ScalingActivity[]
  readonly createdAt: number
  readonly tags: Tags
}

export type GroupMember = {
  readonly id: string
  readonly lifecycleState: string
  readonly healthStatus: string
  readonly weightedCapacity?: string | undefined
}

export type ScalingActivity = {
  readonly id: string
  readonly description: string
  readonly cause: string
  readonly startAt: number
  readonly endAt?: number | undefined
  readonly statusCode: string
  readonly progress: number
}

export type TargetGroup = {
  readonly arn: string
  readonly name: string
  readonly region: string
  readonly targetType: 'instance' | 'ip' | 'lambda' | 'alb'
  readonly protocol: string
  readonly port: number
  readonly loadBalancerArns: readonly string[]
  readonly targets: readonly RegisteredTarget[]
}

export type RegisteredTarget = {
  readonly id: string
  readonly port: number
  readonly zone?: string | undefined
  readonly state: string
  readonly reason?: string | undefined
}

export type Cluster = {
  readonly name: string
  readonly region: string
  readonly services: readonly EcsService[]
  readonly containerInstances: readonly ContainerInstance[]
  readonly tasks: readonly EcsTask[]
}

export type EcsService = {
  readonly name: string
  readonly status: string
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON'
  readonly launchType: 'EC2' | 'FARGATE'
  readonly targetGroupArns: readonly string[]
  readonly createdAt: number
}

export type ContainerInstance = {
  /** The last part of its ARN. */
  readonly id: string
  readonly instanceId: string
  readonly status: string
  readonly agentConnected: boolean
  readonly registeredAt: number
}

export type EcsTask = {
  /** The last part of its ARN. */
  readonly id: string
  readonly service?: string | undefined
  readonly containerInstance?: string | undefined
  readonly lastStatus: string
  readonly desiredStatus: string
  readonly launchType: 'EC2' | 'FARGATE'
  readonly createdAt: number
}

export type Alarm = {
  readonly name: string
  readonly region: string
  readonly kind: 'MetricAlarm' | 'CompositeAlarm' | 'LogAlarm'
  /** Its states, past and to come, in order of time. The first one also stands for all time before. */
  readonly changes: readonly [AlarmChange, ...AlarmChange[]]
  readonly updatedAt: number
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly treatMissingData: string
  readonly evaluationState?: string | undefined
  /** Of a composite alarm. */
  readonly rule: string
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
export type AlarmChange = { readonly at: number; readonly state: AlarmState; readonly reason: string }

/** The state of an alarm at a moment, and since when. */
export function alarmAt({ changes }: Alarm, at: number): AlarmChange {
  return changes.findLast((change) => change.at <= at) ?? changes[0]
}

/** Names are unique within a region. */
export function regionalKey({ region, name }: { readonly region: string; readonly name: string }): string {
  return `${region}/${name}`
}
