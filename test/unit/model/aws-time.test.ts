import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AwsTime, narrowAwsTime, toAwsMs } from '../../../src/model/aws-time.ts'

const SKEW_MS = 7_200_000

/** An answer that AWS writes `writtenMs` after the request, as the runner sees it; AWS's clock is SKEW_MS ahead of the monotonic one. */
function sight({ sentMs, writtenMs, backMs }: { sentMs: number; writtenMs: number; backMs: number }) {
  const dateMs = Math.floor((sentMs + writtenMs + SKEW_MS) / 1000) * 1000
  return { dateMs, atMs: sentMs + writtenMs + backMs, tookMs: writtenMs + backMs }
}

describe('AWS’s time', () => {
  it('is within half a second, and half of what the answer took, of the truth', () => {
    const known = narrowAwsTime(undefined, sight({ sentMs: 10_400, writtenMs: 50, backMs: 50 }))
    expect(Math.abs(toAwsMs(known, 20_000) - (20_000 + SKEW_MS))).toBeLessThanOrEqual(550)
  })

  it('holds the truth after any number of answers, and only gets closer to it', () => {
    const answer = fc.record({ gapMs: fc.nat(5000), writtenMs: fc.nat(3000), backMs: fc.nat(40_000) })
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 20 }), (answers) => {
        let known: AwsTime | undefined
        let nowMs = 0
        let widthMs = Number.POSITIVE_INFINITY
        for (const { gapMs, writtenMs, backMs } of answers) {
          nowMs += gapMs
          known = narrowAwsTime(known, sight({ sentMs: nowMs, writtenMs, backMs }))
          nowMs += writtenMs + backMs
          expect(known.atLeastMs).toBeLessThanOrEqual(SKEW_MS)
          expect(known.atMostMs).toBeGreaterThanOrEqual(SKEW_MS)
          expect(known.atMostMs - known.atLeastMs).toBeLessThanOrEqual(widthMs)
          widthMs = known.atMostMs - known.atLeastMs
        }
      }),
    )
  })

  it('does not follow one answer that was read late, as after a pause of the runner', () => {
    const quick = narrowAwsTime(undefined, sight({ sentMs: 0, writtenMs: 20, backMs: 20 }))
    const late = narrowAwsTime(quick, sight({ sentMs: 10_000, writtenMs: 20, backMs: 45_000 }))
    expect(Math.abs(toAwsMs(late, 60_000) - (60_000 + SKEW_MS))).toBeLessThanOrEqual(540)
  })

  it('starts afresh when the clocks have drifted apart, as after a suspension of the machine', () => {
    const before = narrowAwsTime(undefined, { dateMs: 1_000_000, atMs: 0, tookMs: 10 })
    const after = narrowAwsTime(before, { dateMs: 5_000_000, atMs: 1000, tookMs: 10 })
    expect(after).toEqual({ atLeastMs: 4_999_000, atMostMs: 5_000_010 })
  })
})
