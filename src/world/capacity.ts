/** The ports of the services that keep capacity: Auto Scaling groups, target groups and ECS services. */

/** An Auto Scaling group; `state` is the LifecycleState of a member, such as `InService`. */
export type Group = {
  readonly name: string
  readonly members: readonly GroupMember[]
  /** The desired capacity in instances, or in units if the members have weights; absent if it is in another unit. */
  readonly desired?: number
  /** Suspended processes, such as `Launch`. */
  readonly suspended: readonly string[]
  /** Whether Capacity Rebalancing is on. */
  readonly rebalances: boolean
}

export type GroupMember = { readonly id: string; readonly state: string; readonly healthy: boolean; readonly weight?: number }

/** An activity of a group, in its own words. */
export type ScalingActivity = {
  readonly description: string
  readonly cause: string
  readonly status: string
  readonly startAt: Date
  readonly endAt?: Date
}

export type AutoScaling = {
  /** Reads the groups of these names that exist in the region. */
  readonly readGroups: (names: readonly string[]) => Promise<readonly Group[]>
  /** Reads at most the newest hundred activities, the newest first. */
  readonly readActivities: (name: string) => Promise<readonly ScalingActivity[]>
  /** The status of the instance refresh in progress; undefined if there is none. */
  readonly readRefresh: (name: string) => Promise<string | undefined>
}

/** `type` is `instance`, `ip`, `lambda` or `alb`. */
export type TargetGroup = { readonly type: string }
/** `id` is an instance or an address; `state` is its health, such as `draining`. */
export type RegisteredTarget = { readonly id: string; readonly port: number; readonly state: string }

/** Elastic Load Balancing, by the ARN of a target group. Rejects with `missing` if there is none. */
export type Elb = {
  readonly readTargetGroup: (arn: string) => Promise<TargetGroup>
  readonly readTargets: (arn: string) => Promise<readonly RegisteredTarget[]>
}

export type EcsService = {
  readonly name: string
  readonly status: string
  /** Whether it runs one task on each instance, whatever the desired count is. */
  readonly daemon: boolean
  readonly desired: number
  readonly running: number
  /** Whether a deployment is in progress. */
  readonly rolling: boolean
}
/** `host` is the ARN of its container instance; absent on Fargate. */
export type EcsTask = { readonly arn: string; readonly state: string; readonly host?: string }
export type EcsHost = { readonly arn: string; readonly instanceId: string; readonly state: string }

/** Amazon ECS. Rejects with `missing` if there is no such cluster; unknown services, tasks and instances are left out. */
export type Ecs = {
  readonly readServices: (cluster: string, names: readonly string[]) => Promise<readonly EcsService[]>
  /** The ARNs of the tasks of a service whose desired status is RUNNING. */
  readonly listTasks: (cluster: string, service: string) => Promise<readonly string[]>
  readonly readTasks: (cluster: string, arns: readonly string[]) => Promise<readonly EcsTask[]>
  /** Reads container instances by their ARNs. */
  readonly readHosts: (cluster: string, arns: readonly string[]) => Promise<readonly EcsHost[]>
}
