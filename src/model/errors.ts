/**
 * Why a run cannot go on. The list is closed, so that the compiler checks every place that describes or classifies a fault.
 *
 * - `usage`: an input is unusable; nothing was sent to AWS.
 * - `refused`: preflight, or a rule of this action, forbids the run.
 * - `credentials`: there are none, or AWS does not accept them.
 * - `settings`: a proxy, a certificate or an address in the settings of the runner keeps the call from AWS; nothing was sent.
 * - `expired`: the credentials have expired. Never retried.
 * - `denied`: AWS knows the caller and forbids the call.
 * - `quota`: an account limit, not a rate.
 * - `throttled`: a rate limit that lasted longer than the retries.
 * - `missing`: the named resource does not exist.
 * - `exists`: the named resource exists already.
 * - `conflict`: the resource is in a state, or the token has a body, that forbids the call.
 * - `invalid`: AWS refuses the request as malformed.
 * - `unreachable`: no answer, or an answer that cannot be read.
 * - `service`: AWS answered with a failure of its own.
 * - `cancelled`: the job was cancelled, or the post step has begun to clean up.
 * - `internal`: a bug in this action.
 */
export type Fault =
  | 'usage'
  | 'refused'
  | 'credentials'
  | 'settings'
  | 'expired'
  | 'denied'
  | 'quota'
  | 'throttled'
  | 'missing'
  | 'exists'
  | 'conflict'
  | 'invalid'
  | 'unreachable'
  | 'service'
  | 'cancelled'
  | 'internal'

/** Faults after which it is unknown whether AWS has acted. */
const UNSURE: readonly Fault[] = ['unreachable', 'service', 'internal']

/**
 * A fault: what happened (`message`), what to do next (`hint`) and, where there is one, the cause. `unsure`: AWS may have carried out the
 * request anyway. A clear refusal is unsure, too, if the answer to an earlier attempt was lost.
 */
export class ActionError extends Error {
  readonly fault: Fault
  readonly hint: string
  readonly unsure: boolean

  // biome-ignore lint/complexity/useMaxParams: most errors have two or three of them; a record at each of the many places would hide them.
  constructor(fault: Fault, message: string, hint = '', cause?: unknown, unsure = UNSURE.includes(fault)) {
    super(message, { cause })
    this.name = 'ActionError'
    this.fault = fault
    this.hint = hint
    this.unsure = unsure
  }
}

/** Recognises ActionErrors by name: main and aws.cjs each bundle a copy of the class, so `instanceof` fails across them. */
export function isActionError(thrown: unknown): thrown is ActionError {
  return thrown instanceof Error && thrown.name === 'ActionError' && 'fault' in thrown
}

/** Converts anything thrown to an ActionError. Anything else becomes `internal`: a bug in this action. */
export function toActionError(thrown: unknown): ActionError {
  if (isActionError(thrown)) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new ActionError('internal', `Unexpected: ${text}`, 'This is a defect of the action; please report it with this log.', thrown)
}

/** The error of a step that was cancelled while it waited. */
export function toEnded(): ActionError {
  return new ActionError('cancelled', 'The step was told to end.')
}

/** The message and the hint of an error, as one text. */
export function explain(error: ActionError): string {
  return joinSentences(error.message, error.hint)
}

/** Joins texts, and ends each like a sentence: AWS's messages often lack the full stop. */
export function joinSentences(...texts: readonly string[]): string {
  const said = texts.map((text) => text.trim()).filter((text) => text !== '')
  return said.map((text) => (/[.!?:;)]$/.test(text) ? text : `${text}.`)).join(' ')
}

/** True for a thrown ActionError of one of the given faults. */
export function isFault(thrown: unknown, ...faults: readonly Fault[]): thrown is ActionError {
  return isActionError(thrown) && faults.includes(thrown.fault)
}
