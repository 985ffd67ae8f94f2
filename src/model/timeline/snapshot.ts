/** Snapshots: what one poll of AWS shows. A snapshot never changes; a later one replaces it. */

export type ActionSnapshot = {
  readonly name: string
  readonly status: string
  readonly reason: string
  /** D, the time from its start to the interruption; absent for an action that interrupts nothing. */
  readonly durationMs?: number
  /** The instances that it targets, if FIS shows them. */
  readonly instanceIds?: readonly string[]
  readonly startAt?: Date
  readonly endAt?: Date
}

export type ExperimentSnapshot = {
  readonly id: string
  /**
   * The status in FIS's words; an unknown one counts as not terminal:
   * https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html
   */
  readonly status: string
  readonly reason: string
  readonly error?: { readonly code: string; readonly location: string }
  readonly startAt?: Date
  readonly endAt?: Date
  readonly actions: readonly ActionSnapshot[]
}

const TERMINAL: readonly string[] = ['completed', 'stopped', 'failed', 'cancelled']

/** Whether a status is terminal. An engaged safety lever gives `cancelled`, which older SDKs do not know. */
export function isTerminal(status: string): boolean {
  return TERMINAL.includes(status)
}

/** An action that ended in one of these states did not certainly send its signal. */
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
  /** EC2's free text on why and when the state changed, `User initiated (2026-01-02 03:04:05 GMT)`; may be empty. */
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

/** One target as one poll of EC2 shows it; `instance` is absent if EC2 did not show it, `spot` if there is no Spot request to show. */
export type TargetSnapshot = { readonly id: string; readonly instance?: InstanceSnapshot; readonly spot?: SpotSnapshot }

/**
 * Combines one answer of EC2 by target. A request counts only while it names the instance, because a persistent request gets another
 * instance later.
 */
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

/** When the state changed, from the text of `transition`, in milliseconds since 1970; undefined if it has no time. */
export function readTransition(text: string): number | undefined {
  const found = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(text)
  return found === null ? undefined : Date.parse(`${found[1]}T${found[2]}Z`)
}
