import { createServer, type RequestListener } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ProbeTarget, parseProbes } from '../../../src/model/probes/probe.ts'
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

const send = (one: ProbeTarget, timeoutMs = 2000, signal = new AbortController().signal) => sendProbe(one, timeoutMs, signal)

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
  ])('%i of an address followed by "%s" is good: %s', async (status, listed, good) => {
    const url = await web((_, response) => response.writeHead(status).end())
    expect(await send(probeTarget(`${url}/${listed}`))).toMatchObject({ good, why: good ? '' : `HTTP ${status}` })
  })

  it('follows no redirect', async () => {
    const asked: string[] = []
    const url = await web((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(302, { location: '/good' }).end()
    })
    expect(await send(probeTarget(`${url}/a?b=c`))).toMatchObject({ good: false, why: 'HTTP 302' })
    expect(asked).toEqual(['/a?b=c'])
  })

  it('opens a connection each time, also where the server would keep it', async () => {
    const server = createServer((_, response) => response.end('ok'))
    let connections = 0
    server.on('connection', () => {
      connections++
    })
    const url = `http://127.0.0.1:${await listen(server)}`
    for (let turn = 0; turn < 3; turn++) expect((await send(probeTarget(url))).good).toBe(true)
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
      authorization: 'Bearer t',
      host: 'shop.example',
      'user-agent': expect.stringMatching(/^spot-interrupt\//),
    })
  })

  it('takes silence until the time-out for a bad answer, and measures it', async () => {
    const url = await web(() => undefined)
    const { good, why, tookMs } = await send(probeTarget(url), 150)
    expect([good, why]).toEqual([false, 'no answer within 0.15 s'])
    expect(tookMs).toBeGreaterThanOrEqual(145)
    expect(tookMs).toBeLessThan(1000)
  })

  it('takes an answer that never ends for none', async () => {
    const url = await web((_, response) => void response.writeHead(200).write('x'))
    expect(await send(probeTarget(url), 150)).toMatchObject({ good: false })
  })

  it('takes an answer that breaks off for a bad one', async () => {
    const url = await web((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await send(probeTarget(url))).toMatchObject({ good: false, why: expect.stringMatching(/ECONNRESET|aborted|broke off/) })
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
    expect(await send(probeTarget(url))).toMatchObject({ good: true })
  })

  it('tells by a code that nobody listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((done) => open.pop()?.close(done))
    expect(await send(probeTarget(`http://127.0.0.1:${port}/?key=s3cret`))).toMatchObject({ good: false, why: 'ECONNREFUSED' })
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
    expect(await send(probeTarget(`http://127.0.0.1:${port}`))).toMatchObject({ good: false, why: expect.stringMatching(/^HPE_/) })
  })

  it('never rejects, also for a header that Node refuses', async () => {
    const url = await web((_, response) => response.end())
    expect(await send(probeTarget(url, { 'X-A': 'a\nb' }))).toMatchObject({ good: false, why: 'ERR_INVALID_CHAR' })
  })

  it('is given up at once when the run ends', async () => {
    const url = await web(() => undefined)
    const cancel = new AbortController()
    const asked = send(probeTarget(url), 60_000, cancel.signal)
    setTimeout(() => cancel.abort(), 20)
    const { good, tookMs } = await asked
    expect(good).toBe(false)
    expect(tookMs).toBeLessThan(1000)
  })
})

describe('https', () => {
  it('verifies the certificate, whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const port = await listen(createTls({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end()))
      expect(await send(probeTarget(`https://127.0.0.1:${port}`))).toMatchObject({ good: false, why: expect.stringMatching(/CERT/) })
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })
})

describe('tcp', () => {
  it('is good as soon as the connection stands, and hangs up', async () => {
    let hungUp: Promise<unknown> = Promise.resolve()
    const port = await listen(
      createTcp((socket) => {
        hungUp = new Promise((done) => socket.on('close', done))
        socket.resume()
        socket.on('error', () => undefined)
      }),
    )
    expect(await send(probeTarget(`tcp://127.0.0.1:${port}`))).toMatchObject({ good: true, why: '' })
    await hungUp
  })

  it('is bad where nobody listens', async () => {
    const server = createTcp()
    const port = await listen(server)
    await new Promise((done) => open.pop()?.close(done))
    expect(await send(probeTarget(`tcp://127.0.0.1:${port}`))).toMatchObject({ good: false, why: 'ECONNREFUSED' })
  })
})
