import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countRemaining,
  describeTag,
  findExcluding,
  isAllowedAccount,
  lacksRequired,
  NO_GUARDS,
} from '../../../../src/model/targets/guards.ts'
import { pick, reselect, toTargetCount } from '../../../../src/model/targets/selection.ts'
import { ids } from '../../../fakes/timeline.ts'

const rule = (key: string, value: string | null = null) => ({ key, value })

describe('tags that protect', () => {
  const guards = { ...NO_GUARDS, excludeTags: [rule('keep'), rule('stage', 'prod'), rule('empty', '')] }
  it.each([
    [{ keep: 'anything' }, 'keep'],
    [{ keep: '' }, 'keep'],
    [{ stage: 'prod' }, 'stage=prod'],
    [{ stage: 'test' }, undefined],
    [{ stage: 'prod*' }, undefined],
    [{ empty: '' }, 'empty='],
    [{ empty: 'x' }, undefined],
    [{ Keep: 'x' }, undefined],
    [{}, undefined],
  ])('%j: %s', (tags, expected) => {
    const found = findExcluding(tags, guards)
    expect(found === undefined ? undefined : describeTag(found)).toBe(expected)
  })
})

describe('a tag that is required', () => {
  it.each([
    [{ chaos: 'yes' }, rule('chaos'), false],
    [{ chaos: 'no' }, rule('chaos', 'yes'), true],
    [{}, rule('chaos'), true],
    [{}, null, false],
    [{}, rule('constructor'), true],
  ])('%j by %j', (tags, requireTag, lacks) => expect(lacksRequired(tags, { ...NO_GUARDS, requireTag })).toBe(lacks))
})

describe('accounts', () => {
  it('are all allowed where none is named, else those that are', () => {
    expect(isAllowedAccount('1', NO_GUARDS)).toBe(true)
    expect(isAllowedAccount('1', { ...NO_GUARDS, allowedAccounts: ['1', '2'] })).toBe(true)
    expect(isAllowedAccount('3', { ...NO_GUARDS, allowedAccounts: ['1', '2'] })).toBe(false)
  })
})

describe('keep-running', () => {
  it('holds while one instance leaves at any moment before the start', () => {
    const counts = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(counts, counts, fc.nat(20), fc.nat(19), (of, n, keep, leaving) => {
        const selection = { kind: 'COUNT', n } as const
        const random = () => 0.5
        const before = ids(of)
        const count = toTargetCount(selection, of)
        if (count === undefined || countRemaining(of, count) < keep) return
        const picked = pick(before, count, random)
        // Whichever leaves, a target or another one: the run is refused, or as many as asked for keep running.
        const now = before.filter((_, index) => index !== leaving)
        const { targets } = reselect(picked, { candidates: now, selection, random })
        if (targets === undefined || countRemaining(now.length, targets.length) < keep) return
        expect(now.filter((id) => !targets.includes(id)).length).toBeGreaterThanOrEqual(keep)
      }),
    )
  })
})
