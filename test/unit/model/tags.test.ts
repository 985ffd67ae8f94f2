import { describe, expect, it } from 'vitest'
import { isOfInvocation, isOurs, toTags } from '../../../src/model/tags.ts'
import { INVOCATION, moment } from '../../fakes/timeline.ts'

const LIFE = { createdAt: moment(0), expiresAt: moment(3600) }
const OURS = toTags({ run: 'o/r/1/1', invocation: INVOCATION }, 'interruption', LIFE, {})

describe('toTags', () => {
  it('tells who made it, when, and until when it may be there', () => {
    expect(toTags({ run: 'o/r/1/1', invocation: INVOCATION }, 'rebalance', LIFE, { team: 'core' })).toEqual({
      team: 'core',
      ManagedBy: 'spot-interrupt',
      'spot-interrupt:run': 'o/r/1/1',
      'spot-interrupt:invocation': INVOCATION,
      'spot-interrupt:created-at': '2026-01-02T03:00:00.000Z',
      'spot-interrupt:expires-at': '2026-01-02T04:00:00.000Z',
      'spot-interrupt:mode': 'rebalance',
    })
  })

  it('makes of a run name what AWS takes as a tag value', () => {
    const run = `dependabot[bot]/${'r'.repeat(300)}`
    const value = toTags({ run, invocation: INVOCATION }, 'interruption', LIFE, {})['spot-interrupt:run']
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
