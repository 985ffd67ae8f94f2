import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPollAt, SHORTEST_GAP_MS } from '../../../../src/model/timeline/polling.ts'

describe('nextPollAt', () => {
  it.each([
    ['waits the poll interval when nothing is expected', 0, [], 10_000],
    ['waits the poll interval when what is expected is far', 0, [60_000], 10_000],
    ['polls half a second after an expected change', 50_000, [55_000], 55_500],
    ['polls after the next of several changes', 50_000, [90_000, 57_000, 55_000], 55_500],
    ['keeps the shortest gap when a change is near', 50_000, [50_100], 52_000],
    ['polls earlier, so that the poll after the change keeps the shortest gap', 50_000, [61_000], 59_500],
    ['leaves a poll out that would delay the one after the change', 51_000, [45_000, 53_500], 54_000],
    ['keeps the shortest gap right after a change', 61_000, [60_000], 63_000],
    ['polls less often the longer a change is past', 75_000, [60_000], 80_000],
    ['is back at the poll interval in the end', 120_000, [60_000], 130_000],
    ['counts from the latest of the past changes', 66_000, [0, 60_000], 68_000],
  ])('%s', (_, lastMs, expected, nextMs) => {
    expect(nextPollAt(lastMs, expected, 10_000)).toBe(nextMs)
  })

  it('is never later than the poll interval, nor sooner than two seconds, after the last look', () => {
    const ms = fc.integer({ min: 0, max: 2_000_000 })
    fc.assert(
      fc.property(ms, fc.array(ms), fc.integer({ min: SHORTEST_GAP_MS, max: 60_000 }), (lastMs, expected, pollMs) => {
        const gap = nextPollAt(lastMs, expected, pollMs) - lastMs
        expect(gap).toBeGreaterThanOrEqual(2000)
        expect(gap).toBeLessThanOrEqual(pollMs)
      }),
      { numRuns: 1000 },
    )
  })
})
