/** How long a call is tried: reads are repeated by whoever watches; removals get the most patience. */
export type Patience = 'read' | 'write' | 'cleanup'

/** Conditions that end a call before its patience does. */
export type Limits = {
  /** Once it aborts nothing is sent any more; a write in flight is awaited for `graceMs`, a read is given up at once. */
  readonly signal?: AbortSignal
  readonly graceMs?: number
  /** The longest a call is tried, where that is less than its own patience. A function is asked at the beginning of each call. */
  readonly patienceMs?: number | (() => number)
  /** The longest that one attempt takes, where that is less than 15 s. Always real time, see `deadline.ts`. */
  readonly attemptMs?: number
  /** Nothing but Get, List, Describe and Simulate is sent. */
  readonly readOnly?: true
  /** Asked before every attempt to create something: true when a clean-up of this run has begun elsewhere. */
  readonly halted?: () => boolean
}

/** What a call is made with, as far as it explains why one fails. */
export type Setting = {
  /** The environment: only names of variables, and the name of a profile, are ever shown. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the credentials come from, such as `profile ci`; as far as it is known yet. */
  readonly source: () => string
  /** True while the credentials are not there yet. */
  readonly waiting: () => boolean
  /** Rejects when a call could not end by itself, before the SDK begins it. */
  readonly ready: () => Promise<void>
  /** Values that no text may show. */
  readonly secrets: () => readonly string[]
}

/** One AWS call: its IAM name, such as `fis:StartExperiment`, its region, and how long it is worth trying. */
export type Call = {
  readonly action: string
  readonly region: string
  readonly patience: Patience
  readonly limits?: Limits
  readonly setting?: Setting
}

/** Makes one attempt, all of its pages included. Give `options` to each request of the SDK: it drops the connection when time is over. */
export type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>
