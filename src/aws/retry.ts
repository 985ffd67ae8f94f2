import pRetry from 'p-retry'
import { ActionError, isFault } from '../model/errors.ts'
import { toFault } from './faults.ts'

/** How long a call is tried: reads are repeated by whoever watches; what removes something gets the most patience. */
export type Patience = 'read' | 'write' | 'tidy'

const PATIENCE_MS: Readonly<Record<Patience, number>> = { read: 20_000, write: 60_000, tidy: 90_000 }

/** One AWS call: its IAM name, `fis:StartExperiment`, where it goes, and how long it is worth trying. */
export type Call = { readonly action: string; readonly region: string; readonly patience: Patience }

/**
 * Sends until AWS answers, says no, or the patience is used up: throttling, failures of the service, and silence are tried again with
 * growing, jittered pauses. `send` must be safe to repeat: its client token is made outside. The SDK's own retry is off, for it gives
 * up on throttling in less than a second and never repeats what it can not parse. Rejects with an ActionError.
 */
export async function call<T>(about: Call, send: () => Promise<T>): Promise<T> {
  return await pRetry(
    async () => {
      try {
        return await send()
      } catch (thrown) {
        throw toFault(thrown, about)
      }
    },
    {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 400,
      factor: 2,
      maxTimeout: 8000,
      randomize: true,
      maxRetryTime: PATIENCE_MS[about.patience],
      shouldRetry: ({ error }) => isFault(error, 'throttled', 'service', 'unreachable'),
    },
  )
}

/** The member of an answer that AWS promises; a 200 without it is a broken answer, and is asked for again. */
export function promised<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null || value === '') throw new ActionError('unreachable', `AWS answered without ${what}.`)
  return value
}
