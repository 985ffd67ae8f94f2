import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStopFile } from '../../../src/runner/marker.ts'

let temp = ''
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'marker-'))
})
afterEach(() => rmSync(temp, { recursive: true }))

describe('createMarker', () => {
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
