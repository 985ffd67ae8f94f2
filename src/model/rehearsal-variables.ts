/** The environment variables of a rehearsal. They lead the later steps of a job to a simulated AWS, and keep them from the real one. */

type Env = Readonly<Record<string, string | undefined>>
type Variables = Readonly<Record<string, string>>

/** The simulator accepts any credentials. AWS refuses these, so a program that ignores AWS_ENDPOINT_URL can do nothing in the real AWS. */
const CREDENTIALS = 'rehearsal'
const LOOPBACK = '127.0.0.1'
/** A variable that contains this path was set by an earlier rehearsal. */
const TOKEN_PATH = '/_simulator/token'
/** Names of variables that set the endpoint of one service. They would win over AWS_ENDPOINT_URL. */
const OF_A_SERVICE = /^AWS_ENDPOINT_URL_\w+$/
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']

/** Exported before the simulator starts: from then on no step uses the real AWS by mistake, even if the start fails. */
export const GUARDS: Variables = {
  SPOT_INTERRUPT_REHEARSAL: 'true',
  AWS_ACCESS_KEY_ID: CREDENTIALS,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS,
}

/** The address of the simulator, its region, and a bearer token for OIDC requests, which the simulator does not check. */
export type SimulatorAccess = { readonly endpoint: string; readonly region: string; readonly bearer: string }

/**
 * Exported once the simulator is ready. A runner with OIDC tokens of its own (`id-token: write`) sets both variables of the token again for
 * each step, so they are exported only if it has none.
 */
export function toVariables(env: Env, { endpoint, region, bearer }: SimulatorAccess): Variables {
  const set = (name: string) => (env[name] ?? '') !== ''
  const token = { ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}${TOKEN_PATH}?of=rehearsal`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer }
  const own = set('ACTIONS_ID_TOKEN_REQUEST_URL') && env.ACTIONS_ID_TOKEN_REQUEST_URL?.includes(TOKEN_PATH) !== true
  const services = Object.keys(env).filter((name) => OF_A_SERVICE.test(name) && set(name))
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...Object.fromEntries(services.map((name) => [name, endpoint])),
    ...(set('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS') ? { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' } : {}),
    // A session token belongs to the key that it came with.
    ...(set('AWS_SESSION_TOKEN') ? { AWS_SESSION_TOKEN: '' } : {}),
    ...(PROXIES.some(set) ? toNoProxy(env) : {}),
    ...(own ? {} : token),
  }
}

/** NO_PROXY with the addresses of this machine, which a proxy cannot reach. */
function toNoProxy(env: Env): Variables {
  const names = ['no_proxy', 'NO_PROXY'] as const
  return Object.fromEntries(
    names.map((name) => [name, [env[name] || env[names.find((one) => env[one]) ?? name], LOOPBACK].filter(Boolean).join()]),
  )
}

/** Credentials of AWS, which must not be saved in the state. The OIDC token of a runner is never replaced, so it needs no former value. */
const SECRET = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/

/**
 * The former values of the variables, without credentials. The post step restores them for the post steps that follow it, which belong to
 * steps before the rehearsal.
 */
export function toFormer(env: Env, variables: Variables): Variables {
  const names = Object.keys(variables).filter((name) => !SECRET.test(name))
  return Object.fromEntries(names.map((name) => [name, env[name] ?? '']))
}
