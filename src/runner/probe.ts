import * as http from 'node:http'
import * as https from 'node:https'
import { connect } from 'node:net'
import type { ProbeTarget, StatusRange } from '../model/probes/probe.ts'
import { VERSION } from '../model/version.ts'
import type { Answer } from '../world.ts'

/** An answer longer than this is good without being read to its end. */
const ENOUGH_BYTES = 1_000_000
const LONGEST_WHY = 120

/** Settles one probe: '' for good, else what was wrong. Only the first word counts. */
type Settle = (why: string) => void
/** Begins a probe; gives what ends it. */
type Begin = (probeTarget: ProbeTarget, settle: Settle) => () => void

/**
 * One probe, from the connection to the last byte of the answer, over a connection of its own. Never rejects: silence until the
 * time-out is a bad answer. Node follows no redirect by itself.
 */
export function sendProbe(probeTarget: ProbeTarget, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  const startMs = performance.now()
  return new Promise((resolve) => {
    let open = true
    let drop = () => {}
    const settle = (why: string) => {
      if (!open) return
      open = false
      deadline.removeEventListener('abort', expire)
      signal.removeEventListener('abort', abort)
      drop()
      resolve({ good: why === '', tookMs: performance.now() - startMs, why: why.slice(0, LONGEST_WHY) })
    }
    const abort = () => settle('given up')
    const expire = () => settle(`no answer within ${timeoutMs / 1000} s`)
    // Real time also where tests speed up the timers: a busy machine then has as long to answer as a service has.
    const deadline = AbortSignal.timeout(Math.ceil(timeoutMs))
    deadline.addEventListener('abort', expire)
    signal.addEventListener('abort', abort)
    try {
      drop = (probeTarget.kind === 'tcp' ? knock : ask)(probeTarget, settle)
      if (!open) drop()
    } catch (thrown) {
      settle(explain(thrown))
    }
  })
}

/** tcp: good as soon as the connection stands. */
const knock: Begin = (probeTarget, settle) => {
  const { hostname, port } = new URL(probeTarget.url)
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }, () => settle(''))
  socket.on('error', (error) => settle(explain(error)))
  return () => socket.destroy()
}

/** http and https: the status decides, once the whole answer is there. A proxy is used where the usual variables name one. */
const ask: Begin = (probeTarget, settle) => {
  const headers = { 'user-agent': `spot-interrupt/${VERSION}`, accept: '*/*', ...probeTarget.headers }
  const request =
    probeTarget.kind === 'https'
      ? // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED can not turn it off.
        https.request(probeTarget.url, { agent: secure(), headers, rejectUnauthorized: true })
      : http.request(probeTarget.url, { agent: plain(), headers })
  request.on('response', (answer) => read(answer, probeTarget.good, settle))
  request.on('error', (error) => settle(explain(error)))
  request.end()
  return () => request.destroy()
}

/** Agents that keep no connection: each request opens its own. One of a kind is enough, for they read the proxy variables when made. */
const plain = once(() => new http.Agent({ keepAlive: false, proxyEnv: process.env }))
const secure = once(() => new https.Agent({ keepAlive: false, maxCachedSessions: 0, proxyEnv: process.env }))

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function read(answer: http.IncomingMessage, good: readonly StatusRange[], settle: Settle): void {
  const status = answer.statusCode ?? 0
  const why = good.some(([from, to]) => status >= from && status <= to) ? '' : `HTTP ${status}`
  let bytes = 0
  answer.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > ENOUGH_BYTES) settle(why)
  })
  answer.on('end', () => settle(why))
  answer.on('error', (error) => settle(explain(error)))
  answer.on('close', () => settle(answer.complete ? why : 'the answer broke off'))
}

/** The code where there is one: messages may hold addresses. */
function explain(thrown: unknown): string {
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && code !== '') return code
  return typeof message === 'string' ? message : 'could not be sent'
}
