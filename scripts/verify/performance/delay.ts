/** A slow network: passes on every byte of a connection on loopback after a delay. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Delay = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Listens on a free port and passes everything on to `url`. A request and its response take `ms` milliseconds longer together: half of it in
 * each direction. Opening a connection takes no longer.
 */
export async function startDelay(url: string, ms: number): Promise<Delay> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1').setNoDelay(true)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      // Timers of one length fire in the order in which they were set, so the bytes keep their order.
      from.on('data', (bytes) => setTimeout(() => to.write(bytes), ms / 2))
      from.on('end', () => setTimeout(() => to.end(), ms / 2))
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
