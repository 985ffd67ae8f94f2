import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSinks } from '../../../src/runner/sinks.ts'
import { createStopFile, readLedger, saveLedger } from '../../../src/runner/state.ts'

let temp = ''
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'stop-file-'))
})
afterEach(() => {
  rmSync(temp, { recursive: true })
  vi.unstubAllEnvs()
})

const stopFile = (folder: string | undefined, invocation: string) =>
  createStopFile(
    folder,
    invocation,
    createSinks({ RUNNER_TEMP: folder }, () => undefined),
  )

describe('createStopFile', () => {
  it('is seen by the same step of the same job, and by no other', () => {
    const [post, main, other] = [stopFile(temp, 'a'), stopFile(temp, 'a'), stopFile(temp, 'b')]
    expect(main.exists()).toBe(false)
    post.create()
    post.create()
    expect([main.exists(), other.exists()]).toEqual([true, false])
  })

  it.each([undefined, '', '/no/such/folder', '/dev/full'])('is not there where it cannot be written: %j', (folder) => {
    const file = stopFile(folder, 'a')
    file.create()
    expect(file.exists()).toBe(false)
  })
})

describe('the ledger', () => {
  const STEP = { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'drill', GITHUB_ACTION: '__octo_spot-interrupt' }

  it('is saved under the name by which post reads it', () => {
    const saved: string[][] = []
    saveLedger({ saveState: (...given) => saved.push([...given]) > 0, writeTemp: () => '' }, {})('{"version":1}')
    expect(saved).toEqual([['ledger', '{"version":1}']])
    expect(readLedger({})).toBe('')
    vi.stubEnv('STATE_ledger', '{"version":1}')
    expect(readLedger({})).toBe('{"version":1}')
    expect(readLedger({ RUNNER_TEMP: temp, ...STEP })).toBe('{"version":1}')
  })

  it('goes to the temporary folder from the first time on that the state cannot be saved, for the same step only', () => {
    vi.stubEnv('STATE_ledger', 'saved by main before')
    const env = { RUNNER_TEMP: temp, ...STEP }
    const answers = [true, false, true]
    const save = saveLedger({ ...createSinks(env, () => undefined), saveState: () => answers.shift() ?? true }, env)
    const seen = ['one', 'two', 'three'].map((json) => {
      save(json)
      return readLedger(env)
    })
    expect(seen).toEqual(['saved by main before', 'two', 'three'])
    expect(readLedger({ ...env, GITHUB_ACTION: '__octo_spot-interrupt_2' })).toBe('saved by main before')
  })

  it('may be lost: nothing is thrown', () => {
    saveLedger(
      createSinks({}, () => undefined),
      {},
    )('{}')
    expect(readLedger({})).toBe('')
  })
})
