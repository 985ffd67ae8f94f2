import { describe, expect, it } from 'vitest'
import { countUntil, createSampleRecorder, isSettled, readLatest, readTail } from '../../../../src/model/probes/samples.ts'
import { draw } from '../../../fakes/samples.ts'

describe('createRecorder', () => {
  it('keeps answers in the order they were asked for, in whatever order they come', () => {
    const recorder = createSampleRecorder('web')
    const [first, second] = [recorder.send(0), recorder.send(2000)]
    recorder.settle(second, false, 30)
    recorder.settle(first, true, 4000)
    expect(recorder.samples()).toEqual({
      name: 'web',
      sentMs: Float64Array.of(0, 2000),
      tookMs: Float32Array.of(4000, 30),
      states: Uint8Array.of(1, 2),
    })
  })

  it('grows without losing anything', () => {
    const recorder = createSampleRecorder('web')
    for (let at = 0; at < 100_000; at++) recorder.settle(recorder.send(at), at % 3 === 0, at % 7)
    const { sentMs, tookMs, states } = recorder.samples()
    expect([sentMs.length, tookMs.length, states.length]).toEqual([100_000, 100_000, 100_000])
    expect([sentMs[99_999], tookMs[99_999], states[99_999], states[99_998]]).toEqual([99_999, 99_999 % 7, 1, 2])
  })
})

describe('readTail', () => {
  it.each([
    ['', 'short'],
    ['..', 'short'],
    ['...', 'good'],
    ['x...', 'good'],
    ['...x', 'bad'],
    ['x..', 'bad'],
    ['..?', 'pending'],
    ['.x?', 'bad'],
    ['...?', 'pending'],
  ] as const)('%s is %s', (signs, tail) => {
    expect(readTail(draw(signs), 1_000_000)).toBe(tail)
  })

  it('looks at nothing that was sent later', () => {
    expect(readTail(draw('...x'), 5999)).toBe('good')
    expect(readTail(draw('...x'), 6000)).toBe('bad')
  })
})

it.each([
  ['..?', 'short'],
  ['...?', 'good'],
  ['..?.', 'short'],
  ['x...??', 'good'],
  ['...x?', 'bad'],
  ['....', 'good'],
] as const)('readLatest of %s is %s: what is to come decides nothing yet', (signs, tail) => {
  expect(readLatest(draw(signs))).toBe(tail)
})

it('isSettled tells whether an answer is still to come', () => {
  expect(isSettled(draw('.?..'), 6000)).toBe(false)
  expect(isSettled(draw('.?..'), 1999)).toBe(true)
  expect(isSettled(draw(''), 0)).toBe(true)
})

it('countUntil counts what was sent at or before a moment', () => {
  const { sentMs } = draw('....')
  expect([-1, 0, 1, 2000, 5999, 6000, 9999].map((ms) => countUntil(sentMs, ms))).toEqual([0, 1, 1, 2, 3, 4, 4])
})
