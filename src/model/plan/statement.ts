import { MANAGED_BY, TAG } from '../tags.ts'

/** One statement of a policy for callers, that allows. `grants.ts` makes JSON of it. */
export type Statement = {
  /** Patterns of ARNs, with placeholders: see `Names` in grants.ts. */
  readonly resources: readonly string[]
  readonly actions: readonly string[]
  /** Condition keys and the one value that each must have. */
  readonly equals?: Readonly<Record<string, string>>
  readonly purpose: string
  /** What a run cannot do without it. */
  readonly lost: string
}

/** What is created must get our tag. */
export const REQUESTED = { [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY }
/** What exists must have our tag. */
export const TAGGED = { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY }
