import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ScriptInput } from './account/actors.ts'
import { type Glance, glance } from './account/glance.ts'
import type { Switches, SwitchesInput } from './account/switches.ts'
import { createPanel } from './admin/api.ts'
import type { FaultInput } from './admin/faults.ts'
import type { Entry } from './admin/journal.ts'
import type { Leftovers } from './admin/leftovers.ts'
import type { SeedInput } from './admin/seed-schema.ts'
import { type Clock, type ClockOptions, createClock, type Epoch } from './clock.ts'
import { createEngine, type Delivery } from './engine.ts'
import { answerConsole, type Desk, isConsole } from './wire/admin.ts'
import { type Decoded, decodeRequest, type Request } from './wire/request.ts'
import { type Answer, encodeAnswer } from './wire/response.ts'

export type SimulatorOptions = ClockOptions & { readonly port?: number | undefined }

export type Simulator = {
  readonly url: string
  readonly clock: Epoch
  readonly now: () => Date
  readonly journal: () => readonly Entry[]
  readonly leftovers: () => Leftovers
  readonly state: () => unknown
  /** One instance as it is now: what whoever runs real processes for it goes by. */
  readonly glance: (id: string) => Glance | undefined
  readonly setFaults: (faults: readonly FaultInput[]) => void
  readonly setSwitches: (patch: SwitchesInput) => Switches
  readonly setScript: (script: readonly ScriptInput[]) => void
  readonly seed: (seed: SeedInput) => void
  /** Lets every held reply go; tells how many there were. */
  readonly release: () => number
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** Above the longest gap between two polls, so that a client's kept connection is never closed under it. */
const keepAliveMs = 120_000

/** Where an answer goes, and the clock that it is dated by: clients learn from it how wrong theirs is. */
type Line = { readonly response: ServerResponse; readonly clock: Pick<Clock, 'now'> }
type Held = { readonly line: Line; readonly go: () => void }

/** One port on loopback for all services, told apart by the service that a request was signed for. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = createClock(options)
  const engine = createEngine(clock)
  const panel = createPanel(engine, clock)
  const held = new Set<Held>()
  const release = () => letGo(held)
  const desk: Desk = { engine, panel, clock, release }
  const server = createServer((message, response) => void serve(desk, held, message, { response, clock }))
  server.keepAliveTimeout = keepAliveMs
  server.headersTimeout = keepAliveMs + 1000
  const url = await listen(server, options.port ?? 0)
  return {
    url,
    clock: { speed: clock.speed, real0: clock.real0, sim0: clock.sim0 },
    now: () => new Date(clock.now()),
    journal: engine.journal,
    leftovers: engine.leftovers,
    state: panel.state,
    glance: (id) => glance(engine.model(), id, clock.now()),
    setFaults: (faults) => void panel.setFaults(faults),
    setSwitches: panel.setSwitches,
    setScript: (script) => void panel.setScript(script),
    seed: (seed) => void panel.seed(seed),
    release,
    reset: engine.reset,
    close: () => close(server),
  }
}

function letGo(held: Set<Held>): number {
  const waiting = [...held].filter(({ line }) => !line.response.destroyed)
  held.clear()
  for (const { go } of waiting) go()
  return waiting.length
}

async function serve(desk: Desk, held: Set<Held>, message: IncomingMessage, line: Line): Promise<void> {
  try {
    const request = await receive(message)
    if (isConsole(request.url.pathname)) answer(line, answerConsole(desk, request))
    else route(desk, held, line, decodeRequest(request))
  } catch (error) {
    // A client that was killed while it spoke is no fault of the simulator's.
    if (!message.complete) return
    desk.engine.crash(error)
    answer(line, { status: 500, headers: { 'content-type': 'text/plain' }, body: String(error) })
  }
}

function route(desk: Desk, held: Set<Held>, line: Line, decoded: Decoded): void {
  if ('refusal' in decoded) {
    desk.engine.stray(decoded)
    answer(line, encodeAnswer(decoded, { kind: 'answer', result: decoded }))
  } else {
    deliver(held, line, desk.engine.ask(decoded.call), (delivery) => encodeAnswer(decoded.call, delivery))
  }
}

type Encode = (delivery: Extract<Delivery, { kind: 'answer' }>) => Answer

function deliver(held: Set<Held>, line: Line, delivery: Delivery, encode: Encode): void {
  if (delivery.kind === 'reset') answer(line, undefined)
  else if (delivery.kind === 'answer') later(delivery.waitMs, () => answer(line, encode(delivery)))
  else if (delivery.release) hold(held, line, delivery.release, encode)
}

function hold(held: Set<Held>, line: Line, release: () => Delivery, encode: Encode): void {
  held.add({ line, go: () => deliver(held, line, release(), encode) })
}

function later(waitMs: number | undefined, act: () => void): void {
  if (waitMs === undefined) act()
  else setTimeout(act, waitMs).unref()
}

function answer({ response, clock }: Line, given: Answer | undefined): void {
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
