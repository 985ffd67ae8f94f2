import { request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Simulator } from '../server.ts'

/** A load balancer on loopback: one address in front of the services that are ready. */
export type Balancer = { readonly url: string; readonly close: () => Promise<void> }

const CHECK_SECONDS = 2

/**
 * It requests `/ready` from each port every two simulated seconds. Connections go in turn to the ports that answered 200, and are dropped
 * while there is none. As with a real load balancer, a service that dies without warning gets connections until the next check.
 */
export async function startBalancer(clock: Simulator['clock'], ports: readonly number[]): Promise<Balancer> {
  let ready: readonly number[] = []
  let turn = 0
  const check = async () => {
    const found = await Promise.all(ports.map(async (port) => ((await isReady(port)) ? [port] : [])))
    ready = found.flat()
  }
  await check()
  const timer = setInterval(() => void check(), (CHECK_SECONDS * 1000) / clock.speed)
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const port = ready[turn++ % Math.max(1, ready.length)]
    open.add(client)
    client.on('close', () => open.delete(client))
    if (port === undefined) client.resetAndDestroy()
    else join(client, port)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      clearInterval(timer)
      for (const socket of open) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}

function join(client: Socket, port: number): void {
  const service = connect(port, '127.0.0.1')
  client.on('error', () => service.destroy())
  client.on('close', () => service.destroy())
  service.on('error', () => client.resetAndDestroy())
  client.pipe(service)
  service.pipe(client)
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path: '/ready', agent: false, timeout: 1000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(false))
    sent.end()
  })
}
