import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ScriptInput } from './account/actors.ts'
import type { Switches, SwitchesInput } from './account/switches.ts'
import { type InstanceStatus, statusOf } from './account/timeline.ts'
import type { FaultInput } from './admin/faults.ts'
import type { Entry } from './admin/journal.ts'
import type { Leftovers } from './admin/leftovers.ts'
import type { SeedInput } from './admin/seed-schema.ts'
import { createAdminApi } from './admin-api.ts'
import { type Clock, type ClockOptions, createClock, type Epoch } from './clock.ts'
import { createEngine, type Delivery } from './engine.ts'
import { type Admin, answerAdmin, isAdminPath } from './wire/admin.ts'
import { type Decoded, decodeRequest, type Request } from './wire/request.ts'
import { encodeResponse, type HttpResponse } from './wire/response.ts'

export type SimulatorOptions = ClockOptions & { readonly port?: number | undefined }

export type Simulator = {
  readonly url: string
  readonly clock: Epoch
  readonly now: () => Date
  readonly journal: () => readonly Entry[]
  readonly leftovers: () => Leftovers
  readonly state: () => unknown
  /** One instance as it is now: what whoever runs real processes for it goes by. */
  readonly instance: (id: string) => InstanceStatus | undefined
  readonly setFaults: (faults: readonly FaultInput[]) => void
  readonly setSwitches: (patch: SwitchesInput) => Switches
  readonly setScript: (script: readonly ScriptInput[]) => void
  readonly seed: (seed: SeedInput) => void
  /** Releases every held reply; returns how many there were. */
  readonly release: () => number
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** Above the longest gap between two polls, so that a client's kept connection is never closed under it. */
const keepAliveMs = 120_000

/** Where an answer goes, and the clock that it is dated by: clients learn from it how wrong theirs is. */
type Connection = { readonly response: ServerResponse; readonly clock: Pick<Clock, 'now'>; readonly held: Set<Held> }
type Held = { readonly connection: Connection; readonly go: () => void }

/** One port on loopback for all services: the service that a request is signed for decides. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = createClock(options)
  const engine = createEngine(clock)
  const api = createAdminApi(engine, clock)
  const held = new Set<Held>()
  const release = () => letGo(held)
  const admin: Admin = { engine, api, clock, release }
  const server = createServer((message, response) => void serve(admin, message, { response, clock, held }))
  server.keepAliveTimeout = keepAliveMs
  server.headersTimeout = keepAliveMs + 1000
  const url = await listen(server, options.port ?? 0)
  return {
    url,
    clock: { speed: clock.speed, real0: clock.real0, sim0: clock.sim0 },
    now: () => new Date(clock.now()),
    journal: engine.journal,
    leftovers: engine.leftovers,
    state: api.state,
    instance: (id) => statusOf(engine.account(), id, clock.now()),
    setFaults: (faults) => void api.setFaults(faults),
    setSwitches: api.setSwitches,
    setScript: (script) => void api.setScript(script),
    seed: (seed) => void api.seed(seed),
    release,
    reset: engine.reset,
    close: () => close(server),
  }
}

function letGo(held: Set<Held>): number {
  const waiting = [...held].filter(({ connection }) => !connection.response.destroyed)
  held.clear()
  for (const { go } of waiting) go()
  return waiting.length
}

async function serve(admin: Admin, message: IncomingMessage, connection: Connection): Promise<void> {
  try {
    const request = await receive(message)
    if (isAdminPath(request.url.pathname)) answer(connection, answerAdmin(admin, request))
    else route(admin, connection, decodeRequest(request))
  } catch (error) {
    // A client that was killed while it spoke is no fault of the simulator's.
    if (!message.complete) return
    admin.engine.recordCrash(error)
    answer(connection, { status: 500, headers: { 'content-type': 'text/plain' }, body: String(error) })
  }
}

function route(admin: Admin, connection: Connection, decoded: Decoded): void {
  if ('refusal' in decoded) {
    admin.engine.recordUnreadable(decoded)
    answer(connection, encodeResponse(decoded, { kind: 'answer', result: decoded }))
  } else {
    deliver(connection, admin.engine.handle(decoded.call), (delivery) => encodeResponse(decoded.call, delivery))
  }
}

type Encode = (delivery: Extract<Delivery, { kind: 'answer' }>) => HttpResponse

function deliver(connection: Connection, delivery: Delivery, encode: Encode): void {
  if (delivery.kind === 'reset') answer(connection, undefined)
  else if (delivery.kind === 'answer') later(delivery.waitMs, () => answer(connection, encode(delivery)))
  else if (delivery.release) hold(connection, delivery.release, encode)
}

function hold(connection: Connection, release: () => Delivery, encode: Encode): void {
  connection.held.add({ connection, go: () => deliver(connection, release(), encode) })
}

function later(waitMs: number | undefined, act: () => void): void {
  if (waitMs === undefined) act()
  else setTimeout(act, waitMs).unref()
}

function answer({ response, clock }: Connection, given: HttpResponse | undefined): void {
  if (!given) return void response.socket?.resetAndDestroy()
  if (response.destroyed) return
  const date = new Date(clock.now()).toUTCString()
  response.writeHead(given.status, { date, ...given.headers, 'content-length': Buffer.byteLength(given.body) })
  response.end(given.body)
}

async function receive(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const url = new URL(message.url ?? '/', 'http://127.0.0.1')
  return { method: message.method ?? 'GET', url, headers: message.headers, body: Buffer.concat(chunks).toString() }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
