/** Services on loopback that e2e scenarios probe: what they answer depends on the simulated time. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'

/** What a request gets: a status, late by real milliseconds, or no answer at all. */
export type Reply = { readonly status: number; readonly lateMs?: number; readonly headers?: Record<string, string> } | 'silence' | 'reset'

export type Service = {
  readonly url: string
  readonly port: number
  readonly asked: readonly IncomingMessage[]
  readonly sockets: () => number
}

const open: (() => Promise<void>)[] = []
afterAll(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
})

/** Systems take the port of an outgoing connection from higher ones. */
const PORTS = { lowest: 20_000, count: 10_000 }

/** A port for a process that a test starts: free now, and none that an outgoing connection may take before the process listens. */
export async function findPort(): Promise<number> {
  for (;;) {
    const port = PORTS.lowest + Math.floor(Math.random() * PORTS.count)
    const server = createServer()
    const free = await new Promise<boolean>((done) => {
      server.on('error', () => done(false))
      server.listen(port, '127.0.0.1', () => done(true))
    })
    await new Promise((done) => server.close(done))
    if (free) return port
  }
}

/** @param state `closed` for one that does not listen any more: what is left is a port that is free. */
export async function serve(reply: (request: IncomingMessage) => Reply, state: 'open' | 'closed' = 'open'): Promise<Service> {
  const asked: IncomingMessage[] = []
  let sockets = 0
  const server = createServer((request, response) => {
    asked.push(request)
    const given = reply(request)
    if (given === 'reset') request.socket.resetAndDestroy()
    else if (given !== 'silence')
      setTimeout(() => {
        response.writeHead(given.status, given.headers)
        response.end('ok')
      }, given.lateMs ?? 0)
  })
  server.on('connection', () => {
    sockets++
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  if (state === 'closed') await close()
  else open.push(close)
  return { url: `http://127.0.0.1:${port}`, port, asked, sockets: () => sockets }
}

/** Simulated seconds since the first interruption; negative infinity before it. */
export function sinceInterruption(simulator: Simulator): number {
  const first = simulator.leftovers().interrupted[0]
  return first === undefined ? Number.NEGATIVE_INFINITY : (simulator.now().getTime() - Date.parse(first.at)) / 1000
}
