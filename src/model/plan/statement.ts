import { MANAGED_BY, TAG } from '../tags.ts'

/** One Allow statement of a policy for callers. `grants.ts` renders it as JSON. */
export type Statement = {
  /** Patterns of ARNs, with placeholders: see `Names` in grants.ts. */
  readonly resources: readonly string[]
  readonly actions: readonly string[]
  /** Condition keys and the one value that each must have. */
  readonly equals?: Readonly<Record<string, string>>
  readonly purpose: string
  /** What a run loses without it. */
  readonly lost: string
}

/** Condition: the created resource gets our tag. */
export const REQUESTED = { [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY }
/** Condition: the existing resource has our tag. */
export const TAGGED = { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY }
