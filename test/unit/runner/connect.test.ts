import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { connectAny, type Destination, type Lookup } from '../../../src/runner/connect.ts'

const closing: (() => unknown)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(address: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined))
  server.listen({ host: address, port, backlog: 1 })
  await once(server, 'listening')
  closing.push(() => server.close())
  return { server, port: (server.address() as AddressInfo).port }
}

const PROGRAM = `require('node:net').createServer((socket) => socket.on('error', () => {}))
  .listen({ host: process.argv[1], port: 0, backlog: 1 }, function () {
    console.log(this.address().port)
    process.kill(process.pid, 'SIGSTOP')
  })`

/**
 * A server that is stopped, with a full queue: a further connection neither stands nor fails until `drain`, as to an address that is far
 * away or behind a firewall.
 */
async function fill(address: string): Promise<{ port: number; drain: () => void }> {
  const child = spawn(process.execPath, ['-e', PROGRAM, address], { stdio: ['ignore', 'pipe', 'inherit'] })
  closing.push(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const port = Number(line)
  for (let nth = 0; nth < 8; nth++) {
    const socket = connect({ host: address, port }).on('error', () => undefined)
    closing.push(() => socket.destroy())
  }
  await new Promise((done) => setTimeout(done, 100))
  return { port, drain: () => child.kill('SIGCONT') }
}

const names =
  (...addresses: readonly string[]): Lookup =>
  (_, __, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

type Ended = { readonly error: Error | undefined; readonly socket: Socket | undefined; readonly tookMs: number }

function reach(destination: Destination): Promise<Ended> {
  const startMs = performance.now()
  return new Promise((done) => {
    connectAny(destination, (error, socket) => {
      socket?.destroy()
      done({ error, socket, tookMs: performance.now() - startMs })
    })
  })
}

describe('connectAny', () => {
  it('takes an address as it is, without asking for a name', async () => {
    const { port } = await listen('127.0.0.1')
    const lookup: Lookup = () => expect.fail('asked')
    expect((await reach({ host: '127.0.0.1', port, lookup })).error).toBeUndefined()
  })

  it('goes on at once to the next address when one fails', async () => {
    const { port } = await listen('127.0.0.1')
    const { error, socket, tookMs } = await reach({ host: 'x', port, lookup: names('127.0.0.2', '127.0.0.3', '127.0.0.1') })
    expect([error, socket?.remoteAddress ?? '127.0.0.1']).toEqual([undefined, '127.0.0.1'])
    expect(tookMs).toBeLessThan(240)
  })

  it('tries the next address beside one that neither answers nor fails', async () => {
    const silent = await fill('127.0.0.2')
    await listen('127.0.0.1', silent.port)
    const { error, tookMs } = await reach({ host: 'x', port: silent.port, lookup: names('127.0.0.2', '127.0.0.1') })
    expect(error).toBeUndefined()
    expect(tookMs).toBeGreaterThan(200)
    expect(tookMs).toBeLessThan(900)
  })

  it('does not give up a slow address because another one fails', async () => {
    const slow = await fill('127.0.0.2')
    const reached = reach({ host: 'x', port: slow.port, lookup: names('127.0.0.2', '127.0.0.3') })
    setTimeout(slow.drain, 400)
    const { error, tookMs } = await reached
    expect(error).toBeUndefined()
    // The kernel repeats what it could not queue after one second.
    expect(tookMs).toBeGreaterThan(400)
  }, 20_000)

  it('fails with the first error once all have failed', async () => {
    const { server, port } = await listen('127.0.0.1')
    await new Promise((done) => server.close(done))
    const { error } = await reach({ host: 'x', port, lookup: names('127.0.0.1', '::1') })
    expect(error).toMatchObject({ code: 'ECONNREFUSED', address: '127.0.0.1' })
    expect((await reach({ host: 'x', port, lookup: names() })).error?.message).toBe('the name has no address')
  })

  it('leaves nothing open, neither the losers nor what is ended early', async () => {
    const servers = [await listen('127.0.0.1')]
    const { port } = servers[0] ?? { port: 0 }
    servers.push(await listen('127.0.0.2', port))
    await reach({ host: 'x', port, lookup: names('127.0.0.1', '127.0.0.2') })
    const drop = connectAny({ host: 'x', port, lookup: names('127.0.0.2') }, () => expect.fail('settled'))
    drop()
    await new Promise((done) => setTimeout(done, 300))
    for (const { server } of servers) expect(await new Promise((done) => server.getConnections((_, count) => done(count)))).toBe(0)
  })
})
