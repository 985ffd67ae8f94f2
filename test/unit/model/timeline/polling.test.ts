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
    ['polls again soon where a poll came too early to show a change', 60_100, [60_000, 63_500], 62_100],
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

/** The moments of the polls from `fromMs`, each as late as its timer. */
function pollUntil(endMs: number, fromMs: number, { expected, pollMs, lateMs }: Sequence): readonly number[] {
  const polls = [fromMs]
  for (let last = fromMs; last < endMs; ) {
    last = nextPollAt(last, expected, pollMs) + (lateMs[polls.length % lateMs.length] ?? 0)
    polls.push(last)
  }
  return polls
}

type Sequence = { readonly expected: readonly number[]; readonly pollMs: number; readonly lateMs: readonly number[] }

describe('the polls one after the other', () => {
  const ms = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.double({ min: 0, max: 300_000, noNaN: true }))
  const sequence = fc.record({
    expected: fc.array(fc.oneof(ms, fc.integer({ min: 100_000, max: 104_500 })), { maxLength: 8 }),
    pollMs: fc.integer({ min: 2, max: 75 }).map((seconds) => seconds * 1000),
    lateMs: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 }),
  })

  it('come between 0.5 and 2.5 seconds after each expected change, and keep the shortest and the longest gap', () => {
    fc.assert(
      fc.property(sequence, ms, (given, fromMs) => {
        const polls = pollUntil(310_000, fromMs, given)
        const gaps = polls.slice(1).map((at, nth) => at - (polls[nth] ?? 0))
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(SHORTEST_GAP_MS - 0.001)
        expect(Math.max(...gaps)).toBeLessThanOrEqual(given.pollMs + 40.001)
        for (const at of given.expected.filter((one) => one >= fromMs))
          expect((polls.find((poll) => poll >= at + 499.999) ?? Number.POSITIVE_INFINITY) - at).toBeLessThanOrEqual(2500 + 40)
      }),
      { numRuns: 2000 },
    )
  })

  it('show a change that stands alone half a second after it, if poll-interval allows', () => {
    fc.assert(
      fc.property(ms, fc.integer({ min: 6, max: 75 }), fc.integer({ min: 4000, max: 200_000 }), (fromMs, seconds, inMs) => {
        const at = fromMs + inMs
        const polls = pollUntil(at + 5000, fromMs, { expected: [at], pollMs: seconds * 1000, lateMs: [0] })
        expect((polls.find((poll) => poll >= at) ?? 0) - at).toBeCloseTo(500, 3)
      }),
      { numRuns: 2000 },
    )
  })
})
