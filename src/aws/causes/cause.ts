import type { Fault } from '../../model/errors.ts'
import type { Call } from '../call.ts'
import type { Seen } from '../seen.ts'

/**
 * One known cause of a failed call. `fault` is left out where the name that AWS gives says it, `text` where AWS's own words do. No text
 * shows the value of a variable that may be a secret.
 */
export type Cause = {
  readonly name: string
  readonly when: (seen: Seen, about: Call) => boolean
  readonly fault?: Fault
  readonly text?: (seen: Seen, about: Call) => string
  readonly hint: (seen: Seen, about: Call) => string
}

/** The action that brings credentials into a workflow. */
export const CONFIGURE = 'aws-actions/configure-aws-credentials'

export const isNamed = (name: string) => (seen: Seen) => seen.name === name
export const hasCode = (codes: RegExp) => (seen: Seen) => codes.test(seen.code)

/** The environment variables that the call was made with; none where they are not known. */
export function readEnv({ setting }: Call): Readonly<Record<string, string | undefined>> {
  return setting?.env ?? {}
}
