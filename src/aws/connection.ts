import http from 'node:http'
import https from 'node:https'
import { pipeline, type Readable, Transform } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { findRoute, type Route } from '../model/proxy.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What the SDK sends requests with. */
export type Handler = Pick<NodeHttpHandler, 'handle' | 'destroy' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'>

/** The proxy that a failed request was to go through; an error carries it as `proxy`. Never with user and password. */
export type UsedProxy = { readonly shown: string; readonly variable: string }

/**
 * An address that does not answer is left after this for the next one of the same name: a name may have addresses of IPv6 on a runner
 * that has none. Node's own 250 ms are too short for AWS from far away, and for a slow network.
 */
const ADDRESS_MS = 2500
/** A tunnel that its proxy does not open outlives the request that asked for it; this ends it. */
const TUNNEL_MS = 15_000
/** The longest answer of a call that this action makes is a page of a list, far below this. */
const MOST_BYTES = 32 * 1024 * 1024

/** How all clients connect: through the proxy of the variables, which the SDK ignores, and with certificates verified whatever the environment says. */
export function createHandler(env: Env): Handler {
  const handlers = new Map<string, NodeHttpHandler>()
  const toHandler = (route: Route) => {
    if (route.via === 'unusable')
      throw Object.assign(new Error(`${route.variable} holds no address of an HTTP proxy`), { name: 'UnusableProxy' })
    const key = route.via === 'proxy' ? route.url : ''
    const handler = handlers.get(key) ?? connect(key)
    handlers.set(key, handler)
    return handler
  }
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => {
      const { protocol, hostname, port } = request
      if (!/^https?:$/.test(protocol)) throw Object.assign(new Error(`${protocol}// is no address of AWS`), { name: 'EndpointError' })
      const route = findRoute(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}/`, env)
      try {
        const answer = await toHandler(route).handle(request, options)
        answer.response.body = limit(answer.response)
        return answer
      } catch (thrown) {
        throw route.via === 'proxy' ? withProxy(thrown, route) : thrown
      }
    },
    destroy: () => {
      for (const handler of handlers.values()) handler.destroy()
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  }
}

/**
 * The SDK asks the instance for credentials with Node's global agent, which NODE_USE_ENV_PROXY puts behind a proxy: a proxy cannot reach
 * the metadata service, or reaches its own. The clients above have agents of their own.
 */
export function keepMetadataDirect(env: Env): void {
  if (env.NODE_USE_ENV_PROXY) http.globalAgent = new http.Agent({ keepAlive: true, timeout: 5000 })
}

/** `proxy` is '' for none. */
function connect(proxy: string): NodeHttpHandler {
  const options = {
    keepAlive: true,
    maxSockets: 50,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS,
    ...(proxy === '' ? {} : { proxyEnv: { http_proxy: proxy, https_proxy: proxy }, timeout: TUNNEL_MS }),
  }
  return new NodeHttpHandler({ httpAgent: new http.Agent(options), httpsAgent: new https.Agent({ ...options, rejectUnauthorized: true }) })
}

function withProxy(thrown: unknown, { shown, variable }: UsedProxy): unknown {
  return thrown instanceof Error ? Object.assign(thrown, { proxy: { shown, variable } satisfies UsedProxy }) : thrown
}

/** The body, which fails once it is longer than any answer: an endless one would fill the memory before its time is over. */
function limit({ headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: Readable }): Readable | undefined {
  // Node itself holds an answer to the length that it announces.
  if (body === undefined || Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= MOST_BYTES) return body
  let bytes = 0
  const counted = new Transform({
    transform: (part: Buffer, _, done) => {
      bytes += part.length
      if (bytes <= MOST_BYTES) done(null, part)
      else
        done(
          Object.assign(new Error(`the answer is longer than ${MOST_BYTES / 1024 / 1024} MiB`), {
            name: 'EndlessAnswer',
            code: 'ERR_ENDLESS',
          }),
        )
    },
  })
  pipeline(body, counted, () => undefined)
  return counted
}
