import type { Tags } from './origin.ts'

/**
 * The resources that keep capacity: Auto Scaling groups, target groups and ECS clusters, as a seed gave them at `seededAt`. scaling/,
 * containers/ and registration.ts compute all later states from these.
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

/**
 * Without `completedAfterSeconds`, nobody completes the hook. It then ends when its heartbeat times out, and a launching hook abandons the
 * instance.
 */
export type LifecycleHook = {
  readonly name: string
  readonly transition: 'launching' | 'terminating'
  readonly heartbeatSeconds: number
  readonly completedAfterSeconds?: number | undefined
}

/** Launches fail in this time, which counts from the seed; without `untilSeconds` they fail for ever. */
export type LaunchFailure = { readonly fromSeconds: number; readonly untilSeconds?: number | undefined }

/** An instance refresh. The simulator shows it, but it replaces nothing. */
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
  /**
   * Rollout state of the deployment, as the seed gave it. While a deployment is in progress, ECS also shows the deployment that it
   * replaces.
   */
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
  /** The address of the task in the network mode awsvpc. */
  readonly address?: string | undefined
  readonly createdAt: number
}

/** The tags of an instance of a group: all tags of the group (they propagate), and the one that Auto Scaling adds. */
export function groupTags({ name, tags }: Pick<AutoScalingGroup, 'name' | 'tags'>): Tags {
  return { ...tags, 'aws:autoscaling:groupName': name }
}

/** Names are unique within a region. */
export function regionalKey({ region, name }: { readonly region: string; readonly name: string }): string {
  return `${region}/${name}`
}
