import { createServer, type RequestListener } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ProbeTarget, parseProbes } from '../../../src/model/probes/probe.ts'
import type { Lookup } from '../../../src/runner/connect.ts'
import { sendProbe } from '../../../src/runner/probe.ts'
import { CERTIFICATE, KEY } from '../../fakes/certificate.ts'

const open: Server[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))))
})

async function listen(server: Server): Promise<number> {
  open.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

function probeTarget(line: string, headers: Record<string, string> = {}): ProbeTarget {
  const [parsed] = parseProbes(`web=${line}`) ?? []
  if (parsed === undefined) throw new Error(`${line} is no probe`)
  return { ...parsed, headers }
}

const send = (one: ProbeTarget, timeoutMs = 2000, signal = new AbortController().signal) => sendProbe(one, { timeoutMs, signal })

async function web(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(answer))}`
}

describe('http', () => {
  it.each([
    [200, '', true],
    [299, '', true],
    [301, '', false],
    [404, '', false],
    [503, '', false],
    [301, ' 301', true],
    [404, ' 400-410', true],
    [411, ' 400-410', false],
    [204, ' 404', true],
  ])('%i of an address followed by "%s" is healthy: %s', async (status, listed, healthy) => {
    const url = await web((_, response) => response.writeHead(status).end())
    const why = status === 301 ? 'HTTP 301 (redirects are not followed)' : `HTTP ${status}`
    expect(await send(probeTarget(`${url}/${listed}`))).toMatchObject({
      health: healthy ? 'healthy' : 'failed',
      why: healthy ? '' : why,
    })
  })

  it('follows no redirect', async () => {
    const asked: string[] = []
    const url = await web((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(302, { location: '/good' }).end()
    })
    expect(await send(probeTarget(`${url}/a?b=c`))).toMatchObject({ health: 'failed', why: 'HTTP 302 (redirects are not followed)' })
    expect(asked).toEqual(['/a?b=c'])
  })

  it('opens a connection each time, also where the server would keep it', async () => {
    const server = createServer((_, response) => response.end('ok'))
    let connections = 0
    server.on('connection', () => {
      connections++
    })
    const url = `http://127.0.0.1:${await listen(server)}`
    for (let turn = 0; turn < 3; turn++) expect((await send(probeTarget(url))).health).toBe('healthy')
    expect(connections).toBe(3)
  })

  it('sends the headers given, and says who asks', async () => {
    let seen: Record<string, unknown> = {}
    const url = await web((request, response) => {
      seen = request.headers
      response.end()
    })
    await send(probeTarget(url, { Authorization: 'Bearer t', Host: 'shop.example' }))
    expect(seen).toMatchObject({
      'cache-control': 'no-cache',
      authorization: 'Bearer t',
      host: 'shop.example',
      'user-agent': expect.stringMatching(/^spot-interrupt\//),
    })
  })

  it('takes silence until the time-out for a failure, and measures it', async () => {
    const url = await web(() => undefined)
    const { health, why, tookMs } = await send(probeTarget(url), 150)
    expect([health, why]).toEqual(['failed', 'no answer within 0.15 s'])
    expect(tookMs).toBeGreaterThanOrEqual(145)
    expect(tookMs).toBeLessThan(1000)
  })

  it('takes an answer that never ends for none', async () => {
    const url = await web((_, response) => void response.writeHead(200).write('x'))
    expect(await send(probeTarget(url), 150)).toMatchObject({ health: 'failed' })
  })

  it('takes an answer that breaks off for a failure', async () => {
    const url = await web((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await send(probeTarget(url))).toMatchObject({ health: 'failed', why: expect.stringMatching(/ECONNRESET|aborted|broke off/) })
  })

  it('does not read a large answer to its end', async () => {
    const url = await web((_, response) => {
      response.writeHead(200)
      const part = Buffer.alloc(100_000)
      const more = () => {
        while (!response.destroyed && response.write(part));
      }
      response.on('drain', more)
      more()
    })
    expect(await send(probeTarget(url))).toMatchObject({ health: 'healthy' })
  })

  it('names the error code when nobody listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((done) => open.pop()?.close(done))
    expect(await send(probeTarget(`http://127.0.0.1:${port}/?key=s3cret`))).toMatchObject({ health: 'failed', why: 'ECONNREFUSED' })
  })

  it('bears what is no HTTP at all', async () => {
    const port = await listen(
      createTcp(
        (socket) =>
          void socket
            .on('error', () => undefined)
            .resume()
            .end('220 smtp.example.com\r\n'),
      ),
    )
    expect(await send(probeTarget(`http://127.0.0.1:${port}`))).toMatchObject({ health: 'failed', why: expect.stringMatching(/^HPE_/) })
  })

  it('never rejects, also for a header that Node refuses', async () => {
    const url = await web((_, response) => response.end())
    expect(await send(probeTarget(url, { 'X-A': 'a\nb' }))).toMatchObject({ health: 'failed', why: 'ERR_INVALID_CHAR' })
  })

  it('is given up at once when the run ends', async () => {
    const url = await web(() => undefined)
    const cancel = new AbortController()
    const asked = send(probeTarget(url), 60_000, cancel.signal)
    setTimeout(() => cancel.abort(), 20)
    const { health, tookMs } = await asked
    expect(health).toBe('failed')
    expect(tookMs).toBeLessThan(1000)
  })
})

