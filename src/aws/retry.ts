import pRetry from 'p-retry'
import { ActionError, isFault } from '../model/errors.ts'
import type { Call, Patience, Send } from './call.ts'
import { withDeadline } from './deadline.ts'

const PATIENCE_MS: Readonly<Record<Patience, number>> = { read: 20_000, write: 60_000, cleanup: 90_000 }

/** Calls that change nothing, by their names. */
const READS = /^[a-z0-9]+:(Get|List|Describe|Simulate)/

/** Credentials, connection, headers, body and all pages of one attempt together. */
const ATTEMPT_MS = 15_000
/** An attempt starts only if it has at least this long. */
const LAST_ATTEMPT_MS = 4000

/** The attempts of one call: the limit of the next one, and what is known of the earlier ones. */
type Attempts = { readonly attemptMs: () => number; inFlight: boolean; unsure: boolean; clockSet: boolean }

/**
 * Sends until AWS answers, refuses, or the patience is used up. Throttling, failures of the service, and silence are tried again with
 * growing, jittered pauses; a removal also when something else is still in its way. `send` must be safe to repeat: its client token is
 * made outside. An attempt that gets no answer is given up, so the call always ends. The SDK's own retry is off: it gives up on
 * throttling in less than a second and never repeats an answer that it cannot parse. Rejects with an ActionError, which is `unsure` when
 * any attempt may have been acted on.
 */
export async function call<T>(about: Call, send: Send<T>): Promise<T> {
  const { attemptMs, retryMs } = toTimes(about)
  const attempts: Attempts = { attemptMs, inFlight: false, unsure: false, clockSet: false }
  const tried = pRetry(() => attempt(about, send, attempts), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 400,
    factor: 2,
    maxTimeout: 8000,
    randomize: true,
    maxRetryTime: retryMs,
    shouldRetry: ({ error }) => mayPass(error, about.patience) || setsClock(error, attempts),
  })
  const signal = about.limits?.signal
  return signal === undefined ? await tried : await unlessEnded(tried, signal, { about, attempts })
}

/** `retryMs`: how long new attempts may start. `attemptMs`: how long the next one may take, so that it ends within the patience. */
function toTimes({ patience, limits = {} }: Call): { readonly retryMs: number; readonly attemptMs: () => number } {
  const { patienceMs: most = Number.POSITIVE_INFINITY } = limits
  const patienceMs = Math.min(PATIENCE_MS[patience], typeof most === 'function' ? most() : most)
  const longestMs = Math.min(ATTEMPT_MS, patienceMs, limits.attemptMs ?? Number.POSITIVE_INFINITY)
  const lastMs = Math.min(LAST_ATTEMPT_MS, longestMs, patienceMs / 4)
  const endMs = performance.now() + patienceMs
  return { retryMs: patienceMs - lastMs, attemptMs: () => Math.max(lastMs, Math.min(longestMs, endMs - performance.now())) }
}

/** A member of an answer that AWS promises. An answer without it counts as broken, and the call is repeated. */
export function promised<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null || value === '') throw new ActionError('unreachable', `AWS answered without ${what}.`)
  return value
}

async function attempt<T>(about: Call, send: Send<T>, attempts: Attempts): Promise<T> {
  const { signal, halted, readOnly } = about.limits ?? {}
  if (readOnly && !READS.test(about.action))
    throw new ActionError('internal', `${about.action} was not sent: a dry run only reads.`, '', undefined, false)
  if (signal?.aborted === true) throw toCancelled(about, `was not sent: ${explainEnd(signal)}`, attempts.unsure)
  if (about.patience === 'write' && halted?.() === true)
    throw toCancelled(about, 'was not sent: the clean-up of this run has begun', attempts.unsure)
  attempts.inFlight = true
  try {
    return await withDeadline(attempts.attemptMs(), async (options) => {
      await about.setting?.ready()
      return await send(options)
    })
  } catch (thrown) {
    // Loaded with the first error: most runs have none.
    const { explainFault } = await import('./faults.ts')
    const fault = await explainFault(thrown, about)
    attempts.unsure ||= fault.unsure
    throw fault.unsure === attempts.unsure ? fault : new ActionError(fault.fault, fault.message, fault.hint, fault.cause, true)
  } finally {
    attempts.inFlight = false
  }
}

/** Whether an error may pass. IAM and FIS may refuse a removal for a while, until nothing uses the resource any more. */
function mayPass(error: unknown, patience: Patience): boolean {
  return isFault(error, 'throttled', 'service', 'unreachable') || (patience === 'cleanup' && isFault(error, 'conflict'))
}

/**
 * Whether the error has corrected the clock of the SDK. It signs with the time of AWS once an answer shows that ours is wrong by more than
 * 4 minutes. AWS refuses the call that shows it, so this call gets one more attempt.
 */
function setsClock(error: unknown, attempts: Attempts): boolean {
  const cause = error instanceof Error ? (error.cause as { $metadata?: { clockSkewCorrected?: boolean } } | undefined) : undefined
  if (attempts.clockSet || cause?.$metadata?.clockSkewCorrected !== true) return false
  attempts.clockSet = true
  return true
}

type Asked = { readonly about: Call; readonly attempts: Attempts }

async function unlessEnded<T>(tried: Promise<T>, signal: AbortSignal, { about, attempts }: Asked): Promise<T> {
  let listener: (() => void) | undefined
  const ended = new Promise<never>((_, reject) => {
    const giveUp = () => reject(toCancelled(about, `was given up: ${explainEnd(signal)}`, attempts.unsure || attempts.inFlight))
    listener = () => {
      if (!attempts.inFlight || about.patience === 'read') giveUp()
      else setTimeout(giveUp, about.limits?.graceMs ?? 0)
    }
    signal.addEventListener('abort', listener, { once: true })
  })
  try {
    return await Promise.race([tried, ended])
  } finally {
    if (listener !== undefined) signal.removeEventListener('abort', listener)
  }
}

/** `AbortSignal.timeout` gives this reason, also through `AbortSignal.any`; so do the limits of main's sweep and of post. */
function explainEnd({ reason }: AbortSignal): string {
  return (reason as Error | undefined)?.name === 'TimeoutError' ? 'the time for it is over' : 'this step was told to end'
}

function toCancelled({ action, region }: Call, what: string, unsure: boolean): ActionError {
  return new ActionError('cancelled', `${action} in ${region} ${what}.`, '', undefined, unsure)
}
