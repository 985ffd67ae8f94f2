import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import type { Simulator } from '../../simulator/server.ts'

/** Times of this process, in milliseconds: the first request, the responses, and the response to StartExperiment. */
export type Marks = { first: number | undefined; answered: number[]; started: number | undefined }

/**
 * A TLS server in front of the simulator, because AWS uses TLS. It sends without Nagle's algorithm, as AWS does: with it, a response waits
 * 40 ms until the client acknowledges the handshake, and the bench would measure that.
 */
export async function openFront(folder: string, simulator: Simulator, marks: Marks): Promise<Server> {
  const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(folder, name))))
  const front = createServer({ key, cert, noDelay: true } as { key: Buffer; cert: Buffer; noDelay: boolean }, (socket) => {
    const inner: Socket = connect(Number(new URL(simulator.url).port), '127.0.0.1')
    socket.on('data', () => {
      marks.first ??= performance.now()
    })
    inner.setNoDelay(true).on('data', () => {
      const journal = simulator.journal()
      for (let n = 0; n < journal.length; n++) marks.answered[n] ??= performance.now()
      if (journal.some(({ operation, status }) => operation === 'StartExperiment' && status === 200)) marks.started ??= performance.now()
    })
    socket.pipe(inner).pipe(socket)
    for (const end of [socket, inner]) end.on('error', () => [socket, inner].map((one) => one.destroy()))
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  return front
}
