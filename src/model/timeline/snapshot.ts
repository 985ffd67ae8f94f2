/** What one poll of AWS shows, in our words. A snapshot is a fact at a moment: it is never changed, only replaced by a later one. */

export type ActionSnapshot = {
  readonly name: string
  readonly status: string
  readonly reason: string
  /** D, the time from its start to the interruption; absent for an action that interrupts nothing. */
  readonly durationMs?: number
  /** The instances that it targets, where FIS shows them. */
  readonly instanceIds?: readonly string[]
  readonly startAt?: Date
  readonly endAt?: Date
}

export type ExperimentSnapshot = {
  readonly id: string
  /** As FIS words it; an unknown status counts as not terminal: https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html */
  readonly status: string
  readonly reason: string
  readonly error?: { readonly code: string; readonly location: string }
  readonly startAt?: Date
  readonly endAt?: Date
  readonly actions: readonly ActionSnapshot[]
}

const TERMINAL: readonly string[] = ['completed', 'stopped', 'failed', 'cancelled']

/** `cancelled` is what an engaged safety lever gives; older SDKs do not know it. */
export function isTerminal(status: string): boolean {
  return TERMINAL.includes(status)
}

/** An action that ended so did not send its signal, or not for certain. */
const UNSENT: readonly string[] = ['failed', 'skipped', 'cancelled']

/** Whether an action does not count as signalled: it has no start, or ended failed, skipped or cancelled. */
export function isUnsent({ status, startAt }: Pick<ActionSnapshot, 'status' | 'startAt'>): boolean {
  return status !== 'completed' && (startAt === undefined || UNSENT.includes(status))
}

/** t0: the earliest start of an action, by AWS's clock; undefined before any has started. */
export function readT0(snapshot: Pick<ExperimentSnapshot, 'actions'>): Date | undefined {
  const starts = snapshot.actions.flatMap((action) => (action.startAt ? [action.startAt.getTime()] : []))
  return starts.length === 0 ? undefined : new Date(Math.min(...starts))
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export type InstanceSnapshot = {
  readonly id: string
  readonly state: string
  readonly lifecycle: string
  /** The name of its Availability Zone. */
  readonly zone: string
  readonly owner: string
  readonly requestId?: string
  readonly reasonCode: string
  readonly reasonText: string
  /** EC2's free text of why and when the state changed, `User initiated (2026-01-02 03:04:05 GMT)`; may be empty. */
  readonly transition: string
  readonly operator?: string
  readonly tags: Readonly<Record<string, string>>
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export type SpotSnapshot = {
  readonly requestId: string
  readonly instanceId?: string
  readonly code: string
  readonly updatedAt?: Date
  readonly behaviour: string
}

/** What one poll of EC2 shows of one target; `instance` is absent when EC2 did not show it, `spot` when there is no such evidence. */
export type TargetSnapshot = { readonly id: string; readonly instance?: InstanceSnapshot; readonly spot?: SpotSnapshot }

/** One answer of EC2, put together by target. A request counts only while it names the instance: a persistent one is filled again. */
export function toTargetSnapshots(
  ids: readonly string[],
  instances: readonly InstanceSnapshot[],
  requests: readonly SpotSnapshot[],
): readonly TargetSnapshot[] {
  return ids.map((id) => {
    const instance = instances.find((one) => one.id === id)
    const spot = requests.find(({ instanceId }) => instanceId === id)
    return { id, ...(instance ? { instance } : {}), ...(spot ? { spot } : {}) }
  })
}

/** One read of a CloudWatch alarm; `state` is OK, ALARM or INSUFFICIENT_DATA. */
export type AlarmSnapshot = { readonly arn: string; readonly state: string }

/** When EC2 says that the state changed, in milliseconds since 1970; undefined where the text of `transition` names no time. */
export function readTransition(text: string): number | undefined {
  const found = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(text)
  return found === null ? undefined : Date.parse(`${found[1]}T${found[2]}Z`)
}
