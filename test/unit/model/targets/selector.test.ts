import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesWildcard } from '../../../../simulator/account/policy.ts'
import { describeAim, distinct, escapeFilterValue, narrow, withTags } from '../../../../src/model/targets/selector.ts'
import { ids, instance } from '../../../fakes/timeline.ts'

const [ONE = '', TWO = '', THREE = '', FOUR = ''] = ids(4)

describe('a value of a filter', () => {
  it('matches itself and nothing else, whatever it holds', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\\', ' '), maxLength: 6 })
    fc.assert(
      fc.property(texts, texts, (value, other) => {
        expect(matchesWildcard(escapeFilterValue(value), value)).toBe(true)
        expect(matchesWildcard(escapeFilterValue(value), other)).toBe(value === other)
      }),
    )
  })
})

describe('instances with tags', () => {
  const tagged = [
    instance({ id: TWO, tags: { app: 'web', stage: 'prod' } }),
    instance({ id: ONE, tags: { app: 'web', stage: 'test' } }),
    instance({ id: THREE, tags: { app: 'web-2', stage: 'prod' } }),
    instance({ id: FOUR, tags: { App: 'web' } }),
  ]

  it.each([
    [{ app: 'web' }, [ONE, TWO]],
    [{ app: 'web', stage: 'prod' }, [TWO]],
    [{ app: 'web*' }, []],
    [{ app: '' }, []],
    [{ toString: 'x' }, []],
  ])('are those that carry %j, literally', (tags, expected) => {
    expect(withTags(tagged, tags).map(({ id }) => id)).toEqual(expected)
  })

  it('count once, in an order of their own, when they stand on two pages', () => {
    expect(distinct([...tagged, ...tagged].toReversed()).map(({ id }) => id)).toEqual([ONE, TWO, THREE, FOUR])
  })
})

describe('narrowing', () => {
  it('keeps running Spot instances in the zone, and says how many remain at each step', () => {
    const matching = [
      instance({ id: ONE }),
      instance({ id: TWO, zone: 'eu-west-1b' }),
      instance({ id: THREE, state: 'stopped' }),
      instance({ id: FOUR, lifecycle: '' }),
    ]
    const { eligible, funnel } = narrow(matching, 'eu-west-1a')
    expect(eligible.map(({ id }) => id)).toEqual([ONE])
    expect(funnel).toEqual({ matching: 4, spot: 3, running: 2, inZone: 1 })
    expect(narrow(matching, null).eligible.map(({ id }) => id)).toEqual([ONE, TWO])
  })
})

describe('an aim in words', () => {
  it.each([
    [{ by: 'group', group: 'workers' } as const, 'the Auto Scaling group workers'],
    [{ by: 'tags', tags: { app: 'web' } } as const, 'the tag app=web'],
    [{ by: 'tags', tags: { a: '1', b: '2', c: '3' } } as const, 'the tags a=1, b=2 and c=3'],
  ])('%j', (aim, words) => expect(describeAim(aim)).toBe(words))
})
