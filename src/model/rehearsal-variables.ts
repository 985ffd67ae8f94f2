/** The variables of a rehearsal: what points the later steps of a job at a simulated AWS, and keeps them from the real one. */

type Env = Readonly<Record<string, string | undefined>>
type Variables = Readonly<Record<string, string>>

/** Any credentials will do there. They are none for AWS, so a program that does not know AWS_ENDPOINT_URL reaches nothing, either. */
const CREDENTIALS = 'rehearsal'
const LOOPBACK = '127.0.0.1'
/** A variable that holds this was set by a rehearsal before this one. */
const TOKEN_PATH = '/_simulator/token'
/** Names of variables that move the endpoint of one service. They would win over AWS_ENDPOINT_URL. */
const OF_A_SERVICE = /^AWS_ENDPOINT_URL_\w+$/
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']

/** What is exported before the simulator starts: from here on no step takes the real AWS for a rehearsal, even if the start fails. */
export const GUARDS: Variables = {
  SPOT_INTERRUPT_REHEARSAL: 'true',
  AWS_ACCESS_KEY_ID: CREDENTIALS,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS,
}

/** Where the simulator is, and what it gives. `bearer` goes with requests for a token; the simulator does not look at it. */
export type Place = { readonly endpoint: string; readonly region: string; readonly bearer: string }

/**
 * What is exported once the simulator is ready. A runner with a token of its own (`id-token: write`) sets both variables of the token again for
 * each step, so they are exported only where it has none.
 */
export function toVariables(env: Env, { endpoint, region, bearer }: Place): Variables {
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

/** A proxy cannot reach this machine's own addresses. */
function toNoProxy(env: Env): Variables {
  const names = ['no_proxy', 'NO_PROXY'] as const
  return Object.fromEntries(
    names.map((name) => [name, [env[name] || env[names.find((one) => env[one]) ?? name], LOOPBACK].filter(Boolean).join()]),
  )
}

/** Of AWS: state is no place for them. The token of a runner is never replaced, so it is never among the former values. */
const SECRET = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/

/** What the variables were before, for the post step: the post steps after it belong to steps before the rehearsal. Without credentials. */
export function toFormer(env: Env, variables: Variables): Variables {
  const names = Object.keys(variables).filter((name) => !SECRET.test(name))
  return Object.fromEntries(names.map((name) => [name, env[name] ?? '']))
}
