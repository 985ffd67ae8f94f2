/**
 * The outside, as narrow ports in our own words. Steps get the ports they use and nothing else; `src/aws` and `src/runner` make
 * them, tests fake them. Every port rejects with an ActionError and nothing else. Times are Dates by AWS's clock unless said otherwise.
 */

import type { Endpoint, Service } from './model/endpoint.ts'
import type { ProbeTarget } from './model/probes/probe.ts'
import type { Health } from './model/probes/samples.ts'
import type { Tags } from './model/tags.ts'
import type { Event, Timeline } from './model/timeline/event.ts'
import type { AlarmSnapshot, ExperimentSnapshot, InstanceSnapshot, SpotSnapshot } from './model/timeline/snapshot.ts'

/** Who the credentials belong to; `arn` is that of the session or user. */
export type Caller = {
  readonly account: string
  readonly arn: string
  /** Where the credentials come from, such as `the environment` or `profile ci`. */
  readonly source: string
  /** When the credentials end; only for those that nothing renews. */
  readonly expiresAt?: Date
}

export type Sts = { readonly whoami: () => Promise<Caller> }

export type Ec2 = {
  /** One entry per instance that EC2 knows; ids that it does not know are left out. */
  readonly readInstances: (ids: readonly string[]) => Promise<readonly InstanceSnapshot[]>
  /** Every instance that EC2 lists for these tags; the same one may stand there twice, and EC2 may take a value for a pattern. */
  readonly listInstances: (tags: Tags) => Promise<readonly InstanceSnapshot[]>
  /** One entry per Spot request that EC2 still knows. */
  readonly readSpotRequests: (requestIds: readonly string[]) => Promise<readonly SpotSnapshot[]>
}

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

export type CloudWatch = {
  /** One entry per metric or composite alarm of these names in the region. */
  readonly readAlarms: (names: readonly string[]) => Promise<readonly AlarmSnapshot[]>
}

/** `trust` and policies are JSON texts. */
export type IamRole = { readonly arn: string; readonly name: string; readonly trust: string; readonly tags: Tags }

/** What one simulation asks: all actions on all resources. */
export type PolicyQuestion = {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: Readonly<Record<string, readonly string[]>>
}

export type PolicyAnswer = { readonly action: string; readonly resource: string; readonly answer: 'allowed' | 'denied' | 'unknown' }

export type Iam = {
  readonly readRole: (name: string) => Promise<IamRole | undefined>
  /** The names of all roles that begin with `prefix`. */
  readonly listRoles: (prefix: string) => Promise<readonly string[]>
  /** One inline policy. */
  readonly readPolicy: (role: string, policy: string) => Promise<string | undefined>
  /** All inline policies of a role. */
  readonly readInlinePolicies: (role: string) => Promise<readonly string[]>
  /** All managed policies that are attached to a role, each in the version that is in force. */
  readonly readAttachedPolicies: (role: string) => Promise<readonly string[]>
  /** Rejects with `exists` when there is such a role. */
  readonly createRole: (role: { name: string; description: string; trust: string; tags: Tags }) => Promise<IamRole>
  readonly putPolicy: (role: string, policy: string, document: string) => Promise<void>
  /** Deletes resolve also when there was nothing to delete. */
  readonly deletePolicy: (role: string, policy: string) => Promise<void>
  readonly deleteRole: (name: string) => Promise<void>
  /**
   * Whether a user or role would be allowed each action on each resource. `context` are condition keys and their values. `unknown`: IAM
   * says that keys are missing which only the real call has.
   */
  readonly simulatePolicy: (principal: string, question: PolicyQuestion) => Promise<readonly PolicyAnswer[]>
  /** Creates the service-linked role of an AWS service; resolves with false when the account has it already. */
  readonly createServiceRole: (service: string) => Promise<boolean>
}

/** What CreateExperimentTemplate is asked for. Each batch is one target of at most five ARNs with one action of its own. */
export type TemplateRequest = {
  readonly token: string
  readonly description: string
  readonly roleArn: string
  readonly actionId: string
  readonly parameters: Readonly<Record<string, string>>
  readonly batches: readonly { readonly target: string; readonly action: string; readonly arns: readonly string[] }[]
  readonly tags: Tags
  /** ARNs of the alarms that stop the experiment. */
  readonly stopAlarms?: readonly string[]
}

