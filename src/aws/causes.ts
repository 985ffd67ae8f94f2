import type { Call } from './call.ts'
import { ANSWERS } from './causes/answer.ts'
import type { KnownCause } from './causes/cause.ts'
import { CONNECTION } from './causes/connection.ts'
import { CREDENTIALS } from './causes/credentials.ts'
import type { ErrorParts } from './error-parts.ts'

/** All known causes, in the order in which they are tried. */
export const CAUSES: readonly KnownCause[] = [...CREDENTIALS, ...CONNECTION, ...ANSWERS]

/** The first cause that fits. It comes before the name or the socket of the error, which show what broke, but not why. */
export function findKnownCause(error: ErrorParts, about: Call): KnownCause | undefined {
  return CAUSES.find(({ when }) => when(error, about))
}
