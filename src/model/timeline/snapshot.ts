/** What one look at AWS shows, in our words. A sight is a fact at a moment: it is never changed, only replaced by a later one. */

export type ActionSnapshot = {
  readonly name: string
  readonly status: string
  readonly reason: string
  /** D, the time from its start to the interruption; absent for an action that interrupts nothing. */
  readonly durationMs?: number
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

/** What one look at EC2 shows of one target; `instance` is absent when EC2 did not show it, `spot` when there is no such evidence. */
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
