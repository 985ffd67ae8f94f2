/**
 * AWS, or the source of the credentials, falls silent. The limits of an attempt are real time, though the time of this process runs
 * faster, so most cells pass short ones; one cell keeps the true ones.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { Limits } from '../../src/aws/call.ts'
import { SPEED } from './speed.ts'
import { expectFault, giveKeys, later, open, type Silence, serve } from './wire.ts'

type Aws = ReturnType<typeof open>

const ATTEMPT_MS = 300
/** A second of real time: room for several attempts. */
const PATIENCE_MS = SPEED * 1000
const LIMITS: Limits = { attemptMs: ATTEMPT_MS, patienceMs: PATIENCE_MS }
/** What a busy machine may need beside the limits, in real milliseconds. */
const SLACK_MS = 3000
const MOST_MS = PATIENCE_MS / SPEED + SLACK_MS

const SILENCES: readonly Silence[] = ['hang', 'headers', 'half', 'drip']
const CALLS: readonly (readonly [string, (aws: Aws) => Promise<unknown>])[] = [
  ['a read of fis', ({ fis }) => fis.readExperiment('EXP1')],
  ['a read of ec2', ({ ec2 }) => ec2.readInstances(['i-0123456789abcdef0'])],
  ['a read of iam', ({ iam }) => iam.readRole('x')],
  ['a read of sts', ({ sts }) => sts.whoami()],
  ['a write of fis', ({ fis }) => fis.startExperiment({ templateId: 'EXT1', token: 't', tags: {} })],
  ['a write of iam', ({ iam }) => iam.putPolicy('r', 'p', '{}')],
  ['a removal of fis', ({ fis }) => fis.deleteTemplate('EXT1')],
  ['a removal of iam', ({ iam }) => iam.deleteRole('x')],
  ['a list of fis', ({ fis }) => fis.listExperiments()],
]

/** How a call that AWS leaves without an answer ends, and after how many real milliseconds. */
async function timed(call: (aws: Aws) => Promise<unknown>, limits: Limits = LIMITS) {
  const startMs = performance.now()
  const error = await expectFault(call(open(undefined, limits)), 'unreachable')
  return { error, tookMs: (performance.now() - startMs) / SPEED }
}

describe.each(SILENCES)('silence (%s)', (silence) => {
  it('ends every attempt of every call, and then the call', async () => {
    giveKeys()
    const { url, asked, sockets } = await serve(() => silence)
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const ended = await Promise.all(CALLS.map(async ([name, call]) => ({ name, ...(await timed(call)) })))
    for (const { name, error, tookMs } of ended) {
      expect(error.message, name).toContain('no complete answer within 0.3 s')
      expect(error.unsure, name).toBe(true)
      expect(tookMs, name).toBeGreaterThanOrEqual(2 * ATTEMPT_MS - 10)
      expect(tookMs, name).toBeLessThan(MOST_MS)
    }
    expect(asked.length).toBeGreaterThanOrEqual(2 * CALLS.length)
    // No connection is left open after its attempt was given up.
    await expect.poll(sockets).toBe(0)
  })

  it.each(['templates', 'experiments'] as const)('in the middle of the pages ends an attempt to list %s', async (listed) => {
    giveKeys()
    const page = { experimentTemplates: [{ id: 'EXT1' }], experiments: [{ id: 'EXP1' }], nextToken: 'more' }
    const { url, asked } = await serve(({ path }) => (path.includes('nextToken') ? silence : { body: JSON.stringify(page) }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const { tookMs } = await timed(({ fis }) => (listed === 'templates' ? fis.listTemplates() : fis.listExperiments()))
    expect(asked.filter(({ path }) => path.includes('nextToken')).length).toBeGreaterThanOrEqual(2)
    expect(tookMs).toBeLessThan(MOST_MS)
  })

  it('that passes is followed by another attempt', async () => {
    giveKeys()
    const { url } = await serve((_, nth) => (nth === 1 ? silence : { body: '{"experiment":{"id":"EXP1","state":{"status":"running"}}}' }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    // Long enough for a good answer on a busy machine.
    const limits = { attemptMs: 500 }
    expect(await open(undefined, limits).fis.readExperiment('EXP1')).toMatchObject({ id: 'EXP1' })
  })
})

describe('pages', () => {
  const page = { experiments: [{ id: 'EXP1' }] }

  it('that never end are given up, and many pages are no trouble', async () => {
    giveKeys()
    const { url, asked } = await serve((_, nth) => ({ body: JSON.stringify({ ...page, nextToken: `${nth}` }) }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const warned = vi.fn()
    process.on('warning', warned)
    later(() => process.off('warning', warned))
    const { tookMs } = await timed(({ fis }) => fis.listExperiments())
    expect(tookMs).toBeLessThan(MOST_MS)
    expect(asked.length).toBeGreaterThan(20)
    expect(warned).not.toHaveBeenCalled()
    // One request may be on its way when the last attempt is given up; nothing follows it.
    await sleep(SPEED * 100)
    const after = asked.length
    await sleep(SPEED * 200)
    expect(asked.length).toBe(after)
  })
})

describe('credentials', () => {
  it('of a process that never ends do not hold the call', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spot-wire-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const script = join(folder, 'sleep.sh')
    await writeFile(script, '#!/bin/sh\nexec sleep 8\n')
    await chmod(script, 0o755)
    await writeFile(join(folder, 'config'), `[default]\ncredential_process = "${script}"\n`)
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
    const { url, asked } = await serve(() => ({ status: 400 }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const { tookMs } = await timed(({ sts }) => sts.whoami())
    expect(tookMs).toBeLessThan(MOST_MS)
    expect(asked).toEqual([])
  })

  it.each(SILENCES)('of a container that falls silent (%s) do not hold the call', async (silence) => {
    const { url } = await serve(() => silence)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url}/creds`)
    const { tookMs } = await timed(({ fis }) => fis.readExperiment('EXP1'))
    expect(tookMs).toBeLessThan(MOST_MS)
  })
})

it('the true limit of an attempt is 15 s of real time, whatever the silence', async () => {
  giveKeys()
  const cells: { ended: ReturnType<typeof timed>; asked: readonly unknown[] }[] = []
  for (const silence of SILENCES) {
    const { url, asked } = await serve(() => silence)
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    cells.push({ ended: timed(({ fis }) => fis.readExperiment('EXP1'), {}), asked })
    // The client reads the endpoint at its first request.
    await expect.poll(() => asked.length).toBe(1)
  }
  for (const { ended, asked } of cells) {
    const { error, tookMs } = await ended
    expect(error.message).toContain('no complete answer within 15 s')
    expect(tookMs).toBeGreaterThanOrEqual(14_900)
    expect(tookMs).toBeLessThan(15_000 + SLACK_MS)
    expect(asked).toHaveLength(1)
  }
})
