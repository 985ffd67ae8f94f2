import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLongestPossibleOutage, findOutages, type JudgedTime } from '../../../../src/model/probes/outages.ts'
import { draw } from '../../../fakes/samples.ts'

/** The judged time of a drawing: from its start, or from `startMs`, to the beat after its last sign. */
const over = (signs: string, startMs = 0): JudgedTime => ({ startMs, untilMs: signs.length * 2000, intervalMs: 2000 })
const lasted = (signs: string) => findOutages(draw(signs), over(signs)).map(({ fromMs, toMs }) => (toMs - fromMs) / 1000)
const possible = (signs: string, startMs = 0) => findLongestPossibleOutage(draw(signs), over(signs, startMs)) / 1000

describe('findOutages', () => {
  it.each([
    ['....', []],
    ['.xx.', [4]],
    ['.x.x', [2, 2]],
    // An unknown check begins no outage and ends none.
    ['.u..', []],
    ['.xu.', [4]],
    ['.ux.', [2]],
    ['.xu', [4]],
    ['.x?.', [4]],
    // A beat that was left out ends none either.
    ['.x  .', [6]],
  ] as const)('in %s last %j seconds', (signs, seconds) => {
    expect(lasted(signs)).toEqual(seconds)
  })

  it('count from t0 on, and the last may be open', () => {
    expect(findOutages(draw('xxx.xx'), { startMs: 2000, untilMs: 11_500, intervalMs: 2000 })).toEqual([
      { fromMs: 2000, toMs: 6000, open: false },
      { fromMs: 8000, toMs: 11_500, open: true },
    ])
    expect(findOutages(draw('.x.x'), { startMs: 0, untilMs: 3999, intervalMs: 2000 })).toEqual([{ fromMs: 2000, toMs: 3999, open: true }])
  })
})

describe('findLongestPossibleOutage', () => {
  it.each([
    ['....', 0],
    ['.xx.', 4],
    ['.u..', 4],
    ['.ux.', 6],
    ['.xu.', 4],
    ['.u.u.', 4],
    ['.uu.x.', 6],
    ['.  ..', 6],
    ['.  x.', 8],
    ['.x  .', 6],
    ['...u', 4],
    ['..', 0],
    ['..  ', 6],
    ['uuuu', 8],
    ['????', 8],
    ['    ', 8],
    ['x...', 2],
  ] as const)('of %s is %i seconds', (signs, seconds) => {
    expect(possible(signs)).toBe(seconds)
  })

  it('counts from t0 on, and the last known check before it is known still', () => {
    expect(possible('.....u.', 10_000)).toBe(2)
    expect(possible('.uuuuu.', 6000)).toBe(6)
    expect(possible('xxx..', 2000)).toBe(4)
    expect(possible('xx..', 1000)).toBe(2)
    expect(possible('.xx.', 3000)).toBe(2)
    expect(possible('.uu.', 5000)).toBe(1)
    // Before the first known check nothing is known.
    expect(possible('u .', 1000)).toBe(3)
    expect(possible('. .', 1000)).toBe(3)
  })

  it('does not take a beat that is late for one that was left out, up to one and a half intervals', () => {
    expect(findLongestPossibleOutage(draw('....', { every: 3 }), { startMs: 0, untilMs: 9000, intervalMs: 2000 })).toBe(0)
    expect(findLongestPossibleOutage(draw('....', { every: 3.001 }), { startMs: 0, untilMs: 9003, intervalMs: 2000 })).toBe(3001)
  })

  it('is never shorter than what was seen, and never gets shorter when a check becomes unknown', () => {
    const signs = fc.array(fc.constantFrom('.', '.', '.', 'x', 'u', ' '), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(signs, fc.nat(), fc.nat(100_000), (all, place, startMs) => {
        const text = all.join('')
        const seen = Math.max(0, ...findOutages(draw(text), over(text, startMs)).map(({ fromMs, toMs }) => toMs - fromMs)) / 1000
        expect(possible(text, startMs)).toBeGreaterThanOrEqual(seen)
        const at = place % all.length
        if (all[at] === ' ') return
        expect(possible(all.with(at, 'u').join(''), startMs)).toBeGreaterThanOrEqual(possible(text, startMs))
        expect(possible(all.with(at, 'x').join(''), startMs)).toBeLessThanOrEqual(possible(all.with(at, 'u').join(''), startMs))
      }),
      { numRuns: 500 },
    )
  })
})
