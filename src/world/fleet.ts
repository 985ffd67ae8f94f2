/** The ports of what keeps capacity: groups, target groups and ECS services. */

/** An Auto Scaling group; `state` is the LifecycleState of a member, such as `InService`. */
export type Group = {
  readonly name: string
  readonly members: readonly GroupMember[]
  /** In instances, or in units where the members have weights; absent where it is in another unit. */
  readonly desired?: number
  /** Processes that somebody suspended, such as `Launch`. */
  readonly suspended: readonly string[]
  /** Whether Capacity Rebalancing is on. */
  readonly rebalances: boolean
}

export type GroupMember = { readonly id: string; readonly state: string; readonly healthy: boolean; readonly weight?: number }

/** What a group did, and why, in its own words. */
export type ScalingActivity = {
  readonly description: string
  readonly cause: string
  readonly status: string
  readonly startAt: Date
  readonly endAt?: Date
}

export type AutoScaling = {
  /** One entry per group of these names that the region has. */
  readonly readGroups: (names: readonly string[]) => Promise<readonly Group[]>
  /** The newest hundred at most, the newest first. */
  readonly readActivities: (name: string) => Promise<readonly ScalingActivity[]>
  /** The status of the instance refresh that is under way; undefined where there is none. */
  readonly readRefresh: (name: string) => Promise<string | undefined>
}

/** `type` is `instance`, `ip`, `lambda` or `alb`. */
export type TargetGroup = { readonly type: string }
/** `id` is an instance or an address; `state` is its health, such as `draining`. */
export type RegisteredTarget = { readonly id: string; readonly port: number; readonly state: string }

/** Elastic Load Balancing, by the ARN of a target group. Rejects with `missing` where there is none. */
export type Elb = {
  readonly readTargetGroup: (arn: string) => Promise<TargetGroup>
  readonly readTargets: (arn: string) => Promise<readonly RegisteredTarget[]>
}

export type EcsService = {
  readonly name: string
  readonly status: string
  /** One task on each instance, whatever size is asked for. */
  readonly daemon: boolean
  readonly desired: number
  readonly running: number
  /** A deployment is under way. */
  readonly rolling: boolean
}
/** `host` is the ARN of its container instance; absent on Fargate. */
export type EcsTask = { readonly arn: string; readonly state: string; readonly host?: string }
export type EcsHost = { readonly arn: string; readonly instanceId: string; readonly state: string }

/** Amazon ECS. Rejects with `missing` where there is no such cluster; everything else that ECS does not know is left out. */
export type Ecs = {
  readonly readServices: (cluster: string, names: readonly string[]) => Promise<readonly EcsService[]>
  /** The ARNs of the tasks of a service that are to run. */
  readonly listTasks: (cluster: string, service: string) => Promise<readonly string[]>
  readonly readTasks: (cluster: string, arns: readonly string[]) => Promise<readonly EcsTask[]>
  /** Container instances. */
  readonly readHosts: (cluster: string, arns: readonly string[]) => Promise<readonly EcsHost[]>
}
