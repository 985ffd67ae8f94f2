/** What a rehearsal came to, as the simulator tells it at the end of the job. */

/** One request. `status` and `error` are null where no answer was given. */
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

export type Leftover = { readonly kind: 'template' | 'experiment' | 'role'; readonly id: string; readonly region?: string }

export type Leftovers = {
  readonly leftovers: readonly Leftover[]
  readonly interrupted: readonly { readonly id: string; readonly region: string; readonly at: string; readonly how: string }[]
  readonly foreignTouched: readonly { readonly operation: string; readonly kind?: string; readonly id?: string }[]
  readonly strict: readonly { readonly service: string; readonly operation: string; readonly what: string; readonly name: string }[]
}

export type Rehearsed = { readonly journal: readonly JournalEntry[] } & Leftovers

/** A role of a single run, which that run deletes. Any other role is kept for later runs, on purpose. */
const OF_ONE_RUN = /-[0-9a-f]{8}$/

/** Whether a leftover stays on purpose: a role that later runs use again. */
export function isKept({ kind, id }: Leftover): boolean {
  return kind === 'role' && !OF_ONE_RUN.test(id)
}

/** What the job made, and should have taken away. */
export function findLeftBehind({ leftovers }: Pick<Rehearsed, 'leftovers'>): readonly Leftover[] {
  return leftovers.filter((one) => !isKept(one))
}
