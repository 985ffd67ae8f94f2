import type { Fault } from '../../model/errors.ts'
import type { Call } from '../call.ts'
import type { ErrorParts } from '../error-parts.ts'

/**
 * One known cause of a failed call. Without `fault`, the error name of AWS decides it; without `text`, AWS's own message is shown. No text
 * shows the value of a variable that may be a secret.
 */
export type KnownCause = {
  readonly name: string
  readonly when: (error: ErrorParts, about: Call) => boolean
  readonly fault?: Fault
  readonly text?: (error: ErrorParts, about: Call) => string
  readonly hint: (error: ErrorParts, about: Call) => string
}

/** The action that brings credentials into a workflow. */
export const CONFIGURE = 'aws-actions/configure-aws-credentials'

export const isNamed = (name: string) => (error: ErrorParts) => error.name === name
export const hasCode = (codes: RegExp) => (error: ErrorParts) => codes.test(error.code)

/** The environment variables of the call; empty if they are not known. */
export function readEnv({ setting }: Call): Readonly<Record<string, string | undefined>> {
  return setting?.env ?? {}
}
