import type { Setting } from './call.ts'

type Env = Setting['env']

/** Access keys as the SDK gives them. `$source` has the SDK's name for where it read them. */
export type Keys = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
  readonly $source?: object
}

const ID = 'AWS_ACCESS_KEY_ID'
const SECRET = 'AWS_SECRET_ACCESS_KEY'
const TOKEN = 'AWS_SESSION_TOKEN'

/** Characters that often come with a copied secret, in words. */
const NAMED: Readonly<Record<string, string>> = { '\n': 'a line break', '\r': 'a line break', ' ': 'a blank', '\t': 'a tab' }

/**
 * The keys of the environment; undefined if there are none. Throws for half a pair, which must not lead to another identity, and for
 * characters that no key has. No message shows a value.
 */
export function readKeys(env: Env): Keys | undefined {
  if (!isMeant(env)) return undefined
  const accessKeyId = readKey(env, ID)
  const secretAccessKey = readKey(env, SECRET)
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [there, lacking] = secretAccessKey === undefined ? [ID, SECRET] : [SECRET, ID]
    throw toProblem('PartialKeys', `${there} is set, but ${lacking} is not`)
  }
  const sessionToken = readKey(env, TOKEN)
  const expiration = new Date(env.AWS_CREDENTIAL_EXPIRATION ?? '')
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(Number.isNaN(expiration.getTime()) ? {} : { expiration }),
  }
}

/** Whether the environment is meant to give the keys. A secret alone is ignored if AWS_PROFILE is set, as in the AWS CLI. */
function isMeant(env: Env): boolean {
  return Boolean(env[ID]) || (Boolean(env[SECRET]) && !env.AWS_PROFILE)
}

function readKey(env: Env, name: string): string | undefined {
  const odd = /[^\x21-\x7e]/.exec(env[name] ?? '')?.[0]
  if (odd !== undefined) throw toProblem('InvalidKeys', `${name} contains ${NAMED[odd] ?? 'a character that no key has'}`)
  return env[name] || undefined
}

/** An error that one row of `causes.ts` explains, by its name. */
export function toProblem(name: 'PartialKeys' | 'InvalidKeys' | 'UnknownProfile' | 'UnreadableFile' | 'NoHome', message: string): Error {
  return Object.assign(new Error(message), { name })
}
