import type { ServerResponse } from 'node:http'
import type { ScriptInput } from './account/actors.ts'
import type { Switches, SwitchesInput } from './account/switches.ts'
import { type InstanceStatus, launchedFor, statusOf } from './account/timeline.ts'
import type { InjectedFaultInput } from './admin/faults.ts'
import type { JournalEntry } from './admin/journal.ts'
import type { Leftovers } from './admin/leftovers.ts'
import type { SeedInput } from './admin/seed-schema.ts'
import { createAdminApi } from './admin-api.ts'
import { type Clock, type ClockOptions, createClock, type Epoch } from './clock.ts'
import type { Delivery } from './delivery.ts'
import { createEngine } from './engine.ts'
import { type Admin, answerAdmin, isAdminPath } from './wire/admin.ts'
import { close, createLoopbackServer, listen, send } from './wire/http.ts'
import { createMetadataServers } from './wire/imds-server.ts'
import { createToken, type WorkflowRun } from './wire/oidc-token.ts'
import { type Decoded, decodeRequest } from './wire/request.ts'
import { encodeResponse, type HttpResponse } from './wire/response.ts'

export type SimulatorOptions = ClockOptions & {
  readonly port?: number | undefined
  /** The workflow run that an OIDC token names, see `wire/oidc-token.ts`. */
  readonly run?: WorkflowRun | undefined
  /** Called with each request. */
  readonly onRequest?: (() => void) | undefined
}

export type Simulator = {
  readonly url: string
  readonly clock: Epoch
  readonly now: () => Date
  readonly journal: () => readonly JournalEntry[]
  readonly leftovers: () => Leftovers
  readonly state: () => unknown
  /** One instance as it is now. `fleet/process.ts` starts and stops real processes by it. */
  readonly instance: (id: string) => InstanceStatus | undefined
  /** The ids of all instances that an Auto Scaling group has launched so far. */
  readonly launchedFor: (group: string) => readonly string[]
  /** The address of an instance's metadata service, for AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  readonly metadataUrl: (id: string) => Promise<string>
  readonly setFaults: (faults: readonly InjectedFaultInput[]) => void
  readonly setSwitches: (patch: SwitchesInput) => Switches
  readonly setScript: (script: readonly ScriptInput[]) => void
  readonly seed: (seed: SeedInput) => void
  /** Releases every held reply, or only those to the caller with this access key; returns how many there were. */
  readonly release: (accessKeyId?: string) => number
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** Where an answer goes, and the clock for its `Date` header, from which a client learns the error of its own clock. */
type Connection = { readonly response: ServerResponse; readonly clock: Pick<Clock, 'now'>; readonly held: Set<Held> }
type Held = { readonly connection: Connection; readonly caller: string; readonly resume: () => void }

/** Serves all services on one port of loopback. The signature of a request names the service. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = createClock(options)
  const engine = createEngine(clock)
  const api = createAdminApi(engine, clock)
  const held = new Set<Held>()
  const release = (accessKeyId?: string) => releaseHeld(held, accessKeyId)
  const metadata = createMetadataServers(() => ({ account: engine.account(), at: clock.now() }), engine.recordCrash)
  const admin: Admin = {
    engine,
    api,
    metadata,
    release,
    token: (audience) => createToken({ run: options.run ?? {}, audience, at: clock.now() }),
  }
  const server = createLoopbackServer(async (request, response) => {
    options.onRequest?.()
    const connection: Connection = { response, clock, held }
    if (isAdminPath(request.url.pathname)) answer(connection, await answerAdmin(admin, request))
    else route(admin, connection, decodeRequest(request))
  }, engine.recordCrash)
  const url = await listen(server, options.port ?? 0)
  return {
    url,
    clock: { speed: clock.speed, real0: clock.real0, sim0: clock.sim0 },
    now: () => new Date(clock.now()),
    journal: engine.journal,
    leftovers: engine.leftovers,
    state: api.state,
    instance: (id) => statusOf(engine.account(), id, clock.now()),
    launchedFor: (group) => launchedFor(engine.account(), group, clock.now()),
    metadataUrl: metadata.urlOf,
    setFaults: (faults) => void api.setFaults(faults),
    setSwitches: api.setSwitches,
    setScript: (script) => void api.setScript(script),
    seed: (seed) => void api.seed(seed),
    release,
    reset: engine.reset,
    close: async () => {
      await Promise.all([close(server), metadata.close()])
    },
  }
}

function releaseHeld(held: Set<Held>, accessKeyId: string | undefined): number {
  const matching = [...held].filter(({ caller }) => accessKeyId === undefined || caller === accessKeyId)
  for (const one of matching) held.delete(one)
  const waiting = matching.filter(({ connection }) => !connection.response.destroyed)
  for (const { resume } of waiting) resume()
  return waiting.length
}

function route({ engine }: Admin, connection: Connection, decoded: Decoded): void {
  if ('refusal' in decoded) {
    engine.recordUnreadable(decoded)
    answer(connection, encodeResponse(decoded, { kind: 'answer', result: decoded }))
  } else {
    const { call } = decoded
    deliver(connection, engine.handle(call), { caller: call.caller.accessKeyId, encode: (delivery) => encodeResponse(call, delivery) })
  }
}

/** Who sent the request (its access key), and how an answer is encoded in the protocol of the request. */
type Requester = { readonly caller: string; readonly encode: (delivery: Extract<Delivery, { kind: 'answer' }>) => HttpResponse }

function deliver(connection: Connection, delivery: Delivery, requester: Requester): void {
  if (delivery.kind === 'reset') answer(connection, undefined)
  else if (delivery.kind === 'answer') later(delivery.waitMs, () => answer(connection, requester.encode(delivery)))
  else if (delivery.release) hold(connection, delivery.release, requester)
}

function hold(connection: Connection, release: () => Delivery, requester: Requester): void {
  connection.held.add({ connection, caller: requester.caller, resume: () => deliver(connection, release(), requester) })
}

function later(waitMs: number | undefined, act: () => void): void {
  if (waitMs === undefined) act()
  else setTimeout(act, waitMs).unref()
}

function answer({ response, clock }: Connection, given: HttpResponse | undefined): void {
  const date = new Date(clock.now()).toUTCString()
  send(response, given && { ...given, headers: { date, ...given.headers } })
}
