import { describe, expect, it } from 'vitest'
import { findRecovery, hasRecovered } from '../../../../src/model/probes/recovery.ts'
import { draw } from '../../../fakes/samples.ts'

const well = (count: number) => '.'.repeat(count)
/** The end of the watch: just after the last beat of a drawing, unless later. */
const ends = (signs: string, every = 2) => signs.length * every * 1000

describe('hasRecovered', () => {
  it.each([
    ['30 checks in 60 s', `x${well(30)}`, 2, true],
    ['29 checks in 60 s', `x${well(29)}`, 60 / 29, false],
    ['60 checks in 59 s', `x${well(59)}`, 1, false],
    ['60 checks in 60 s', `x${well(60)}`, 1, true],
    ['30 checks in 5 minutes', `x${well(30)}`, 10, true],
    ['a failure at the end', `${well(60)}x`, 2, false],
    ['a failure within the last 30', `${well(60)}x${well(29)}`, 2, false],
    ['an unknown check within the last 30', `${well(60)}u${well(29)}`, 2, false],
    ['an answer that is still to come', `${well(60)}?`, 2, false],
    ['no failure at all', well(30), 2, true],
    ['no check at all', '', 2, false],
  ] as const)('%s', (_, signs, every, recovered) => {
    expect(hasRecovered(draw(signs, { every }), ends(signs, every))).toBe(recovered)
  })

  it.each([2, 3, 4, 7, 30])('never comes while every %ith check fails', (k) => {
    const signs = Array.from({ length: 3000 }, (_, at) => (at % k === 0 ? 'x' : '.')).join('')
    const samples = draw(signs)
    for (let untilMs = 0; untilMs <= 6_000_000; untilMs += 2000) expect(hasRecovered(samples, untilMs)).toBe(false)
  })

  it('comes 60 s after the last failure', () => {
    const samples = draw(`${well(10)}xx${well(100)}`)
    expect(hasRecovered(samples, 83_999)).toBe(false)
    expect(hasRecovered(samples, 84_000)).toBe(true)
  })
})

describe('findRecovery', () => {
  const signs = `${well(10)}xx${well(40)}`
  const at = { untilMs: ends(signs), whole: true }

  it('is from the moment the last target left to the start of the stretch', () => {
    expect(findRecovery(draw(signs), { ...at, leftMs: 21_000 })).toEqual({ recovered: true, recoveryMs: 3000 })
    expect(findRecovery(draw(signs), { ...at, leftMs: 50_000 })).toEqual({ recovered: true, recoveryMs: 0 })
  })

  it('is not known where a target has not left', () => {
    expect(findRecovery(draw(signs), { ...at, leftMs: undefined })).toEqual({ recovered: 'unknown', recoveryMs: undefined })
  })

  it.each([
    ['failures that go on', `${well(40)}x${well(20)}`, true, false],
    ['failures that go on in a watch that was cut', `${well(40)}x${well(20)}`, false, 'unknown'],
    ['unknown checks that may have failed', `${well(40)}u${well(20)}`, true, 'unknown'],
    ['unknown checks beside a failure', `${well(40)}xu${well(20)}`, true, false],
    ['answers that never came', `${well(40)}?`, true, 'unknown'],
  ] as const)('is %s', (_, drawn, whole, recovered) => {
    expect(findRecovery(draw(drawn), { leftMs: 0, untilMs: ends(drawn), whole })).toEqual({ recovered, recoveryMs: undefined })
  })
})