describe('an answer from a cache', () => {
  it.each([
    ['age', '40', 200, 'the answer came from a cache (Age: 40)'],
    ['x-cache', 'HIT', 200, 'the answer came from a cache (X-Cache: HIT)'],
    ['x-cache', 'HIT', 503, 'the answer came from a cache (X-Cache: HIT)'],
  ])('with %s: %s and status %i is unknown: the service may be in any state', async (name, value, status, why) => {
    const url = await web((_, response) => response.writeHead(status, { [name]: value }).end())
    expect(await send(probeTarget(url))).toMatchObject({ health: 'unknown', why })
  })

  it('that is fresh is healthy', async () => {
    const url = await web((_, response) => response.writeHead(200, { age: '1', 'x-cache': 'MISS' }).end())
    expect(await send(probeTarget(url))).toMatchObject({ health: 'healthy' })
  })

  it('of a proxy that keeps pages is unknown, once the service is gone', async () => {
    const service = createServer((_, response) => response.writeHead(200, { 'cache-control': 'max-age=600' }).end('ok'))
    const url = `http://service.example:${await listen(service)}/health`
    const { proxy, asked } = await cachingProxy()
    const before = process.env.HTTP_PROXY
    process.env.HTTP_PROXY = proxy
    try {
      expect(await send(probeTarget(url))).toMatchObject({ health: 'healthy' })
      await new Promise((done) => {
        service.close(done)
        service.closeAllConnections()
      })
      expect(await send(probeTarget(url))).toMatchObject({ health: 'unknown', why: expect.stringContaining('Age: 7') })
      expect(asked).toEqual([url, url])
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY
      else process.env.HTTP_PROXY = before
    }
  })
})

/** Asks the service on loopback once for each page, and keeps the page for good, whatever a request asks for. */
async function cachingProxy(): Promise<{ proxy: string; asked: string[] }> {
  const asked: string[] = []
  const pages = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const kept = pages.get(url)
    if (kept !== undefined) return void response.writeHead(200, { age: '7' }).end(kept)
    const page = await (await fetch(url.replace('service.example', '127.0.0.1'))).text()
    pages.set(url, page)
    response.writeHead(200).end(page)
  })
  return { proxy: `http://127.0.0.1:${await listen(server)}`, asked }
}

describe('a name with several addresses', () => {
  const lookup: Lookup = (_, __, done) =>
    done(null, [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ])
  const ask = (line: string) => sendProbe(probeTarget(line), { timeoutMs: 2000, signal: new AbortController().signal, lookup })

  it('is tried at all of them, for http, https and tcp', async () => {
    const plain = await listen(createServer((_, response) => response.end()))
    const secure = await listen(createTls({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end()))
    expect(await ask(`http://service.example:${plain}/`)).toMatchObject({ health: 'healthy' })
    expect(await ask(`tcp://service.example:${plain}`)).toMatchObject({ health: 'healthy' })
    // The connection stands, and the certificate is refused: nobody trusts it.
    expect(await ask(`https://service.example:${secure}/`)).toMatchObject({ why: expect.stringMatching(/CERT/) })
  })

  it('names the name in the request, and keeps to one connection', async () => {
    const hosts: string[] = []
    const server = createServer((request, response) => {
      hosts.push(request.headers.host ?? '')
      response.end()
    })
    let connections = 0
    server.on('connection', () => {
      connections++
    })
    const port = await listen(server)
    await ask(`http://service.example:${port}/`)
    expect([hosts, connections]).toEqual([[`service.example:${port}`], 1])
  })

  it('fails with the first error where none answers', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((done) => open.pop()?.close(done))
    expect(await ask(`http://service.example:${port}/`)).toMatchObject({ health: 'failed', why: 'ECONNREFUSED' })
    expect(await ask(`tcp://service.example:${port}`)).toMatchObject({ health: 'failed', why: 'ECONNREFUSED' })
  })

  it('that cannot be resolved fails with the reason', async () => {
    const lost: Lookup = (_, __, done) => done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    const settings = { timeoutMs: 2000, signal: new AbortController().signal, lookup: lost }
    for (const line of ['http://service.example/', 'https://service.example/', 'tcp://service.example:1'])
      expect(await sendProbe(probeTarget(line), settings)).toMatchObject({ health: 'failed', why: 'ENOTFOUND' })
  })
})

it('an answer with 40 KB of headers is read', async () => {
  const url = await web((_, response) => response.writeHead(200, { 'set-cookie': Array(40).fill('x'.repeat(1000)) }).end())
  expect(await send(probeTarget(url))).toMatchObject({ health: 'healthy' })
})

it('an answer with line ends of LF alone is refused: it is not HTTP', async () => {
  const server = createTcp(
    (socket) =>
      void socket
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.1 200 OK\nContent-Length: 0\n\n'),
  )
  expect(await send(probeTarget(`http://127.0.0.1:${await listen(server)}`))).toMatchObject({
    health: 'failed',
    why: expect.stringMatching(/^HPE_/),
  })
})

describe('https', () => {
  it('verifies the certificate, whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const port = await listen(createTls({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end()))
      expect(await send(probeTarget(`https://127.0.0.1:${port}`))).toMatchObject({ health: 'failed', why: expect.stringMatching(/CERT/) })
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })
})

describe('tcp', () => {
  it('is healthy as soon as the connection stands, and hangs up', async () => {
    let hungUp: Promise<unknown> = Promise.resolve()
    const port = await listen(
      createTcp((socket) => {
        hungUp = new Promise((done) => socket.on('close', done))
        socket.resume()
        socket.on('error', () => undefined)
      }),
    )
    expect(await send(probeTarget(`tcp://127.0.0.1:${port}`))).toMatchObject({ health: 'healthy', why: '' })
    await hungUp
  })

  it('fails where nobody listens', async () => {
    const server = createTcp()
    const port = await listen(server)
    await new Promise((done) => open.pop()?.close(done))
    expect(await send(probeTarget(`tcp://127.0.0.1:${port}`))).toMatchObject({ health: 'failed', why: 'ECONNREFUSED' })
  })
})
