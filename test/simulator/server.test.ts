import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../../simulator/server.ts'
import { openSimulator, spotId } from './fixture.ts'

it('marks what breaks it', async () => {
  let broken = true
  const simulator = await startSimulator({
    now: () => {
      if (!broken) return 0
      broken = false
      throw new Error('no time')
    },
  })
  onTestFinished(simulator.close)
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0'
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
  expect((await fetch(simulator.url, { method: 'POST', headers: { authorization }, body })).status).toBe(500)
  expect(simulator.leftovers().strict).toMatchObject([{ what: 'crash', name: expect.stringContaining('no time') }])
})

/** A request as no polite client writes it; the status of its answer. */
async function rawStatus(url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  const asked = request({ hostname, port, path, headers }).end()
  const [response] = await once(asked, 'response')
  response.resume()
  return response.statusCode
}

describe('only programs on this machine are answered', () => {
  it.each([
    ['a name that leads here', { host: 'rebound.example.com' }, 403],
    ['a name that begins like loopback', { host: '127.0.0.1.example.com' }, 403],
    ['another address', { host: '10.0.0.1:80' }, 403],
    ['a web page', { origin: 'http://localhost:3000' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['localhost', { host: 'localhost:1234' }, 200],
    ['the address itself', { host: '127.0.0.1' }, 200],
    ['the address of version 6', { host: '[::1]:80' }, 200],
  ])('%s', async (_, headers, status) => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    expect(await rawStatus(simulator.url, '/_simulator/clock', headers)).toBe(status)
    expect(await rawStatus(simulator.url, '/actions', headers)).toBe(403)
    const metadata = await rawStatus(await simulator.metadataUrl(spotId), '/latest/meta-data/instance-id', headers)
    expect(metadata).toBe(status === 200 ? 401 : 403)
  })

  it('a page cannot reset it', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    const answer = await simulator.admin('POST', '/moto-api/reset', undefined, { origin: 'https://example.com' })
    expect(answer.status).toBe(403)
    expect(simulator.instance(spotId)?.state).toBe('running')
  })
})

it.each([
  ['//', 403],
  ['//evil.example.com/x', 403],
  ['http://example.com/x', 400],
  ['*', 400],
])('the path %s breaks nothing', async (path, status) => {
  const simulator = await openSimulator()
  expect(await rawStatus(simulator.url, path)).toBe(status)
  expect(simulator.leftovers().strict.filter(({ what }) => what === 'crash')).toEqual([])
})

it('does not mind a client that is killed while it speaks', async () => {
  const simulator = await openSimulator()
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('POST /experiments HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":')
  await new Promise(setImmediate)
  socket.resetAndDestroy()
  expect((await simulator.admin('GET', '/_simulator/leftovers')).body.strict).toEqual([])
  expect((await simulator.admin('GET', '/_simulator/journal')).body).toEqual([])
})

it('runs at the speed it is given, on the port it is given', async () => {
  const first = await startSimulator({ speed: 1000, real0: Date.now() - 60_000, sim0: 0 })
  onTestFinished(first.close)
  expect(first.now().getTime()).toBeGreaterThanOrEqual(60_000_000)
  const port = Number(new URL(first.url).port)
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('keeps a connection longer than the longest gap between two polls', async () => {
  const simulator = await openSimulator()
  const response = await fetch(`${simulator.url}/_simulator/clock`)
  expect(response.headers.get('keep-alive')).toBe('timeout=120')
})
