/**
 * The ports: types of all calls that a run makes to AWS, the runner, time and chance. Each has only the calls that the action needs. A step
 * gets only the ports that it uses. `src/aws` and `src/runner` implement them; tests replace them by fakes. Every port rejects only with an
 * ActionError. Times are Dates by AWS's clock unless the comment says otherwise.
 */

import type { Endpoint, Service } from './model/endpoint.ts'
import type { TemplateContent } from './model/plan/template.ts'
import type { ProbeTarget } from './model/probes/probe.ts'
import type { Health } from './model/probes/samples.ts'
import type { Tags } from './model/tags.ts'
import type { Event, Timeline } from './model/timeline/event.ts'
import type { AlarmSnapshot, ExperimentSnapshot, InstanceSnapshot, SpotSnapshot } from './model/timeline/snapshot.ts'
import type { AutoScaling, Ecs, Elb } from './world/capacity.ts'
import type { Iam } from './world/iam.ts'

export type { Iam, IamRole, PolicyAnswer, PolicyQuestion } from './world/iam.ts'

/** The owner of the credentials; `arn` is that of the session or user. */
export type Caller = {
  readonly account: string
  readonly arn: string
  /** Where the credentials come from, such as `the environment` or `profile ci`. */
  readonly source: string
  /** When the credentials expire; undefined if they are renewed, or do not expire. */
  readonly expiresAt?: Date
}

export type Sts = { readonly whoami: () => Promise<Caller> }

export type Ec2 = {
  /** One entry for each instance that EC2 knows; unknown ids are left out. */
  readonly readInstances: (ids: readonly string[]) => Promise<readonly InstanceSnapshot[]>
  /** Every instance that EC2 lists for these tags. An instance may be listed twice, and EC2 may treat the value of a tag as a pattern. */
  readonly listInstances: (tags: Tags) => Promise<readonly InstanceSnapshot[]>
  /** One entry per Spot request that EC2 still knows. */
  readonly readSpotRequests: (requestIds: readonly string[]) => Promise<readonly SpotSnapshot[]>
}

export type CloudWatch = {
  /** One entry per metric or composite alarm of these names in the region. */
  readonly readAlarms: (names: readonly string[]) => Promise<readonly AlarmSnapshot[]>
}

/** A CreateExperimentTemplate request: the content of the template, the client token and the role. */
export type TemplateRequest = TemplateContent & { readonly token: string; readonly roleArn: string }

/** An experiment as a list shows it. */
export type ListedExperiment = {
  readonly id: string
  readonly templateId: string
  readonly status: string
  readonly tags: Tags
  readonly createdAt?: Date
}

export type Fis = {
  /** Whether the region's catalogue has the action; `unknown` if the endpoint has no catalogue. */
  readonly readAction: (actionId: string) => Promise<'offered' | 'absent' | 'unknown'>
  /** The ARN of the role that a template or an experiment names; undefined if that resource does not exist any more. */
  readonly readTemplateRole: (id: string) => Promise<string | undefined>
  readonly readExperimentRole: (id: string) => Promise<string | undefined>
  readonly createTemplate: (request: TemplateRequest) => Promise<{ readonly id: string }>
  readonly deleteTemplate: (id: string) => Promise<void>
  readonly startExperiment: (request: { templateId: string; token: string; tags: Tags }) => Promise<ExperimentSnapshot>
  readonly readExperiment: (id: string) => Promise<ExperimentSnapshot>
  /** Also resolves if the experiment has ended, or does not exist. */
  readonly stopExperiment: (id: string) => Promise<void>
  readonly listTemplates: () => Promise<readonly { readonly id: string; readonly tags: Tags }[]>
  /** `patience` decides how long the call is retried: as a read, or (by default) as a call of clean-up. */
  readonly listExperiments: (patience?: 'read' | 'cleanup') => Promise<readonly ListedExperiment[]>
}

/** The result of one check of a probe. `why` says in a few words why it is not healthy; '' if it is healthy. */
export type Answer = { readonly health: Health; readonly tookMs: number; readonly why: string }

/**
 * Sends one request to a probe's address, over a new connection, and never rejects: no answer within `timeoutMs` is a failure, an answer
 * from a cache is unknown. Redirects are not followed, certificates are verified. The signal ends the check at once.
 */
export type SendProbe = (
  probeTarget: ProbeTarget,
  settings: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<Answer>

/** Reads the endpoints that calls to these services would use. Sends no request. */
export type Endpoints = (services: readonly Service[]) => Promise<readonly Endpoint[]>

/** The machine that this process runs on. */
export type Host = {
  /** The id of this EC2 instance; undefined on any other machine; `unknown` if this may be an EC2 instance, but its id cannot be read. */
  readonly ownInstanceId: () => Promise<string | undefined>
}

/**
 * `now` is the runner's wall clock, which only stamps log lines. `awsNow` is AWS's time, for times that others compare: tags, expiry,
 * credentials. Durations and deadlines use `monotonicMs`, which no change of the clock affects.
 */
export type Clock = {
  readonly now: () => Date
  /**
   * Differs by at most two seconds from AWS's clock, even if the runner's clock is wrong. Until AWS has answered once, it is the runner's
   * time.
   */
  readonly awsNow: () => Date
  readonly monotonicMs: () => number
  /** Resolves after `ms`, or at once when the signal aborts, which the caller has to check. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** `number` returns a number from 0 (included) to 1 (excluded). */
export type Random = { readonly uuid: () => string; readonly number: () => number }

/** `record` stamps an event with its time, appends it to the Timeline, and passes it on to be shown. */
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
  /**
   * Aborts when the job is cancelled: then nothing new begins, every wait ends, and all ports but those of clean-up reject with
   * `cancelled`.
   */
  readonly cancel: AbortSignal
}

/** The methods of a port that change nothing. A method counts as a read only if its name begins with one of these words. */
type Reads<Port> = {
  readonly [Name in keyof Port as Name extends `${'read' | 'list' | 'simulate'}${string}` | 'whoami' ? Name : never]: Port[Name]
}

type AwsPort = 'sts' | 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'cloudwatch' | 'iam' | 'fis'

/** The World of a dry run: it has no method that changes anything. */
export type ReadWorld = Omit<World, AwsPort> & {
  readonly [Port in AwsPort]: Reads<World[Port]>
}
