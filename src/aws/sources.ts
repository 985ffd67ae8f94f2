import type { Setting } from './call.ts'
import { withDeadline } from './deadline.ts'
import type { Keys } from './keys.ts'
import { checkProfile, findUnreadable } from './profile.ts'

type Env = Setting['env']
/** Tries one source after the other: files, web identity, container, instance. */
export type Chain = (options?: Record<string, unknown>) => Promise<Keys>
/** Makes a chain that logs why it goes on to the next source. */
export type CreateChain = (logger: Record<'debug' | 'info' | 'warn' | 'error', (text: string) => void>) => Chain

/** After this time, a source that has not answered is asked anew. The calls that waited for it have ended before. */
const SOURCE_MS = 30_000
const NONE = /from any providers/

/**
 * The credential sources that come after the environment. `ask` rejects with the reason of the source that failed. `waiting` is true while
 * a source has not answered.
 */
export function createSources(env: Env, createChain: CreateChain): { readonly ask: Chain; readonly waiting: () => boolean } {
  const reasons: string[] = []
  const debug = (text: string) => void reasons.push(text.replace(/^@smithy\/property-provider (->|\(!\)) /, ''))
  const logger = { debug, info: () => undefined, warn: () => undefined, error: () => undefined }
  let chain = createChain(logger)
  let loading = 0
  const fail = async (thrown: unknown): Promise<never> => {
    const { name, message } = thrown as Error
    // The old chain would wait for its first request for ever.
    if (name === 'TimeoutError') chain = createChain(logger)
    if (!NONE.test(message)) throw thrown
    throw (await findReason(env, reasons)) ?? thrown
  }
  const ask: Chain = async (options) => {
    if (loading === 0) reasons.length = 0
    loading += 1
    const load = async () => {
      await checkProfile(env)
      return await chain(options)
    }
    const asked = withDeadline(SOURCE_MS, load).then((keys) => refuseOthers(keys, reasons))
    return await asked.catch(fail).finally(() => {
      loading -= 1
    })
  }
  return { ask, waiting: () => loading > 0 }
}

const PROCESS_FAILED = /^Command failed|credential_process (did|returned)|maxBuffer/
const CONTAINER_FAILED =
  /URL not accepted|Server responded|HTTP credential provider response|Authorization token|TimeoutError|\bE[A-Z]{4,}|metadata service/

/**
 * Refuses the keys of another source after a credential process has failed. The SDK goes on then, but a profile with a process must not use
 * the role of the machine instead.
 */
function refuseOthers(keys: Keys, reasons: readonly string[]): Keys {
  const reason = reasons.find((one) => PROCESS_FAILED.test(one))
  if (reason !== undefined) throw toFailure(reason)
  return keys
}

/** Why the intended source gave no keys. The SDK itself only reports that no source did. */
async function findReason(env: Env, reasons: readonly string[]): Promise<Error | undefined> {
  const reason = reasons.find((one) => PROCESS_FAILED.test(one) || (hasContainer(env) && CONTAINER_FAILED.test(one)))
  return reason === undefined ? await findUnreadable(env) : toFailure(reason)
}

export function hasContainer(env: Env): boolean {
  return Boolean(env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)
}

function toFailure(reason: string): Error {
  return Object.assign(new Error(reason), { name: 'CredentialsProviderError' })
}
