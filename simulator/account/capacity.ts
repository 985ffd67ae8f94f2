import type { Tags } from './origin.ts'

/**
 * What keeps capacity: Auto Scaling groups, target groups and ECS clusters, as a seed gave them at `seededAt`. What becomes of them
 * from then on is computed (scaling/, containers/, registration.ts).
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
  readonly hooks: readonly LifecycleHook[]
  readonly launchFailures: readonly LaunchFailure[]
  /** With `capacityRebalance`: whether the group replaces a member already on the rebalance recommendation, or only on the notice. */
  readonly replaceOnRebalance: boolean
  readonly refreshes: readonly InstanceRefresh[]
  readonly createdAt: number
  readonly seededAt: number
  readonly tags: Tags
}

/** Without `completedAfterSeconds` nobody completes it: it ends with its heartbeat, and a launching one then gives the instance up. */
export type LifecycleHook = {
  readonly name: string
  readonly transition: 'launching' | 'terminating'
  readonly heartbeatSeconds: number
  readonly completedAfterSeconds?: number | undefined
}

/** No launch succeeds in this time, counted from the seed; without `untilSeconds` none ever does. */
export type LaunchFailure = { readonly fromSeconds: number; readonly untilSeconds?: number | undefined }

/** An instance refresh is only shown: it replaces nothing. */
export type InstanceRefresh = {
  readonly id: string
  readonly status: string
  readonly startAt: number
  readonly endAt?: number | undefined
  readonly percentageComplete: number
  readonly instancesToUpdate: number
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
  readonly statusMessage?: string | undefined
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
  readonly healthCheckIntervalSeconds: number
  readonly healthCheckTimeoutSeconds: number
  readonly healthyThresholdCount: number
  readonly unhealthyThresholdCount: number
  readonly deregistrationDelaySeconds: number
  readonly seededAt: number
  readonly targets: readonly RegisteredTarget[]
}

export type RegisteredTarget = {
  readonly id: string
  readonly port: number
  readonly zone?: string | undefined
  /** The instance that a target of type `ip` runs on. */
  readonly runsOn?: string | undefined
  readonly state: string
  readonly reason?: string | undefined
}

export type Cluster = {
  readonly name: string
  readonly region: string
  readonly services: readonly EcsService[]
  readonly containerInstances: readonly ContainerInstance[]
  readonly tasks: readonly EcsTask[]
  /** The instances of these groups join the cluster. */
  readonly autoScalingGroups: readonly string[]
  /** Whether the agents of instances that join have ECS_ENABLE_SPOT_INSTANCE_DRAINING. */
  readonly spotDraining: boolean
  /** How many tasks of services an instance has room for. */
  readonly tasksPerInstance: number
  readonly createdAt: number
  readonly seededAt: number
}

export type EcsService = {
  readonly name: string
  readonly status: string
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON'
  readonly launchType: 'EC2' | 'FARGATE'
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  /** Of the deployment, as the seed has it. A deployment under way is shown with the one that it replaces. */
  readonly rolloutState: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED'
  readonly targetGroupArns: readonly string[]
  readonly createdAt: number
}

export type ContainerInstance = {
  /** The last part of its ARN. */
  readonly id: string
  readonly instanceId: string
  readonly status: string
  readonly agentConnected: boolean
  /** ECS_ENABLE_SPOT_INSTANCE_DRAINING of its agent, which is off by default. */
  readonly spotDraining: boolean
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
  /** Its own address, of the network mode awsvpc. */
  readonly address?: string | undefined
  readonly createdAt: number
}

/** The tags that an instance of a group has: those of the group, which all propagate, and Auto Scaling's own. */
export function groupTags({ name, tags }: Pick<AutoScalingGroup, 'name' | 'tags'>): Tags {
  return { ...tags, 'aws:autoscaling:groupName': name }
}

/** Names are unique within a region. */
export function regionalKey({ region, name }: { readonly region: string; readonly name: string }): string {
  return `${region}/${name}`
}
