import { describe, expect, it } from 'vitest'
import { readCallMs, readDeadline, toDefaultTimeout } from '../../../../src/model/timeline/timeout.ts'
import { at, begun, planned } from '../../../fakes/timeline.ts'

describe('the time-out', () => {
  it.each([
    ['two minutes', 120_000, 420_000],
    ['fifteen minutes', 900_000, 1_200_000],
  ])('of a run with a duration of %s is five minutes longer, by default', (_, durationMs, ms) => {
    expect(toDefaultTimeout(durationMs)).toBe(ms)
  })

  it('counts from the last start', () => {
    const again = [...begun(), at(60, { kind: 'starting', templateId: 'EXT1', attempt: 2 })]
    expect(readDeadline(begun(), planned())).toBe(420_000)
    expect(readDeadline(again, planned())).toBe(480_000)
  })
})

describe('a call', () => {
  const announced = at(-10, { kind: 'announced', plan: planned({ timeoutMs: 60_000 }) })
  const starting = at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 })

  it('before the start has its own patience', () => {
    expect(readCallMs([], 0)).toBe(Number.POSITIVE_INFINITY)
    expect(readCallMs([announced], 0)).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([
    [0, 66_000],
    [30, 36_000],
    [59, 7000],
    [60, 6000],
    [300, 6000],
  ])('%i s after the start outlasts the deadline by 6 s at most: %i ms', (seconds, ms) => {
    expect(readCallMs([announced, starting], seconds * 1000)).toBe(ms)
  })
})
