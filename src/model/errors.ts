/**
 * Why a run cannot go on. Closed, so that every place that words or classifies a fault is checked by the compiler.
 *
 * - `usage`: an input is unusable; nothing was sent to AWS.
 * - `refused`: preflight, or a rule of this action, forbids the run.
 * - `credentials`: there are none, or AWS does not know them.
 * - `settings`: a proxy, a certificate or an address that the runner is set up with keeps the call from AWS; nothing was sent.
 * - `expired`: there were, and their time is over. Never retried.
 * - `denied`: AWS knows the caller and forbids the call.
 * - `quota`: an account limit, not a rate.
 * - `throttled`: a rate limit that outlasted our patience.
 * - `missing`: the named resource does not exist.
 * - `exists`: the named resource exists already.
 * - `conflict`: the resource is in a state, or the token has a body, that forbids the call.
 * - `invalid`: AWS refuses what was asked as malformed.
 * - `unreachable`: no answer, or none that can be read.
 * - `service`: AWS answered with a failure of its own.
 * - `cancelled`: the job, or a clean-up that has begun elsewhere, told this one to end.
 * - `internal`: a promise inside this action was broken.
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

/** After these nobody knows whether AWS has acted. */
const UNSURE: readonly Fault[] = ['unreachable', 'service', 'internal']

/**
 * A fault with what happened (`message`), what to do next (`hint`) and, where there is one, what caused it. `unsure`: AWS may have done
 * what was asked all the same; a plain "no" after an attempt whose answer was lost is unsure, too.
 */
export class ActionError extends Error {
  readonly fault: Fault
  readonly hint: string
  readonly unsure: boolean

  constructor(fault: Fault, message: string, hint = '', cause?: unknown, unsure = UNSURE.includes(fault)) {
    super(message, { cause })
    this.name = 'ActionError'
    this.fault = fault
    this.hint = hint
    this.unsure = unsure
  }
}

/**
 * True for an ActionError of any copy of this class: what main loads at once and what it loads for AWS are bundled apart, so
 * `instanceof` would tell them for strangers.
 */
export function isActionError(thrown: unknown): thrown is ActionError {
  return thrown instanceof Error && thrown.name === 'ActionError' && 'fault' in thrown
}

/** Whatever was thrown, as an ActionError; what is not one already is a broken promise of ours. */
export function toActionError(thrown: unknown): ActionError {
  if (isActionError(thrown)) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new ActionError('internal', `Unexpected: ${text}`, 'This is a defect of the action; please report it with this log.', thrown)
}

/** What happened and what to do, as one text. */
export function explain(error: ActionError): string {
  return joinSentences(error.message, error.hint)
}

/** Texts one after the other, each ended like a sentence; AWS's messages often are not. */
export function joinSentences(...texts: readonly string[]): string {
  const said = texts.map((text) => text.trim()).filter((text) => text !== '')
  return said.map((text) => (/[.!?:;)]$/.test(text) ? text : `${text}.`)).join(' ')
}

/** True for a thrown ActionError of one of the given faults. */
export function isFault(thrown: unknown, ...faults: readonly Fault[]): thrown is ActionError {
  return isActionError(thrown) && faults.includes(thrown.fault)
}