/** An experiment as a listing shows it. */
export type ListedExperiment = {
  readonly id: string
  readonly templateId: string
  readonly status: string
  readonly tags: Tags
  readonly createdAt?: Date
}

export type Fis = {
  /** Whether the region's catalogue has the action; `unknown` where the endpoint has no catalogue to ask. */
  readonly readAction: (actionId: string) => Promise<'offered' | 'absent' | 'unknown'>
  /** The ARN of the role that a template or an experiment names; undefined when there is no such thing any more. */
  readonly readTemplateRole: (id: string) => Promise<string | undefined>
  readonly readExperimentRole: (id: string) => Promise<string | undefined>
  readonly createTemplate: (request: TemplateRequest) => Promise<{ readonly id: string }>
  readonly deleteTemplate: (id: string) => Promise<void>
  readonly startExperiment: (request: { templateId: string; token: string; tags: Tags }) => Promise<ExperimentSnapshot>
  readonly readExperiment: (id: string) => Promise<ExperimentSnapshot>
  /** Resolves also when the experiment is over, or not known. */
  readonly stopExperiment: (id: string) => Promise<void>
  readonly listTemplates: () => Promise<readonly { readonly id: string; readonly tags: Tags }[]>
  /** `patience` is `cleanup` where it is not given. */
  readonly listExperiments: (patience?: 'read' | 'cleanup') => Promise<readonly ListedExperiment[]>
}

/** What one check of a probe came to; `why` says in a few words why it is not healthy, '' for a healthy one. */
export type Answer = { readonly health: Health; readonly tookMs: number; readonly why: string }

/**
 * Asks a probe's address once, over a new connection, and never rejects: no answer within `timeoutMs` is a failure, an answer from a cache
 * is unknown. Redirects are not followed, certificates are verified. The signal ends it at once.
 */
export type SendProbe = (
  probeTarget: ProbeTarget,
  settings: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<Answer>

/** Where the calls of these services would go. Asks nobody. */
export type Endpoints = (services: readonly Service[]) => Promise<readonly Endpoint[]>

/** The machine that this process runs on. */
export type Host = {
  /** The id of the EC2 instance; undefined anywhere else, `unknown` where nothing says whether this is one, or which. */
  readonly ownInstanceId: () => Promise<string | undefined>
}

/**
 * `now` is the runner's wall clock and stamps log lines only. `awsNow` is AWS's time, which others can compare: tags, expiry, credentials.
 * Durations and deadlines use `monotonicMs`, which no clock change moves.
 */
export type Clock = {
  readonly now: () => Date
  /** Within a second or two of AWS's clock, however wrong the runner's is; the runner's own time until AWS has answered once. */
  readonly awsNow: () => Date
  readonly monotonicMs: () => number
  /** Resolves after `ms`, or at once when the signal aborts: the caller looks at the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** `number` gives numbers from 0 up to, and without, 1. */
export type Random = { readonly uuid: () => string; readonly number: () => number }

/** Told events are stamped, kept on the Timeline, and shown to people as the entry composes it. */
export type Log = {
  readonly record: (event: Event) => void
  readonly timeline: () => Timeline
}

export type World = {
  readonly endpoints: Endpoints
  readonly sts: Sts
  readonly ec2: Ec2
  readonly autoscaling: AutoScaling
  readonly elb: Elb
  readonly ecs: Ecs
  readonly cloudwatch: CloudWatch
  readonly iam: Iam
  readonly fis: Fis
  readonly sendProbe: SendProbe
  readonly host: Host
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Aborts when the job is cancelled: nothing new is begun, and waiting ends. Ports of the way forward then reject with `cancelled`. */
  readonly cancel: AbortSignal
}

/** The methods of a port that change nothing. Their names say so: a method that is added with another name is none of them. */
type Reads<Port> = {
  readonly [Name in keyof Port as Name extends `${'read' | 'list' | 'simulate'}${string}` | 'whoami' ? Name : never]: Port[Name]
}

type AwsPort = 'sts' | 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'cloudwatch' | 'iam' | 'fis'

/** The outside of a dry run: it has no method that changes anything. */
export type ReadWorld = Omit<World, AwsPort> & {
  readonly [Port in AwsPort]: Reads<World[Port]>
}
