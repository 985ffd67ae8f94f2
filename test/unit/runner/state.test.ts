import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStopFile, readLedger, saveLedger } from '../../../src/runner/state.ts'

let temp = ''
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'marker-'))
})
afterEach(() => rmSync(temp, { recursive: true }))

describe('createStopFile', () => {
  it('is seen by the same step of the same job, and by no other', () => {
    const [post, main, other] = [createStopFile(temp, 'a'), createStopFile(temp, 'a'), createStopFile(temp, 'b')]
    expect(main.exists()).toBe(false)
    post.create()
    post.create()
    expect([main.exists(), other.exists()]).toEqual([true, false])
  })

  it.each([undefined, ''])('does nothing without a folder: %j', (folder) => {
    const stopFile = createStopFile(folder, 'a')
    stopFile.create()
    expect(stopFile.exists()).toBe(false)
  })
})

it('saves the ledger, which post is given back', () => {
  const file = join(temp, 'STATE')
  writeFileSync(file, '')
  vi.stubEnv('GITHUB_STATE', file)
  saveLedger('{"version":1}')
  expect(readFileSync(file, 'utf8')).toMatch(/^ledger<<(\S+)\n\{"version":1\}\n\1\n$/)
  expect(readLedger()).toBe('')
  vi.stubEnv('STATE_ledger', '{"version":1}')
  expect(readLedger()).toBe('{"version":1}')
  vi.unstubAllEnvs()
})
