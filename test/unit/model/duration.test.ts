import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, toIso, toWords } from '../../../src/model/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['PT2M', 120_000],
    ['pt2m30s', 150_000],
    ['PT150S', 150_000],
    ['PT1H', 3_600_000],
    ['2m', 120_000],
    ['150S', 150_000],
    ['2M30s', 150_000],
    ['1h2m3s', 3_723_000],
    [' 10s ', 10_000],
    ['24h', 86_400_000],
    ['0s', 0],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each([
    ['nothing', ''],
    ['a bare number', '120'],
    ['a bare PT', 'PT'],
    ['a unit without a number', 'm'],
    ['a fraction', '1.5m'],
    ['an ISO fraction', 'PT2.5S'],
    ['a comma fraction', 'PT2,5S'],
    ['days', 'P1D'],
    ['days with time', 'P1DT2M'],
    ['weeks', 'P1W'],
    ['a minus', '-2m'],
    ['an ISO minus', '-PT2M'],
    ['a plus', '+2m'],
    ['units out of order', '30s2m'],
    ['a unit twice', '1m1m'],
    ['a space inside', '2m 30s'],
    ['a word', 'two minutes'],
    ['milliseconds', '500ms'],
    ['more than a day', '24h1s'],
    ['more digits than any duration has', `${'9'.repeat(400)}s`],
  ])('refuses %s', (_, text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('reads back, in both notations, what it is shown as', () => {
    const whole = fc.integer({ min: 0, max: 86_400 })
    fc.assert(
      fc.property(whole, (seconds) => {
        expect(parseDuration(toIso(seconds * 1000))).toBe(seconds * 1000)
        expect(
          parseDuration(
            toIso(seconds * 1000)
              .slice(2)
              .toLowerCase(),
          ),
        ).toBe(seconds * 1000)
        expect(parseDuration(toWords(seconds * 1000).replaceAll(' ', ''))).toBe(seconds * 1000)
      }),
    )
  })

  it('refuses every text that is not one of the two notations', () => {
    const notation = /^\s*(PT)?(?=\d)(\d+H)?(\d+M)?(\d+S)?\s*$/i
    const near = fc.string({ unit: fc.constantFrom('P', 'T', 'p', 't', 'D', 'h', 'M', 's', '1', '5', '.', ' ', '-', 'W') })
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), near), (text) => {
        if (!notation.test(text)) expect(parseDuration(text)).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
  })
})

describe('toIso', () => {
  it.each([
    [120_000, 'PT2M'],
    [150_000, 'PT150S'],
    [900_000, 'PT15M'],
    [45_000, 'PT45S'],
    [3_600_000, 'PT60M'],
    [0, 'PT0S'],
  ])('shows %d ms as %s', (ms, iso) => {
    expect(toIso(ms)).toBe(iso)
  })
})

describe('toWords', () => {
  it.each([
    [0, '0s'],
    [45_999, '45s'],
    [59_999, '59s'],
    [60_000, '1m 0s'],
    [120_000, '2m 0s'],
    [3_723_000, '1h 2m 3s'],
    [3_600_000, '1h 0m 0s'],
    [-5000, '0s'],
  ])('rounds %d ms down to %j', (ms, words) => {
    expect(toWords(ms)).toBe(words)
  })
})
