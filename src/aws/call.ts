/** How long a call is retried. Reads get the least time, because the watch repeats them anyway; clean-up gets the most. */
export type Patience = 'read' | 'write' | 'cleanup'

/** Conditions that end a call before its patience does. */
export type Limits = {
  /** After it aborts, nothing more is sent. A write in flight still has `graceMs` to end; a read ends at once. */
  readonly signal?: AbortSignal
  readonly graceMs?: number
  /** Limits the time of a call if it is less than the call's own patience. A function is called at the beginning of each call. */
  readonly patienceMs?: number | (() => number)
  /** Limits the time of one attempt if it is less than 15 s. Always real time, see `deadline.ts`. */
  readonly attemptMs?: number
  /** Refuses every call but Get, List, Describe and Simulate. */
  readonly readOnly?: true
  /** Called before every attempt to create something: true if another process has begun to clean up this run. */
  readonly halted?: () => boolean
}

/** The setting of a call that can explain why it fails. */
export type Setting = {
  /** The environment. Messages show only the names of variables, and the name of a profile. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the credentials come from, such as `profile ci`, as far as it is known already. */
  readonly source: () => string
  /** True while the credentials have not been found yet. */
  readonly waiting: () => boolean
  /** Rejects, before the SDK begins, if a call could hang for ever. */
  readonly ready: () => Promise<void>
  /** Secret values, which no text may show. */
  readonly secrets: () => readonly string[]
}

/** One AWS call: its IAM name, such as `fis:StartExperiment`, its region, and how long to retry it. */
export type Call = {
  readonly action: string
  readonly region: string
  readonly patience: Patience
  readonly limits?: Limits
  readonly setting?: Setting
}

/**
 * Makes one attempt, all of its pages included. Pass `options` to each request of the SDK, which then drops the connection when the time is
 * over.
 */
export type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>
