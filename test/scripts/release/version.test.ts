import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareVersions,
  findLatest,
  findMajorTarget,
  findPrevious,
  type Known,
  parseTag,
  toBranches,
  toMajorTag,
} from '../../../scripts/release/version.ts'

const known = (tag: string, more: Partial<Known> = {}): Known => ({ tag, draft: false, prerelease: false, immutable: true, ...more })

const tag = fc.tuple(fc.nat(3), fc.nat(12), fc.nat(12)).map((parts) => `v${parts.join('.')}`)
const release = fc.record({
  tag: fc.oneof(tag, fc.constantFrom('v1', 'v1.0', 'latest', 'v1.0.0-rc.1', 'v01.0.0')),
  draft: fc.boolean(),
  prerelease: fc.boolean(),
  immutable: fc.boolean(),
})

describe('a tag', () => {
  it.each(['v1', 'v1.2', '1.2.3', 'v1.2.3-rc.1', 'v1.2.3+1', 'v01.2.3', 'v1.2.3 ', 'V1.2.3', 'v1.2.3\n', ''])(
    '%j is no release',
    (text) => {
      expect(parseTag(text)).toBeUndefined()
    },
  )

  it('is compared by number, not by letter', () => {
    expect(compareVersions([1, 10, 0], [1, 9, 9])).toBeGreaterThan(0)
    expect(toMajorTag('v10.2.3')).toBe('v10')
    expect(toBranches('v1.2.3')).toEqual(['main', 'releases/v1'])
  })
})

describe('the latest release', () => {
  it.each([
    ['the first', ['v1.0.0'], 'v1.0.0'],
    ['a fix of v1 after v2', ['v2.0.0', 'v1.0.1'], 'v2.0.0'],
    ['ten is more than nine', ['v1.9.0', 'v1.10.0'], 'v1.10.0'],
    ['none', [], undefined],
  ])('%s', (_, tags, latest) => {
    expect(findLatest(tags.map((one) => known(one)))).toBe(latest)
  })

  it('is published, and no other that is published is higher', () => {
    fc.assert(
      fc.property(fc.array(release), (releases) => {
        const latest = findLatest(releases)
        const open = releases.filter((one) => !one.draft && !one.prerelease && parseTag(one.tag) !== undefined)
        expect(latest === undefined).toBe(open.length === 0)
        for (const one of open) {
          expect(compareVersions(parseTag(one.tag) ?? [0, 0, 0], parseTag(latest ?? '') ?? [0, 0, 0])).toBeLessThanOrEqual(0)
        }
      }),
    )
  })
})

describe('the release that a major tag names', () => {
  it('never goes back, whatever is published next', () => {
    fc.assert(
      fc.property(fc.array(release), release, fc.nat(3), (before, next, major) => {
        const old = findMajorTarget(before, major)
        const now = findMajorTarget([...before, next], major)
        if (old !== undefined)
          expect(compareVersions(parseTag(now ?? '') ?? [0, 0, 0], parseTag(old) ?? [0, 0, 0])).toBeGreaterThanOrEqual(0)
        if (now !== undefined) expect(toMajorTag(now)).toBe(`v${major}`)
      }),
    )
  })

  it.each([
    ['a draft', known('v1.1.0', { draft: true })],
    ['a pre-release', known('v1.1.0', { prerelease: true })],
    ['a release that can be changed', known('v1.1.0', { immutable: false })],
    ['a release of another major', known('v2.0.0')],
  ])('is never %s', (_, other) => {
    expect(findMajorTarget([known('v1.0.0'), other], 1)).toBe('v1.0.0')
  })
})

describe('the notes', () => {
  it.each([
    ['v1.0.0', [], undefined],
    ['v1.1.0', ['v1.0.0', 'v1.2.0'], 'v1.0.0'],
    ['v1.0.2', ['v2.0.0', 'v1.0.1', 'v1.0.0'], 'v1.0.1'],
    ['v2.0.0', ['v1.9.0', 'v1.10.0'], 'v1.10.0'],
  ])('of %s after %j begin at %s', (own, tags, previous) => {
    expect(
      findPrevious(
        tags.map((one) => known(one)),
        own,
      ),
    ).toBe(previous)
  })
})
