/** What AWS shows of one experiment and its target, from the start to the end: each change once, with the time it was first seen. */

/** One change. Times are ISO 8601 in UTC; `value` is AWS's own word, or '' if AWS shows none. */
export type Change = {
  readonly at: string
  readonly of: 'experiment' | 'action' | 'instance' | 'reason' | 'request'
  readonly value: string
}

export type Track = {
  readonly experiment: string
  /** `durationBeforeInterruption` in seconds. */
  readonly durationSeconds: number
  /** Times of FIS. */
  readonly createdAt?: string
  /** t0: the start of the action. */
  readonly actionAt?: string
  readonly endedAt?: string
  readonly hasTags: boolean
  /** Keys of `targetInformation`, as ListExperimentResolvedTargets has them for the target. */
  readonly resolvedKeys: readonly string[]
  readonly stoppedAt?: string
  /** The last poll. */
  readonly watchedUntil: string
  readonly changes: readonly Change[]
}

/** Seconds from one moment to another, or undefined if one of them is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : (Date.parse(to) - Date.parse(from)) / 1000
}

/** When AWS first showed a value that equals one of these, or begins with it. */
export function firstSeen({ changes }: Pick<Track, 'changes'>, of: Change['of'], ...values: readonly string[]): string | undefined {
  return changes.find((change) => change.of === of && values.includes(change.value))?.at
}
