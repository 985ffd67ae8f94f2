import type { Setting } from './call.ts'
import { type Keys, readKeys } from './keys.ts'
import { checkFiles } from './profile.ts'
import { type Chain, type CreateChain, createSources, hasContainer } from './sources.ts'

type Env = Setting['env']
/** The credentials of all clients. `endsAt`: when they expire, if nothing renews them. */
export type Credentials = Setting & { readonly provide: Chain; readonly endsAt: () => Date | undefined }

/**
 * Keys in the environment win over AWS_PROFILE, as in the AWS CLI; the SDK alone would prefer the profile. All other sources come from the
 * SDK, in its order. `provide` rejects with an error named `CredentialsFailure`, whose cause says why.
 */
export function createCredentials(env: Env, createChain: CreateChain): Credentials {
  const sources = createSources(env, createChain)
  let keys: Keys | undefined
  let inEnvironment = false
  let checked: Promise<void> | undefined
  return {
    env,
    provide: async (options) => {
      try {
        const given = readKeys(env)
        inEnvironment = given !== undefined
        keys = given ?? (await sources.ask(options))
        return keys
      } catch (thrown) {
        throw Object.assign(new Error('no credentials', { cause: thrown }), { name: 'CredentialsFailure' })
      }
    },
    source: () => {
      if (inEnvironment) return 'the environment'
      return keys === undefined ? toExpected(env) : toSource(env, keys)
    },
    waiting: sources.waiting,
    ready: () => {
      checked ??= checkFiles(env)
      return checked
    },
    secrets: () =>
      [env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN, keys?.secretAccessKey, keys?.sessionToken].flatMap((one) => one || []),
    endsAt: () => (inEnvironment ? keys?.expiration : undefined),
  }
}

const toProfile = (env: Env) => `profile ${env.AWS_PROFILE || 'default'}`
const WEB_IDENTITY = 'a web identity token'
const CONTAINER = 'the endpoint of the container'
const INSTANCE = 'the metadata service of the instance'

/** The source that the SDK names. It names none for a container or an instance. */
function toSource(env: Env, { $source = {} }: Keys): string {
  const features = Object.keys($source)
  if (features.some((one) => one.startsWith('CREDENTIALS_PROFILE'))) return toProfile(env)
  if (features.includes('CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN')) return WEB_IDENTITY
  return hasContainer(env) ? CONTAINER : INSTANCE
}

/** The source that the SDK tries first, before it has found any. */
function toExpected(env: Env): string {
  if (env.AWS_PROFILE) return toProfile(env)
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return WEB_IDENTITY
  return hasContainer(env) ? CONTAINER : `${toProfile(env)} or ${INSTANCE}`
}
