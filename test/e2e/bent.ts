/** An AWS whose answers are changed on their way: for what the simulator does not do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'

type Json = Record<string, unknown>
/** Changes an answer in JSON; `path` is that of the request, and `stalled` an answer that stops in the middle. */
export type Bend = (answer: Json, path: string) => Json | 'stalled'

const open: (() => void)[] = []
afterAll(() => {
  for (const close of open.splice(0)) close()
})

/** The address of a server that passes every request on to the simulator, and every answer in JSON through `bend`. */
export async function bendAnswers(simulator: Simulator, bend: Bend): Promise<string> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const body = await readAll(request)
    const { host: _, connection: __, 'content-length': ___, ...rest } = headers as Record<string, string>
    const answer = await fetch(`${simulator.url}${url}`, {
      method,
      headers: rest,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    })
    await giveBent(response, answer, (json) => bend(json, url))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

async function giveBent(response: ServerResponse, answer: Response, bend: (json: Json) => Json | 'stalled'): Promise<void> {
  const date = answer.headers.get('date')
  const type = answer.headers.get('content-type') ?? 'text/plain'
  response.writeHead(answer.status, { 'content-type': type, ...(date === null ? {} : { date }) })
  const text = await answer.text()
  const bent = type.includes('json') && text !== '' ? bend(JSON.parse(text) as Json) : undefined
  if (bent === 'stalled') response.write(text.slice(0, text.length / 2))
  else response.end(bent === undefined ? text : JSON.stringify(bent))
}
