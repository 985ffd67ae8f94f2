import type { Origin, Tags } from './origin.ts'

/** The resources of FIS: templates, and the experiments that copy them. */
export type Target = {
  readonly resourceType: string
  readonly resourceArns?: readonly string[] | undefined
  readonly resourceTags?: Tags | undefined
  readonly filters?: readonly { readonly path: string; readonly values: readonly string[] }[] | undefined
  readonly selectionMode: string
  readonly parameters?: Tags | undefined
}

export type Action = {
  readonly actionId: string
  readonly description?: string | undefined
  readonly parameters?: Tags | undefined
  readonly targets?: Tags | undefined
  readonly startAfter?: readonly string[] | undefined
}

/** The part of a template that an experiment copies. Deleting the template does not change its experiments. */
export type TemplateContent = {
  readonly targets: Readonly<Record<string, Target>>
  readonly actions: Readonly<Record<string, Action>>
  readonly stopConditions: readonly { readonly source: string; readonly value?: string | undefined }[]
  readonly roleArn: string
  readonly accountTargeting: string
  readonly emptyTargetResolutionMode: string
  readonly logConfiguration?: unknown
  readonly experimentReportConfiguration?: unknown
}

export type Template = Origin &
  TemplateContent & {
    readonly id: string
    readonly region: string
    readonly description: string
    readonly createdAt: number
    readonly tags: Tags
  }

/** Why an experiment ends `failed`: code, reason and location as FIS gives them in `state.error`. */
export type Failure = {
  readonly code: string
  readonly reason: string
  readonly location?: string | undefined
  /** Whether its actions had started. */
  readonly started: boolean
  /** Whether the interruption comes in spite of the failure. */
  readonly lands: boolean
}

export type Experiment = Origin &
  TemplateContent & {
    readonly id: string
    readonly region: string
    /** The account of the caller that started it. */
    readonly accountId: string
    readonly templateId: string
    readonly createdAt: number
    /** t0: when its first actions start. */
    readonly actsAt: number
    readonly pendingUntil: number
    readonly actionsMode: string
    /** A failure that is known at the start: FIS cannot assume the role, or a switch makes it fail. */
    readonly failure?: Failure | undefined
    readonly stoppedAt?: number | undefined
    /** The state in which a seeded experiment stays. */
    readonly frozen?: string | undefined
    readonly tags: Tags
  }
