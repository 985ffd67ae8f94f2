import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as secure } from 'node:tls'
import { findCache } from '../model/probes/cache.ts'
import type { ProbeTarget, StatusRange } from '../model/probes/probe.ts'
import { findRoute } from '../model/proxy.ts'
import { VERSION } from '../model/version.ts'
import type { Answer } from '../world.ts'
import { connectAny, type Lookup } from './connect.ts'

/** The body of an answer is read up to this length. */
const ENOUGH_BYTES = 1_000_000
/** Some services behind a proxy send more than Node's default limit of 16 KB. */
const MAX_HEADER_BYTES = 64 * 1024
const LONGEST_WHY = 120

/** The result of a check, without its time. */
type Outcome = Pick<Answer, 'health' | 'why'>
/** Settles one check. Only the first call counts. */
type Settle = (outcome: Outcome) => void
/** Begins a check, and returns a function that ends it. */
type Begin = (probeTarget: ProbeTarget, settle: Settle, lookup: Lookup | undefined) => () => void

/** How a check is sent: `timeoutMs` is real time, `signal` ends it at once, `lookup` is for tests. */
export type SendSettings = { readonly timeoutMs: number; readonly signal: AbortSignal; readonly lookup?: Lookup }

/**
 * Sends one check over its own connection, up to the last byte of the answer. Never rejects: no answer before the time-out is a failure. It
 * follows no redirect.
 */
export function sendProbe(probeTarget: ProbeTarget, { timeoutMs, signal, lookup }: SendSettings): Promise<Answer> {
  const startMs = performance.now()
  return new Promise((resolve) => {
    let open = true
    let drop = () => {}
    const settle = ({ health, why }: Outcome) => {
      if (!open) return
      open = false
      deadline.removeEventListener('abort', expire)
      signal.removeEventListener('abort', abort)
      drop()
      resolve({ health, tookMs: performance.now() - startMs, why: why.slice(0, LONGEST_WHY) })
    }
    const abort = () => settle(failed('given up'))
    const expire = () => settle(failed(`no answer within ${timeoutMs / 1000} s`))
    // Real time, even in tests that speed up the timers: so a test service on a busy machine has as long to answer as a real one.
    const deadline = AbortSignal.timeout(Math.ceil(timeoutMs))
    deadline.addEventListener('abort', expire)
    signal.addEventListener('abort', abort)
    try {
      drop = (probeTarget.kind === 'tcp' ? checkTcp : checkHttp)(probeTarget, settle, lookup)
      if (!open) drop()
    } catch (thrown) {
      settle(failed(explain(thrown)))
    }
  })
}

function failed(why: string): Outcome {
  return { health: 'failed', why }
}

/** tcp: healthy as soon as the connection is open. */
const checkTcp: Begin = (probeTarget, settle, lookup) => {
  const { hostname, port } = new URL(probeTarget.url)
  return connectAny({ host: toHost(hostname), port: Number(port), lookup }, (error, socket) => {
    socket?.destroy()
    settle(error === undefined ? { health: 'healthy', why: '' } : failed(explain(error)))
  })
}

/** http and https: the status decides, once the whole answer has arrived. */
const checkHttp: Begin = (probeTarget, settle, lookup) => {
  const route = findRoute(probeTarget.url, process.env)
  if (route.via === 'unusable') {
    settle(failed(`${route.variable} is not the address of an HTTP proxy`))
    return () => {}
  }
  const drops: (() => void)[] = []
  const proxy = route.via === 'proxy' ? route.url : undefined
  const race: Race = { proxy, lookup, began: (drop) => void drops.push(drop) }
  const headers = { 'user-agent': `spot-interrupt/${VERSION}`, accept: '*/*', 'cache-control': 'no-cache', ...probeTarget.headers }
  const options = { headers, maxHeaderSize: MAX_HEADER_BYTES }
  const request =
    probeTarget.kind === 'https'
      ? // Set explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
        https.request(probeTarget.url, { ...options, agent: toSecureAgent(race), rejectUnauthorized: true })
      : http.request(probeTarget.url, { ...options, agent: toPlainAgent(race) })
  drops.push(() => request.destroy())
  request.on('response', (answer) => read(answer, probeTarget.healthy, settle))
  request.on('error', (error) => settle(failed(explain(error))))
  request.end()
  return () => {
    for (const drop of drops) drop()
  }
}

/** `proxy` is undefined for a service that is reached directly. */
type Race = { readonly proxy: string | undefined; readonly lookup: Lookup | undefined; readonly began: (drop: () => void) => void }

/** The time for each address of a proxy. Node tries one after the other, and its default of 250 ms is too short for a slow network. */
const PROXY_ADDRESS_MS = 1000

/** A new agent for each check, so that no connection is reused. */
function toPlainAgent(race: Race): http.Agent {
  return connectByRace(new http.Agent({ keepAlive: false, ...throughProxy(race) }), race, (socket) => socket)
}

function toSecureAgent(race: Race): https.Agent {
  const agent = new https.Agent({ keepAlive: false, maxCachedSessions: 0, ...throughProxy(race) })
  return connectByRace(agent, race, (socket, options) => secure({ ...options, socket } as ConnectionOptions))
}

function throughProxy({ proxy }: Race): https.AgentOptions {
  if (proxy === undefined) return {}
  return { proxyEnv: { http_proxy: proxy, https_proxy: proxy }, autoSelectFamilyAttemptTimeout: PROXY_ADDRESS_MS }
}

/** Makes an agent that uses no proxy try all addresses of the service side by side. */
function connectByRace<Agent extends http.Agent>(
  agent: Agent,
  { proxy, lookup, began }: Race,
  wrap: (socket: Socket, options: object) => Duplex,
): Agent {
  if (proxy !== undefined) return agent
  agent.createConnection = (options, done) => {
    const destination = { host: String(options.host), port: Number(options.port), lookup }
    const drop = connectAny(destination, (error, socket) => {
      // The agent accepts an error without a socket, although the types of Node do not allow it.
      if (socket === undefined) (done as (error: Error | undefined) => void)(error)
      else done?.(null, wrap(socket, options))
    })
    began(drop)
    return undefined
  }
  return agent
}

function read(answer: http.IncomingMessage, healthy: readonly StatusRange[], settle: Settle): void {
  const outcome = judge(answer, healthy)
  let bytes = 0
  answer.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > ENOUGH_BYTES) settle(outcome)
  })
  answer.on('end', () => settle(outcome))
  answer.on('error', (error) => settle(failed(explain(error))))
  answer.on('close', () => settle(answer.complete ? outcome : failed('the answer broke off')))
}

/** Judges the status and the headers of an answer. An answer from a cache is unknown, because the cache may have an old one. */
function judge({ statusCode: status = 0, headers }: http.IncomingMessage, healthy: readonly StatusRange[]): Outcome {
  const cache = findCache(headers)
  if (cache !== '') return { health: 'unknown', why: `the answer came from a cache (${cache})` }
  if (healthy.some(([from, to]) => status >= from && status <= to)) return { health: 'healthy', why: '' }
  return failed(REDIRECTS.includes(status) ? `HTTP ${status} (redirects are not followed)` : `HTTP ${status}`)
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]

/** A host name without the brackets of an IPv6 address. */
function toHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** The code of an error if it has one, because messages may contain addresses. */
function explain(thrown: unknown): string {
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && code !== '') return code
  return typeof message === 'string' ? message : 'could not be sent'
}
