import { createServer, request } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parseProbes } from '../../../src/model/probes/probe.ts'
import { sendProbe } from '../../../src/runner/probe.ts'
import { CERTIFICATE, KEY } from '../../fakes/certificate.ts'

const open: (() => Promise<unknown>)[] = []
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(https?|no|all)_proxy$/i.test(name)) vi.stubEnv(name, undefined)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(open.splice(0).map((close) => close()))
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => undefined)))
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(done))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** A proxy that takes every name for loopback, and the service behind it. */
async function startProxy(secure = false) {
  const asked: string[] = []
  const port = await listen(secure ? createTls({ key: KEY, cert: CERTIFICATE }) : createServer((_, response) => response.end('ok')))
  const proxy = createServer((incoming, answer) => {
    asked.push(`${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim())
    request({ port, host: '127.0.0.1', path: '/' }, (back) => back.pipe(answer.writeHead(back.statusCode ?? 500))).end()
  })
  proxy.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    }).on('error', () => undefined)
  })
  return { host: `127.0.0.1:${await listen(proxy)}`, asked, port }
}

async function probe(address: string) {
  const [target] = parseProbes(`web=${address}`) ?? []
  if (target === undefined) throw new Error(`${address} is no probe`)
  return await sendProbe({ ...target, headers: {} }, { timeoutMs: 3000, signal: new AbortController().signal })
}

it.each(['http_proxy', 'HTTP_PROXY'])('goes through %s, given as host:port alone, with user and password', async (name) => {
  const { host, asked } = await startProxy()
  vi.stubEnv(name, `user:pw@${host}`)
  expect(await probe('http://web.corp.test/health')).toMatchObject({ health: 'healthy' })
  expect(asked).toEqual([`http://web.corp.test/health Basic ${btoa('user:pw')}`])
})

it('of an https address opens a tunnel, and verifies the certificate through it', async () => {
  const { host, asked } = await startProxy(true)
  vi.stubEnv('https_proxy', host)
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  expect(await probe('https://web.corp.test/')).toMatchObject({ health: 'failed', why: expect.stringContaining('CERT') })
  expect(asked).toEqual(['CONNECT web.corp.test:443'])
})

it.each(['corp.test', '.corp.test', '*', 'web.corp.test:80'])('goes directly where NO_PROXY is %s', async (list) => {
  const { host, asked } = await startProxy()
  vi.stubEnv('http_proxy', host)
  vi.stubEnv('NO_PROXY', list)
  expect(await probe('http://web.corp.test/')).toMatchObject({ health: 'failed', why: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  expect(asked).toEqual([])
})

it('of this machine goes directly', async () => {
  const { host, asked, port } = await startProxy()
  vi.stubEnv('http_proxy', host)
  expect(await probe(`http://localhost:${port}/`)).toMatchObject({ health: 'healthy' })
  expect(asked).toEqual([])
})

it('tells by name which variable is no proxy', async () => {
  vi.stubEnv('HTTP_PROXY', 'socks5://user:s3cret@127.0.0.1:1080')
  expect(await probe('http://web.corp.test/')).toMatchObject({ health: 'failed', why: 'HTTP_PROXY is not the address of an HTTP proxy' })
})
