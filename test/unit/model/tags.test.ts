import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOfInvocation, isOurs, isOwnRole, mayBeOwnRole, toJobTag, toOwnRoleName, toTags } from '../../../src/model/tags.ts'
import { INVOCATION, moment, WHO } from '../../fakes/timeline.ts'

const LIFE = { createdAt: moment(0), expiresAt: moment(3600) }
const OURS = toTags(WHO, { mode: 'interruption', ...LIFE }, {})

describe('toTags', () => {
  it('tells who made it, when, and until when it may be there', () => {
    expect(toTags(WHO, { mode: 'rebalance', ...LIFE }, { team: 'core' })).toEqual({
      team: 'core',
      ManagedBy: 'spot-interrupt',
      'spot-interrupt:run': 'o/r/1/1',
      'spot-interrupt:job': 'test/1',
      'spot-interrupt:invocation': INVOCATION,
      'spot-interrupt:created-at': '2026-01-02T03:00:00.000Z',
      'spot-interrupt:expires-at': '2026-01-02T04:00:00.000Z',
      'spot-interrupt:mode': 'rebalance',
    })
  })

  it('makes of a run name what AWS takes as a tag value', () => {
    const run = `dependabot[bot]/${'r'.repeat(300)}`
    const value = toTags({ ...WHO, run }, { mode: 'interruption', ...LIFE }, {})['spot-interrupt:run']
    expect(value).toMatch(/^dependabot-bot-\/r+$/)
    expect(value).toHaveLength(256)
  })
})

describe('isOurs', () => {
  it('holds what this action made for ours', () => {
    expect(isOurs(OURS)).toBe(true)
  })

  it.each([
    ['nothing', {}],
    ['another maker', { ...OURS, ManagedBy: 'terraform' }],
    ['no maker', { ...OURS, ManagedBy: '' }],
    ['an invocation that is none', { ...OURS, 'spot-interrupt:invocation': 'x' }],
    ['no creation time', { ...OURS, 'spot-interrupt:created-at': '' }],
    ['a creation time that is none', { ...OURS, 'spot-interrupt:created-at': 'yesterday' }],
  ])('holds %s for somebody else’s', (_, tags) => {
    expect(isOurs(tags)).toBe(false)
    expect(isOfInvocation(tags, INVOCATION)).toBe(false)
  })

  it('tells one invocation from another', () => {
    expect(isOfInvocation(OURS, INVOCATION)).toBe(true)
    expect(isOfInvocation(OURS, INVOCATION.replace('6', '7'))).toBe(false)
  })
})

describe('the tag of a job', () => {
  it.each([
    ['build', '41234567890', 'build/41234567890'],
    ['build', '', 'build/'],
    ['build[1]', '0', 'build-1-/0'],
  ])('of %j and leg %j is %j', (job, leg, expected) => {
    expect(toJobTag({ job, leg })).toBe(expected)
  })
})

describe('the own role of a run', () => {
  it('has the name of the shared one and eight digits of the invocation', () => {
    expect(toOwnRoleName('FIS-SpotMinimalRole', INVOCATION)).toBe('FIS-SpotMinimalRole-6f1c1a52')
  })

  it('fits into what IAM takes, and differs from all others by its name and tags, whatever the shared name', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,64}$/)
    fc.assert(
      fc.property(name, fc.uuid(), fc.uuid(), (shared, invocation, other) => {
        const own = toOwnRoleName(shared, invocation)
        const tags = { ...OURS, 'spot-interrupt:invocation': invocation }
        expect(own).toMatch(/^[\w+=,.@-]{1,64}$/)
        expect(mayBeOwnRole(own, shared)).toBe(true)
        expect(isOwnRole({ name: own, tags })).toBe(true)
        expect(isOwnRole({ name: own, tags: {} })).toBe(false)
        expect(isOwnRole({ name: own, tags: { ...tags, 'spot-interrupt:invocation': other } })).toBe(
          other.startsWith(invocation.slice(0, 8)),
        )
      }),
    )
  })

  it.each([
    ['r', 'the shared one itself'],
    ['r-6f1c1a5', 'seven digits'],
    ['r-6f1c1a522', 'nine digits'],
    ['r-6F1C1A52', 'capitals'],
    ['r-x-6f1c1a52', 'that of another shared name'],
    ['6f1c1a52', 'no name'],
  ])('is not %s: %s', (candidate) => {
    expect(mayBeOwnRole(candidate, 'r')).toBe(false)
  })
})
