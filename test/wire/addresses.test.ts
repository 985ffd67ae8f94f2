/** A name with an address that does not answer, or answers late: the call still comes through. */
import { spawn } from 'node:child_process'
import dns from 'node:dns'
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { SPEED } from './speed.ts'
import { giveKeys, later, open } from './wire.ts'

const GOOD = '{"experiment":{"id":"EXP1","state":{"status":"running"}}}'
const SERVER = `
  const server = require('node:http').createServer((_, answer) => answer.end('${GOOD}'))
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`

/** A server that takes no connection until it goes on: it is stopped, and its queue is full. */
async function startLate() {
  const child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] })
  later(() => child.kill('SIGKILL'))
  const port = Number(String((await once(child.stdout, 'data'))[0]))
  child.kill('SIGSTOP')
  for (let nth = 0; nth < 4; nth++) {
    const socket = dial(port, '127.0.0.1').on('error', () => undefined)
    later(() => socket.destroy())
  }
  return { port, goOn: () => child.kill('SIGCONT') }
}

it('an address that connects slowly, beside one of IPv6 that cannot be reached, is waited for', async () => {
  giveKeys()
  const { port, goOn } = await startLate()
  vi.spyOn(dns, 'lookup').mockImplementation(((_: string, __: object, done: (...given: unknown[]) => void) =>
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ])) as never)
  vi.stubEnv('AWS_ENDPOINT_URL', `http://aws.corp.test:${port}`)
  await sleep(SPEED * 200)
  const asked = open(undefined, { patienceMs: 4000 }).fis.readExperiment('EXP1')
  await sleep(SPEED * 600)
  goOn()
  expect(await asked).toMatchObject({ id: 'EXP1' })
})
