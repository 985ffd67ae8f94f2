import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeSelection,
  least,
  parseSelection,
  pick,
  reselect,
  type Selection,
  toTargetCount,
} from '../../../../src/model/targets/selection.ts'
import { ids } from '../../../fakes/timeline.ts'

const selections: fc.Arbitrary<Selection> = fc.oneof(
  fc.constant<Selection>({ kind: 'ALL' }),
  fc.integer({ min: 1, max: 20 }).map((n): Selection => ({ kind: 'COUNT', n })),
  fc.integer({ min: 1, max: 100 }).map((n): Selection => ({ kind: 'PERCENT', n })),
)
const candidates = fc.integer({ min: 0, max: 40 }).map(ids)
const parts = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** The most that a selection may make of so many candidates. */
function mostOf(selection: Selection, of: number): number {
  return selection.kind === 'ALL' ? of : selection.kind === 'COUNT' ? selection.n : (of * selection.n) / 100
}

describe('parseSelection', () => {
  it.each([
    ['ALL', { kind: 'ALL' }],
    ['COUNT(1)', { kind: 'COUNT', n: 1 }],
    ['COUNT(50)', { kind: 'COUNT', n: 50 }],
    ['PERCENT(100)', { kind: 'PERCENT', n: 100 }],
  ])('reads %s, and it is written the same way', (text, selection) => {
    expect(parseSelection(text)).toEqual(selection)
    expect(describeSelection(selection as Selection)).toBe(text)
  })

  it.each(['', 'all', 'COUNT', 'COUNT()', 'COUNT(0)', 'COUNT(-1)', 'COUNT(1.5)', 'PERCENT(0)', 'PERCENT(101)', 'COUNT(1) ALL', 'ALL(1)'])(
    'refuses %j',
    (text) => expect(parseSelection(text)).toBeUndefined(),
  )
})

describe('a selection', () => {
  it.each([
    ['PERCENT(25)', 4, 1],
    ['PERCENT(25)', 3, undefined],
    ['PERCENT(50)', 5, 2],
    ['PERCENT(100)', 7, 7],
    ['PERCENT(34)', 3, 1],
    ['COUNT(3)', 3, 3],
    ['COUNT(3)', 2, undefined],
    ['ALL', 9, 9],
    ['ALL', 0, undefined],
  ])('%s of %i candidates makes %s', (text, of, count) => {
    expect(toTargetCount(parseSelection(text) as Selection, of)).toBe(count)
  })

  it('needs exactly as many candidates as it says', () => {
    fc.assert(
      fc.property(selections, (selection) => {
        const needed = least(selection)
        expect(toTargetCount(selection, needed)).toBeGreaterThanOrEqual(1)
        expect(toTargetCount(selection, needed - 1)).toBeUndefined()
      }),
    )
  })

  it('never exceeds its rule, never repeats, never picks what is no candidate, and does not depend on the order', () => {
    fc.assert(
      fc.property(selections, candidates, fc.array(parts, { minLength: 40, maxLength: 40 }), (selection, from, numbers) => {
        const count = toTargetCount(selection, from.length) ?? 0
        fc.pre(count > 0)
        const draw = (given: readonly string[]) => {
          const rest = numbers.values()
          return pick(given, count, () => rest.next().value ?? 0)
        }
        const picked = draw(from)
        expect(picked).toHaveLength(count)
        expect(new Set(picked).size).toBe(count)
        expect(picked.filter((id) => !from.includes(id))).toEqual([])
        expect(draw(from.toReversed())).toEqual(picked)
        expect(draw([...from, ...from])).toEqual(picked)
        expect(count).toBeLessThanOrEqual(mostOf(selection, from.length))
      }),
    )
  })

  it('reaches every candidate', () => {
    const from = ids(7)
    const reached = new Set(Array.from({ length: 700 }, (_, index) => pick(from, 1, () => (index % 7) / 7)[0]))
    expect([...reached].toSorted()).toEqual(from)
  })
})

describe('targets that are read again', () => {
  const rereads = fc.record({ selection: selections, from: candidates, leaving: fc.integer({ min: 0, max: 40 }), part: parts })
  type Reread = { readonly selection: Selection; readonly from: readonly string[]; readonly leaving: number; readonly part: number }
  /** Picked at first, and again after one has left. */
  const readAgain = ({ selection, from, leaving, part }: Reread) => {
    const random = () => part
    const count = toTargetCount(selection, from.length) ?? 0
    fc.pre(count > 0)
    const before = pick(from, count, random)
    const now = from.filter((_, index) => index !== leaving)
    return { before, now, allowed: toTargetCount(selection, now.length), ...reselect(before, { candidates: now, selection, random }) }
  }

  it('are none exactly where the candidates of now are too few', () => {
    fc.assert(
      fc.property(rereads, (one) => {
        const { targets, allowed } = readAgain(one)
        expect(targets === undefined).toBe(allowed === undefined)
      }),
    )
  })

  it('are candidates, each once, no more than before and than the rule allows', () => {
    fc.assert(
      fc.property(rereads, (one) => {
        const { targets = [], before, now, allowed = 0, gone, added } = readAgain(one)
        fc.pre(targets.length > 0)
        expect(targets.filter((id) => !now.includes(id))).toEqual([])
        expect(targets).toHaveLength(Math.min(before.length, allowed))
        expect([...new Set([...before.filter((id) => !gone.includes(id)), ...added])].toSorted()).toEqual(targets)
      }),
    )
  })

  it('stay the same where none is gone and the rule allows as many', () => {
    fc.assert(
      fc.property(rereads, (one) => {
        const { targets, before, now, allowed = 0 } = readAgain(one)
        fc.pre(allowed >= before.length && before.every((id) => now.includes(id)))
        expect(targets).toEqual(before)
      }),
    )
  })
})
