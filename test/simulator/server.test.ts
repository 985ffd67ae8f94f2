import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../../simulator/server.ts'
import { setStage } from './fixture.ts'

it('marks what breaks it', async () => {
  const stage = await setStage()
  const { hostname, port } = new URL(stage.url)
  const asked = request({ hostname, port, path: '//' }).end()
  const [response] = await once(asked, 'response')
  response.resume()
  expect(response.statusCode).toBe(500)
  expect(stage.leftovers().strict).toMatchObject([{ what: 'crash', name: expect.stringContaining('Invalid URL') }])
})

it('does not mind a client that is killed while it speaks', async () => {
  const stage = await setStage()
  const socket = connect(Number(new URL(stage.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('POST /experiments HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":')
  await new Promise(setImmediate)
  socket.resetAndDestroy()
  expect((await stage.admin('GET', '/_simulator/leftovers')).body.strict).toEqual([])
  expect((await stage.admin('GET', '/_simulator/journal')).body).toEqual([])
})

it('runs at the speed it is given, on the port it is given', async () => {
  const first = await startSimulator({ speed: 1000, real0: Date.now() - 60_000, sim0: 0 })
  onTestFinished(first.close)
  expect(first.now().getTime()).toBeGreaterThanOrEqual(60_000_000)
  const port = Number(new URL(first.url).port)
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('keeps a connection longer than the longest gap between two polls', async () => {
  const stage = await setStage()
  const response = await fetch(`${stage.url}/_simulator/clock`)
  expect(response.headers.get('keep-alive')).toBe('timeout=120')
})
