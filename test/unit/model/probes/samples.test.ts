import { describe, expect, it } from 'vitest'
import { countUntil, createSampleRecorder, findRange, isSettled, passesBaseline } from '../../../../src/model/probes/samples.ts'
import { draw } from '../../../fakes/samples.ts'

describe('createSampleRecorder', () => {
  it('keeps checks in the order they were sent, in whatever order their answers come', () => {
    const recorder = createSampleRecorder('web')
    const [first, second, third] = [recorder.send(0), recorder.send(2000), recorder.send(4000)]
    recorder.settle(second, 'failed', 30)
    recorder.settle(third, 'unknown', 7)
    recorder.settle(first, 'healthy', 4000)
    expect(recorder.samples()).toEqual({
      name: 'web',
      sentMs: Float64Array.of(0, 2000, 4000),
      tookMs: Float32Array.of(4000, 30, 7),
      states: Uint8Array.of(1, 2, 3),
    })
  })

  it('grows without losing anything', () => {
    const recorder = createSampleRecorder('web')
    for (let at = 0; at < 100_000; at++) recorder.settle(recorder.send(at), at % 3 === 0 ? 'healthy' : 'failed', at % 7)
    const { sentMs, tookMs, states } = recorder.samples()
    expect([sentMs.length, tookMs.length, states.length]).toEqual([100_000, 100_000, 100_000])
    expect([sentMs[99_999], tookMs[99_999], states[99_999], states[99_998]]).toEqual([99_999, 99_999 % 7, 1, 2])
  })
})

it.each([
  ['', false],
  ['..', false],
  ['...', true],
  ['x...', true],
  ['...x', false],
  ['...u', false],
  ['u..', false],
  ['..?', false],
  ['...?', true],
  ['..?.', false],
  ['x...??', true],
  ['...x?', false],
  ['....', true],
] as const)('passesBaseline of %s is %s: a check that is still to come decides nothing yet', (signs, passed) => {
  expect(passesBaseline(draw(signs))).toBe(passed)
})

it('isSettled says whether an answer is still to come', () => {
  expect(isSettled(draw('.?..'), 6000)).toBe(false)
  expect(isSettled(draw('.?..'), 1999)).toBe(true)
  expect(isSettled(draw('.u..'), 6000)).toBe(true)
  expect(isSettled(draw(''), 0)).toBe(true)
})

it('countUntil counts what was sent at or before a moment', () => {
  const { sentMs } = draw('....')
  expect([-1, 0, 1, 2000, 5999, 6000, 9999].map((ms) => countUntil(sentMs, ms))).toEqual([0, 1, 1, 2, 3, 4, 4])
})

it('findRange includes what was sent at both ends, also several at once', () => {
  expect(findRange(draw('....'), 2000, 4000)).toEqual([1, 3])
  expect(findRange(draw('....', { every: 0 }), 0, 0)).toEqual([0, 4])
  expect(findRange(draw('....'), 7000, 9000)).toEqual([4, 4])
})
