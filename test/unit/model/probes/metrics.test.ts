import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureProbe, type Window } from '../../../../src/model/probes/metrics.ts'
import { createSampleRecorder } from '../../../../src/model/probes/samples.ts'
import { draw } from '../../../fakes/samples.ts'

const FRAME: Window = { startMs: 0, fromMs: 0, leftMs: undefined, untilMs: 1_000_000, intervalMs: 2000, whole: true }

describe('measureProbe', () => {
  it('holds for any run of checks: the three kinds make all, outages lie one after the other and hold every failed check', () => {
    const signs = fc.array(fc.constantFrom('.', 'x', 'u'), { maxLength: 200 })
    fc.assert(
      fc.property(signs, (all) => {
        const samples = draw(all.join(''))
        const untilMs = all.length * 2000
        const { healthy, failed, unknown, outages, longestOutageMs } = measureProbe(samples, { ...FRAME, untilMs })
        const count = (wanted: string) => all.filter((sign) => sign === wanted).length
        expect([healthy, failed, unknown]).toEqual([count('.'), count('x'), count('u')])
        const inside = (ms: number) => outages.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)
        const known = (sign: string) => sign !== 'u'
        expect(all.map((_, at) => inside(at * 2000)).filter((_, at) => known(all[at] ?? ''))).toEqual(
          all.filter(known).map((sign) => sign === 'x'),
        )
        expect(outages.every(({ fromMs, toMs }, at) => fromMs < toMs && fromMs > (outages[at - 1]?.toMs ?? -1))).toBe(true)
        expect(longestOutageMs).toBe(Math.max(0, ...outages.map(({ fromMs, toMs }) => toMs - fromMs)))
      }),
    )
  })

  it('availability never rises when a healthy check fails, and no outage gets shorter', () => {
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

  it('ranks latency by the nearest rank, of healthy checks only', () => {
    const { latency } = measureProbe(draw('.'.repeat(100), { tookMs: 7 }), FRAME)
    expect(latency).toEqual({
      before: { count: 1, p50: 7, p95: 7, p99: 7 },
      during: { count: 100, p50: 7, p95: 7, p99: 7 },
      after: undefined,
    })
    expect(measureProbe(draw('xxx'), FRAME).latency.during).toBeUndefined()
    const ranks = (took: readonly number[]) => {
      const recorder = createSampleRecorder('web')
      took.forEach((ms, at) => {
        recorder.settle(recorder.send(at), 'healthy', ms)
      })
      const { p50, p95, p99 } = measureProbe(recorder.samples(), FRAME).latency.during ?? {}
      return [p50, p95, p99]
    }
    expect(ranks([30, 10, 20])).toEqual([20, 30, 30])
    expect(ranks(Array.from({ length: 100 }, (_, at) => ((at * 37) % 100) + 1))).toEqual([50, 95, 99])
    expect(ranks([5])).toEqual([5, 5, 5])
  })

  it('leaves unknown checks out of the availability, and counts them as failed in the lowest that is possible', () => {
    const { availability, lowestAvailability, unknown } = measureProbe(draw('...xuuu?'), FRAME)
    expect([availability, lowestAvailability, unknown]).toEqual([75, 37.5, 4])
    expect(measureProbe(draw(''), FRAME)).toMatchObject({ availability: undefined, lowestAvailability: undefined, due: 500 })
    expect(measureProbe(draw('uu'), FRAME)).toMatchObject({ availability: undefined, lowestAvailability: 0 })
  })
})
