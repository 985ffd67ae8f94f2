import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Harness, type HarnessOptions, openHarness, type State } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf } from './scenario.ts'

/** Files, folders and streams of the runner that break. The whole matrix is `npm run ports`; here are the ways in which it was found. */
const open: Harness[] = []
const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-ports-'))
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const INPUTS = { 'wait-for': 'experiment', 'poll-interval': '2s' }

async function openQuick(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await openHarness({ speed: 10, inputs: INPUTS, ...options })
  open.push(harness)
  return harness
}

async function startUntilPoll(harness: Harness, env: State = {}) {
  const main = await harness.start('main', { env })
  expect(await harness.arrival('fis:GetExperiment', 1, main)).toBe(true)
  return main
}

function expectClean({ simulator }: Harness): void {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

describe('post of a main that was killed', () => {
  it.each([
    ['is not set', ''],
    ['is missing', join(folder, 'no/such')],
    ['is full', '/dev/full'],
    ['is a file', join(folder, 'file')],
  ])('cleans up though RUNNER_TEMP %s', async (_, path) => {
    await writeFile(join(folder, 'file'), '')
    const harness = await openQuick()
    const main = await startUntilPoll(harness)
    main.child.kill('SIGKILL')
    const { state } = await main.done
    const post = await (await harness.start('post', { state, env: { RUNNER_TEMP: path } })).done
    expectExit(post, 0)
    expect([errorOf(post), post.stderr]).toEqual(['', ''])
    expect(post.stdout).toContain('⚠ Files cannot be written to the temporary folder of the job')
    expectClean(harness)
  })
})

describe('main', () => {
  it('is cancelled when nobody reads its log any more, and cleans up without a log', async () => {
    const harness = await openQuick({ faults: [{ service: 'fis', operation: 'CreateExperimentTemplate', fault: 'hold', nth: 1 }] })
    const main = await harness.start('main')
    expect(await harness.arrival('fis:CreateExperimentTemplate', 1, main)).toBe(true)
    main.child.stdout?.destroy()
    harness.simulator.release()
    const ended = await main.done
    expectExit(ended, 1)
    expect(ended.stderr).toBe('')
    expect(ended.summary).toContain('Cancelled')
    expectExit(await (await harness.start('post', { state: ended.state })).done, 0)
    expectClean(harness)
  })

  it('is cancelled by SIGHUP like by SIGINT', async () => {
    const harness = await openQuick()
    const main = await startUntilPoll(harness)
    main.child.kill('SIGHUP')
    const ended = await main.done
    expectExit(ended, 1)
    expect(ended.stdout).toContain('Cancelled (SIGHUP)')
    expect(errorOf(ended)).toContain('Cancelled')
    expectExit(await (await harness.start('post', { state: ended.state })).done, 0)
    expectClean(harness)
  })

  it.each<[string, State, RegExp]>([
    ['GITHUB_OUTPUT is full', { GITHUB_OUTPUT: '/dev/full' }, /⚠ Outputs cannot be set: ENOSPC/],
    ['GITHUB_OUTPUT is gone', { GITHUB_OUTPUT: join(folder, 'gone') }, /⚠ Outputs cannot be set: Missing file/],
    ['GITHUB_OUTPUT is a folder', { GITHUB_OUTPUT: folder }, /⚠ Outputs cannot be set: EISDIR/],
    ['GITHUB_STATE is full', { GITHUB_STATE: '/dev/full' }, /⚠ The state for the post step cannot be saved: ENOSPC/],
    ['the summary is full', { GITHUB_STEP_SUMMARY: '/dev/full' }, /⚠ The job summary cannot be written: ENOSPC/],
  ])('passes though %s, and warns once', async (_, env, warning) => {
    const harness = await openQuick({ speed: 20 })
    const ended = await (await harness.start('main', { env })).done
    expectExit(ended, 0)
    expect([errorOf(ended), ended.stderr]).toEqual(['', ''])
    expect(ended.stdout.match(new RegExp(warning, 'g'))).toHaveLength(1)
    expect(ended.stdout).toContain('SUCCESS')
    expectClean(harness)
  })

  it('says its one error although no file of the runner can be written', async () => {
    const harness = await openQuick({ speed: 20 })
    const files = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'RUNNER_TEMP']
    const env = Object.fromEntries(files.map((name) => [name, '/dev/full']))
    const ended = await (await harness.start('main', { env, inputs: { duration: 'soon' } })).done
    expectExit(ended, 1)
    expect(errorOf(ended)).toContain('Bad input: duration')
    expect(ended.stderr).toBe('')
  })
})

describe('the file of the event', () => {
  it.each([
    ['is empty', ''],
    ['is no JSON', '{"broken'],
    ['is JSON of another kind', 'null'],
  ])(
    'does not matter when it %s',
    async (_, text) => {
      const path = join(folder, 'event.json')
      await writeFile(path, text)
      await mkdir(join(folder, 'event'), { recursive: true })
      for (const env of [{ GITHUB_EVENT_PATH: path }, { GITHUB_EVENT_PATH: join(folder, 'event') }]) {
        // Setup makes a role that is there to stay.
        const setup = await (await (await openQuick({ speed: 20 })).start('setup', { env })).done
        const harness = await openQuick({ speed: 20 })
        const main = await startUntilPoll(harness, env)
        main.child.kill('SIGKILL')
        const post = await (await harness.start('post', { state: (await main.done).state, env })).done
        const cleanup = await (await harness.start('cleanup', { env, inputs: { 'delete-role': 'true' } })).done
        for (const ended of [setup, post, cleanup]) {
          expectExit(ended, 0)
          expect([errorOf(ended), ended.stderr]).toEqual(['', ''])
        }
        expectClean(harness)
      }
    },
    120_000,
  )
})
