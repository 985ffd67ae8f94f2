/** What happened in a rehearsal, as the simulator reports it at the end of the job. */

/** One request. `status` and `error` are null if it got no answer. */
export type JournalEntry = {
  readonly at: string
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly userAgent: string
  readonly fault: string | null
  readonly status: number | null
  readonly error: string | null
}

export type RehearsalLeftover = { readonly kind: 'template' | 'experiment' | 'role'; readonly id: string; readonly region?: string }

export type Leftovers = {
  readonly leftovers: readonly RehearsalLeftover[]
  readonly interrupted: readonly { readonly id: string; readonly region: string; readonly at: string; readonly how: string }[]
  readonly foreignTouched: readonly { readonly operation: string; readonly kind?: string; readonly id?: string }[]
  readonly strict: readonly { readonly service: string; readonly operation: string; readonly what: string; readonly name: string }[]
}

export type Rehearsed = { readonly journal: readonly JournalEntry[] } & Leftovers

/** Matches the role of a single run, which that run deletes. Any other role is kept for later runs on purpose. */
const OF_ONE_RUN = /-[0-9a-f]{8}$/

/** Whether a leftover stays on purpose, because it is a role that later runs use again. */
export function isKept({ kind, id }: RehearsalLeftover): boolean {
  return kind === 'role' && !OF_ONE_RUN.test(id)
}

/** The resources that the job created and should have removed. */
export function findLeftBehind({ leftovers }: Pick<Rehearsed, 'leftovers'>): readonly RehearsalLeftover[] {
  return leftovers.filter((one) => !isKept(one))
}
