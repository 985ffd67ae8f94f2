import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMarker } from '../../../src/runner/marker.ts'

let temp = ''
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'marker-'))
})
afterEach(() => rmSync(temp, { recursive: true }))

describe('createMarker', () => {
  it('is seen by the same step of the same job, and by no other', () => {
    const [post, main, other] = [createMarker(temp, 'a'), createMarker(temp, 'a'), createMarker(temp, 'b')]
    expect(main.isRaised()).toBe(false)
    post.raise()
    post.raise()
    expect([main.isRaised(), other.isRaised()]).toEqual([true, false])
  })

  it.each([undefined, ''])('does nothing without a folder: %j', (folder) => {
    const marker = createMarker(folder, 'a')
    marker.raise()
    expect(marker.isRaised()).toBe(false)
  })
})
