import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLeftovers, findReason, isExpired, isOfRun } from '../../../../src/model/cleanup/leftover.ts'
import { TAG, type Tags } from '../../../../src/model/tags.ts'
import { INVOCATION, moment } from '../../../fakes/timeline.ts'

const NOW = moment(0)

function tags(changes: Tags = {}): Tags {
  return {
    [TAG.managedBy]: 'spot-interrupt',
    [TAG.invocation]: INVOCATION,
    [TAG.createdAt]: moment(-3600).toISOString(),
    [TAG.expiresAt]: moment(3600).toISOString(),
    [TAG.run]: 'o/r/42/1',
    ...changes,
  }
}

const OVER = { [TAG.expiresAt]: moment(-1).toISOString() }

describe('isOfRun', () => {
  it.each([
    ['o/r/42', 'o/r/42/1', true],
    ['o/r/42', 'o/r/42/17', true],
    ['o/r/42', 'o/r/421/1', false],
    ['o/r/4', 'o/r/42/1', false],
    ['o/r/42', 'o/r/42', false],
    ['o/r/42', 'o/r/42/', false],
    ['o/r/42', 'o/r/42/1/2', false],
    ['o/r/42', 'o/r/42/x1', false],
    ['o/r/42', 'x/o/r/42/1', false],
    ['o/r', 'o/r/42/1', false],
    ['o/dependabot[bot]/1', 'o/dependabot-bot-/1/1', true],
  ])('of %s is %s: %s', (run, value, expected) => {
    expect(isOfRun(tags({ [TAG.run]: value }), run)).toBe(expected)
  })

  it('is nothing without the tag', () => {
    expect(isOfRun({}, '')).toBe(false)
  })
})

describe('isExpired', () => {
  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('%d seconds from now: %s', (seconds, expected) => {
    expect(isExpired(tags({ [TAG.expiresAt]: moment(seconds).toISOString() }), NOW)).toBe(expected)
  })

  it.each(['', 'never', '2026-13-45'])('never for %j, however old', (value) => {
    expect(isExpired(tags({ [TAG.expiresAt]: value, [TAG.createdAt]: '2001-01-01T00:00:00Z' }), NOW)).toBe(false)
    expect(isExpired({ [TAG.createdAt]: '2001-01-01T00:00:00Z' }, NOW)).toBe(false)
  })
})

describe('findReason', () => {
  const scope = { run: 'o/r/42', expired: true, now: NOW }

  it('is the run, and for others that their time is over', () => {
    expect(findReason(tags(), scope)).toBe('run')
    expect(findReason(tags(OVER), scope)).toBe('run')
    expect(findReason(tags({ ...OVER, [TAG.run]: 'o/r/7/1' }), scope)).toBe('expired')
    expect(findReason(tags({ [TAG.run]: 'o/r/7/1' }), scope)).toBeUndefined()
  })

  it('is no reason that was not asked for', () => {
    expect(findReason(tags(OVER), { ...scope, run: null, expired: false })).toBeUndefined()
    expect(findReason(tags(OVER), { ...scope, run: null })).toBe('expired')
    expect(findReason(tags(), { ...scope, run: null })).toBeUndefined()
    expect(findReason(tags(OVER), { ...scope, run: 'o/r/7', expired: false })).toBeUndefined()
  })

  it.each([TAG.managedBy, TAG.invocation, TAG.createdAt])('is none for what is not ours, for want of %s', (key) => {
    expect(findReason(tags({ ...OVER, [key]: 'x' }), scope)).toBeUndefined()
  })

  it('never means what others made, whatever their tags', () => {
    const foreign = fc
      .dictionary(fc.constantFrom(...Object.values(TAG), 'team'), fc.string())
      .filter((one) => one[TAG.managedBy] !== 'spot-interrupt')
    fc.assert(
      fc.property(foreign, fc.string(), fc.boolean(), (one, run, expired) => findReason(one, { run, expired, now: NOW }) === undefined),
    )
  })
})

describe('findLeftovers', () => {
  it('names what is meant, of which run, and why', () => {
    const listed = [
      { id: 'EXT1', tags: tags() },
      { id: 'EXT2', tags: {} },
      { id: 'EXT3', tags: tags({ ...OVER, [TAG.run]: '' }) },
    ]
    expect(findLeftovers('template', listed, { run: 'o/r/42', expired: true, now: NOW })).toEqual([
      { resource: 'template', id: 'EXT1', run: 'o/r/42/1', because: 'run' },
      { resource: 'template', id: 'EXT3', run: '', because: 'expired' },
    ])
  })

  it('can do without the name of the run', () => {
    const { [TAG.run]: run, ...rest } = tags(OVER)
    expect(findLeftovers('experiment', [{ id: 'EXP1', tags: rest }], { run: null, expired: true, now: NOW })).toMatchObject([{ run: '' }])
  })
})
