import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

/** Answers one request from a program on this machine. */
export type Serve = (request: Request, response: ServerResponse) => Promise<void> | void

/** Longer than the longest gap between two polls, so that the server never closes a connection that a client keeps. */
const KEEP_ALIVE_MS = 120_000

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/

/**
 * A server on loopback. It refuses requests with an Origin header, or with a Host header that does not name loopback. So a web page that is
 * open on this machine can neither read nor reset the simulator, even through a name that resolves to 127.0.0.1.
 */
export function createLoopbackServer(serve: Serve, onError: (error: unknown) => void): Server {
  const server = createServer((message, response) => void answer(message, response))
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    try {
      const request = await receive(message)
      if ('status' in request) send(response, request)
      else await serve(request, response)
    } catch (error) {
      // A client that was killed while it sent its request is no error of the simulator.
      if (!message.complete) return
      onError(error)
      send(response, plain(500, String(error)))
    }
  }
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1000
  return server
}

/** Starts to listen, and resolves with the address of the server. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

/** Stops a server and drops its open connections. Resolves when both is done. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Sends an answer; drops the connection if it is undefined. */
export function send(response: ServerResponse, given: HttpResponse | undefined): void {
  if (!given) return void response.socket?.resetAndDestroy()
  if (response.destroyed) return
  response.writeHead(given.status, { ...given.headers, 'content-length': Buffer.byteLength(given.body) })
  response.end(given.body)
}

export function plain(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}

/** Reads a request. Returns the answer at once if the request cannot come from a program on this machine. */
async function receive(message: IncomingMessage): Promise<Request | HttpResponse> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const { headers, method = 'GET', url: path = '/' } = message
  if (!loopback.test(headers.host ?? '')) return plain(403, 'The Host header must be a loopback address\n')
  if (headers.origin !== undefined) return plain(403, 'Requests with an Origin header are refused\n')
  const address = `http://127.0.0.1${path}`
  if (!path.startsWith('/') || !URL.canParse(address)) return plain(400, 'The request has no valid path\n')
  return { method, url: new URL(address), headers, body: Buffer.concat(chunks).toString() }
}
