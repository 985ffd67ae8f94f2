import type { Call } from './call.ts'
import { ANSWERS } from './causes/answer.ts'
import type { Cause } from './causes/cause.ts'
import { CONNECTION } from './causes/connection.ts'
import { CREDENTIALS } from './causes/credentials.ts'
import type { Seen } from './seen.ts'

/** The one table of known causes, in the order in which they are asked. */
export const CAUSES: readonly Cause[] = [...CREDENTIALS, ...CONNECTION, ...ANSWERS]

/** The first cause that fits. Asked before an error is explained by its name or by its socket: those say what broke, not why. */
export function findCause(seen: Seen, about: Call): Cause | undefined {
  return CAUSES.find(({ when }) => when(seen, about))
}
