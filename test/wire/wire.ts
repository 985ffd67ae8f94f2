/**
 * What the wire tests share: `src/aws` with the real SDK, over HTTP, against a simulator or a small server of the test's own. Time runs
 * faster, so nothing here waits for long. All environment that the SDK reads is taken away first: no test finds real credentials.
 */
import './speed.ts'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import type { Limits } from '../../src/aws/call.ts'
import { createAws } from '../../src/aws/clients.ts'
import { ActionError, type Fault } from '../../src/model/errors.ts'

export const REGION = 'us-east-1'
export const ACCOUNT = '123456789012'

const closing: (() => unknown)[] = []

beforeEach(() => {
  for (const name of Object.keys(process.env))
    if (/^(AWS_|HTTPS?_PROXY|NO_PROXY|NODE_USE_ENV_PROXY)/i.test(name)) vi.stubEnv(name, undefined)
  // Paths that do not exist: the SDK would look into the home folder otherwise.
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials')
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closing.splice(0).reverse()) await close()
})

/** Something to close after the test. */
export function later(close: () => unknown): void {
  closing.push(close)
}

export function giveKeys(accessKeyId = 'AKIDWIRE', token?: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wire')
  vi.stubEnv('AWS_SESSION_TOKEN', token)
}

/** A simulator that the environment points to, and the ports on it. */
export async function connect(region = REGION, limits: Limits = {}): Promise<{ simulator: Simulator; aws: ReturnType<typeof createAws> }> {
  const simulator = await startSimulator()
  later(simulator.close)
  vi.stubEnv('AWS_ENDPOINT_URL', simulator.url)
  giveKeys()
  return { simulator, aws: open(region, limits) }
}

export function open(region = REGION, limits: Limits = {}): ReturnType<typeof createAws> {
  return createAws({ region, userAgent: ['spot-interrupt', '1.2.3'], limits })
}

export type Asked = { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }
/**
 * `hang`: no answer; `slow`: headers that come line by line and never end; `headers`: headers and no body; `half`: half a body; `drip`: a body
 * that comes byte by byte and never ends.
 */
export type Silence = 'hang' | 'slow' | 'headers' | 'half' | 'drip'
type Whole = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
/** `stream` writes the body itself. */
type Answer = Whole | { readonly stream: (response: ServerResponse) => void } | Silence | 'reset'

/** `sockets` counts the connections that are open now. */
export type Served = { readonly url: string; readonly asked: readonly Asked[]; readonly sockets: () => Promise<number> }

/** A server on loopback that answers as told, and remembers what it was asked. */
export async function serve(answer: (asked: Asked, nth: number) => Answer): Promise<Served> {
  const asked: Asked[] = []
  const { url, sockets } = await listen(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    asked.push(one)
    give(response, answer(one, asked.length))
  })
  return { url, asked, sockets }
}

function give(response: ServerResponse, given: Answer): void {
  const date = new Date().toUTCString()
  if (given === 'reset') response.req.socket.resetAndDestroy()
  else if (typeof given === 'string') stall(response, given)
  else if ('stream' in given) given.stream(response.writeHead(200, { date }))
  else response.writeHead(given.status ?? 200, { date, ...given.headers }).end(given.body ?? '')
}

/** Leaves the answer open at the point that the silence names. */
function stall(response: ServerResponse, silence: Silence): void {
  if (silence === 'hang') return
  if (silence === 'slow') repeat(response.req.socket, 'HTTP/1.1 200 OK\r\n', 'x-more: x\r\n')
  else startBody(response, silence)
}

function startBody(response: ServerResponse, silence: 'headers' | 'half' | 'drip'): void {
  response.writeHead(200, { date: new Date().toUTCString(), 'content-length': '1000000' }).flushHeaders()
  if (silence !== 'headers') response.write(' ')
  if (silence === 'drip') repeat(response, ' ', ' ')
}

function repeat(to: Writable, first: string, part: string): void {
  to.write(first)
  const timer = setInterval(() => to.write(part), 200)
  to.on('close', () => clearInterval(timer))
}

async function listen(listener: RequestListener): Promise<Pick<Served, 'url' | 'sockets'>> {
  const server = createServer(listener)
  const url = `http://127.0.0.1:${await listenOn(server)}`
  return { url, sockets: () => promisify(server.getConnections.bind(server))() }
}

/** The free port of loopback that the server listens on until the test ends. */
export async function listenOn(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined))
  })
  later(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(done))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** What a call was refused with. Every port rejects with an ActionError and nothing else. */
export async function faultOf(asked: Promise<unknown>): Promise<ActionError> {
  const thrown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(ActionError)
  return thrown as ActionError
}

export async function expectFault(asked: Promise<unknown>, fault: Fault): Promise<ActionError> {
  const error = await faultOf(asked)
  expect([error.fault, error.message]).toEqual([fault, expect.any(String)])
  return error
}

/** A proxy that lets nothing through, and remembers where to: what the clients would talk to, without talking to it. */
export async function block(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const proxy: Server = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  later(() => new Promise((done) => proxy.close(done)))
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked }
}
