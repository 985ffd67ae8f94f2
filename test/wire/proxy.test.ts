/** Calls through a proxy of loopback. Names that end in `.test` resolve nowhere: what is not asked of the proxy is not asked at all. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { createServer as createTls } from 'node:https'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { CERTIFICATE, KEY } from '../fakes/certificate.ts'
import { faultOf, giveKeys, later, listenOn, open, serve } from './wire.ts'

const GOOD = '{"experiment":{"id":"EXP1","state":{"status":"running"}}}'

/** A proxy that takes every name for loopback with the given port, and remembers whom it was asked for, and with what password. */
async function startProxy(port: number) {
  const asked: string[] = []
  const passwords: (string | undefined)[] = []
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${new URL(incoming.url ?? '').host}`)
    passwords.push(incoming.headers['proxy-authorization'])
    const { pathname, search } = new URL(incoming.url ?? '')
    const { method = 'GET', headers } = incoming
    const onward = request({ port, host: '127.0.0.1', method, path: pathname + search, headers }, (back) => {
      answer.writeHead(back.statusCode ?? 500, back.headers)
      back.pipe(answer)
    })
    incoming.pipe(onward)
  })
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    passwords.push(incoming.headers['proxy-authorization'])
    const onward = dial(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const end of [socket, onward]) end.on('error', () => undefined)
  })
  return { host: `127.0.0.1:${await listenOn(server)}`, asked, passwords }
}

async function behindProxy(endpoint: string) {
  giveKeys()
  const aws = await serve(() => ({ body: GOOD }))
  const proxy = await startProxy(Number(new URL(aws.url).port))
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
  return { aws, proxy, ask: () => open().fis.readExperiment('EXP1') }
}

describe('a call', () => {
  it.each(['http_proxy', 'HTTP_PROXY'])('goes through %s, given as host:port alone', async (name) => {
    const { proxy, ask } = await behindProxy('http://aws.corp.test:8080')
    vi.stubEnv(name, proxy.host)
    expect(await ask()).toMatchObject({ id: 'EXP1' })
    expect(proxy.asked).toEqual(['GET aws.corp.test:8080'])
  })

  it('gives the proxy its user and password', async () => {
    const { proxy, ask } = await behindProxy('http://aws.corp.test')
    vi.stubEnv('http_proxy', `http://user:p%40ss@${proxy.host}`)
    await ask()
    expect(proxy.passwords).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`])
  })

  it.each(['https_proxy', 'HTTPS_PROXY'])(
    'to an https endpoint goes through a tunnel of %s, and its certificate is verified',
    async (name) => {
      giveKeys()
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
      let heard = 0
      const server = createTls({ key: KEY, cert: CERTIFICATE }, (_, answer) => {
        heard += 1
        answer.end(GOOD)
      })
      const proxy = await startProxy(await listenOn(server))
      vi.stubEnv(name, `user:pa55word@${proxy.host}`)
      const error = await faultOf(open().fis.readExperiment('EXP1'))
      expect(error).toMatchObject({ fault: 'settings', message: expect.stringContaining('SELF_SIGNED') })
      expect(error.message + error.hint).not.toContain('pa55word')
      expect(proxy.asked).toEqual(['CONNECT fis.us-east-1.amazonaws.com:443'])
      expect(proxy.passwords[0]).toMatch(/^Basic /)
      expect(heard).toBe(0)
    },
  )

  it.each(['corp.test', '.corp.test', '*', 'aws.corp.test:80'])('does not go through it where NO_PROXY is %s', async (list) => {
    const { proxy, ask } = await behindProxy('http://aws.corp.test')
    vi.stubEnv('http_proxy', proxy.host)
    vi.stubEnv('NO_PROXY', list)
    expect(await faultOf(ask())).toMatchObject({ fault: 'unreachable', message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
    expect(proxy.asked).toEqual([])
  })

  it('to this machine does not go through it', async () => {
    const { aws, proxy, ask } = await behindProxy('')
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
    vi.stubEnv('http_proxy', proxy.host)
    await ask()
    expect([proxy.asked, aws.asked.length]).toEqual([[], 1])
  })

  it('to STS for a web identity goes through it, too', async () => {
    const sts = await serve(() => ({
      status: 403,
      body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
    }))
    const proxy = await startProxy(Number(new URL(sts.url).port))
    const folder = await mkdtemp(join(tmpdir(), 'spot-wire-'))
    later(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'token'), 'jwt')
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'token'))
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/r')
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://sts.corp.test')
    vi.stubEnv('http_proxy', proxy.host)
    await faultOf(open().fis.readExperiment('EXP1'))
    expect(proxy.asked).toEqual(['POST sts.corp.test'])
  })
})
