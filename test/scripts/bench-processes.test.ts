import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDelay } from '../../scripts/verify/performance/delay.ts'
import { readCpu, signalGroup, startProgram, timedBy, watchMemory } from '../../scripts/verify/performance/processes.ts'

const ENV = { PATH: process.env.PATH ?? '' }

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-bench-test-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A shell whose child works: what is measured is the child. */
const BUSY = `const end = Date.now() + 60_000; const kept = Buffer.alloc(64e6, 1); let n = 0
while (process.cpuUsage().user < 400_000 && Date.now() < end) n += kept[n % 64e6]
setTimeout(() => { console.log('out'); console.error('err'); process.exitCode = 7 }, 300)`

describe.runIf(process.platform === 'linux')('the measured process', () => {
  it('counts the processor time and the memory of its children, and keeps their output and exit code', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'cpu')
      const command = ['bash', '-c', `"${process.execPath}" -e '${BUSY.replaceAll("'", '"')}'; exit $?`]
      const { child, ended } = startProgram([...timedBy(file), ...command], { cwd: folder, env: ENV })
      const memory = watchMemory(child.pid ?? 0)
      const { code, text } = await ended
      expect([code, text.split('\n').toSorted()]).toEqual([7, ['', 'err', 'out']])
      expect(await readCpu(file)).toBeGreaterThan(0.39)
      expect(memory()).toBeGreaterThan(80)
    }))

  it('gets Ctrl-C with its children', () =>
    withFolder(async (folder) => {
      const { child, ended } = startProgram(['bash', '-c', 'echo ready; sleep 60; echo late'], { cwd: folder, env: ENV })
      if (child.stdout) await once(child.stdout, 'data')
      signalGroup(child, 'SIGINT')
      expect(await ended).toMatchObject({ code: null, signal: 'SIGINT', text: 'ready\n' })
      expect(() => signalGroup(child, 'SIGINT')).not.toThrow()
    }))

  it('has written a time before it can be read', () =>
    withFolder(async (folder) => {
      const { ended } = startProgram([...timedBy(join(folder, 'cpu')), 'false'], { cwd: folder, env: ENV })
      expect(await ended).toMatchObject({ code: 1, text: '' })
      expect(await readFile(join(folder, 'cpu'), 'utf8')).toMatch(/^0\.\d{3} 0\.\d{3}\n$/)
      await expect(readCpu(join(folder, 'other'))).rejects.toThrow('ENOENT')
    }))
})

it('the slow network keeps every byte, and makes a call slower by its delay', async () => {
  const server = createServer((asked, response) => asked.pipe(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const delay = await startDelay(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 60)
  try {
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    const began = performance.now()
    const sent = request(delay.url, { method: 'POST' })
    sent.end(body)
    const [response] = await once(sent, 'response')
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part)
    expect(Buffer.concat(parts).equals(body)).toBe(true)
    expect(performance.now() - began).toBeGreaterThan(59)
  } finally {
    await delay.close()
    await new Promise((done) => server.close(done))
  }
})
