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

it('saves the ledger under the name by which post reads it', () => {
  const saved: string[][] = []
  saveLedger({ saveState: (...given) => saved.push([...given]) })('{"version":1}')
  expect(saved).toEqual([['ledger', '{"version":1}']])
  expect(readLedger()).toBe('')
  vi.stubEnv('STATE_ledger', '{"version":1}')
  expect(readLedger()).toBe('{"version":1}')
})
