import http from 'node:http'
import https from 'node:https'
import { pipeline, type Readable, Transform } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { findRoute, type Route } from '../model/proxy.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The handler through which the SDK sends requests. */
export type Handler = Pick<NodeHttpHandler, 'handle' | 'destroy' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'>

/** The proxy of a failed request, which its error has as `proxy`. Never with user and password. */
export type UsedProxy = { readonly shown: string; readonly variable: string }

/**
 * How long to try one address of a name before the next one. A name may have IPv6 addresses although the runner has no IPv6. Node's default
 * of 250 ms is too short for a distant region and for a slow network.
 */
const ADDRESS_MS = 2500
/** Ends a tunnel that its proxy does not open. Otherwise it would stay open after its request has ended. */
const TUNNEL_MS = 15_000
/** The longest accepted answer. The longest real one is a page of a list, which is far shorter. */
const MOST_BYTES = 32 * 1024 * 1024

/**
 * Connects all clients. It uses the proxy of the environment variables, which the SDK ignores, and always verifies certificates, whatever
 * the environment says.
 */
export function createHandler(env: Env): Handler {
  const handlers = new Map<string, NodeHttpHandler>()
  const toHandler = (route: Route) => {
    if (route.via === 'unusable')
      throw Object.assign(new Error(`${route.variable} is not the address of an HTTP proxy`), { name: 'UnusableProxy' })
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
 * Keeps requests to the metadata service of the instance from a proxy, which cannot reach it, or would reach its own. The SDK sends these
 * with Node's global agent, which uses a proxy with NODE_USE_ENV_PROXY. The clients above have agents of their own.
 */
export function keepMetadataDirect(env: Env): void {
  if (env.NODE_USE_ENV_PROXY) http.globalAgent = new http.Agent({ keepAlive: true, timeout: 5000 })
}

/** A handler that connects through `proxy`; '' for none. */
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

type Headers = Readonly<Record<string, string>>

/** A body that fails once it is longer than any answer: an endless one would fill the memory before the deadline. */
export function limit({ headers, body }: { readonly headers: Headers; readonly body?: Readable }): Readable | undefined {
  if (body === undefined || isBounded(headers)) return body
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

/**
 * Whether Node itself ends the body in time, because it enforces the length that the answer announces. With `--insecure-http-parser` it
 * accepts a transfer encoding beside the length, and then it ignores the length.
 */
function isBounded({ 'content-length': length = '', 'transfer-encoding': encoding }: Headers): boolean {
  return encoding === undefined && /^\d+$/.test(length) && Number(length) <= MOST_BYTES
}
