import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureProbe, type Window } from '../../../../src/model/probes/metrics.ts'
import { draw } from '../../../fakes/samples.ts'

const FRAME: Window = { startMs: 0, fromMs: 0, endMs: undefined, untilMs: 1_000_000, intervalMs: 2000, whole: true }

describe('scoreProbe', () => {
  it('holds for any run of answers: good and bad make all, outages lie one after the other and hold every bad answer', () => {
    const signs = fc.array(fc.constantFrom('.', 'x'), { maxLength: 200 })
    fc.assert(
      fc.property(signs, (all) => {
        const samples = draw(all.join(''))
        const untilMs = all.length * 2000
        const { answers, good, outages, longestOutageMs, recovered } = measureProbe(samples, { ...FRAME, untilMs })
        expect(answers).toBe(all.length)
        expect(good).toBe(all.filter((sign) => sign === '.').length)
        const inside = (ms: number) => outages.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)
        expect(all.map((_, at) => inside(at * 2000))).toEqual(all.map((sign) => sign === 'x'))
        expect(outages.every(({ fromMs, toMs }, at) => fromMs < toMs && fromMs > (outages[at - 1]?.toMs ?? -1))).toBe(true)
        expect(longestOutageMs).toBe(Math.max(0, ...outages.map(({ fromMs, toMs }) => toMs - fromMs)))
        expect(recovered === false).toBe(all.slice(-3).includes('x'))
      }),
    )
  })

  it('availability never rises when a good answer turns bad, and no outage gets shorter', () => {
    const runs = fc
      .array(fc.constantFrom('.', 'x'), { minLength: 1, maxLength: 100 })
      .chain((all) => fc.tuple(fc.constant(all), fc.nat(all.length - 1)))
    fc.assert(
      fc.property(runs, ([all, at]) => {
        const window = { ...FRAME, untilMs: all.length * 2000 }
        const before = measureProbe(draw(all.join('')), window)
        const after = measureProbe(draw(all.with(at, 'x').join('')), window)
        expect(after.availability ?? 0).toBeLessThanOrEqual(before.availability ?? 0)
        expect(after.longestOutageMs).toBeGreaterThanOrEqual(before.longestOutageMs)
      }),
    )
  })

  it('ranks latency by the nearest rank, of good answers only', () => {
    const { latency } = measureProbe(draw('.'.repeat(100), { tookMs: 7 }), FRAME)
    expect(latency).toEqual({
      before: { count: 1, p50: 7, p95: 7, p99: 7 },
      during: { count: 100, p50: 7, p95: 7, p99: 7 },
      after: undefined,
    })
    expect(measureProbe(draw('xxx'), FRAME).latency.during).toBeUndefined()
  })

  it('knows nothing of a recovery that was not watched to the end', () => {
    expect(measureProbe(draw('..xx'), { ...FRAME, whole: false }).recovered).toBe('unknown')
    expect(measureProbe(draw('..x...'), { ...FRAME, whole: false })).toMatchObject({ recovered: 'unknown', recoveryMs: undefined })
    expect(measureProbe(draw('.'), FRAME).recovered).toBe('unknown')
  })
})
