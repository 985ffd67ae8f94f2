import { describe, expect, it } from 'vitest'
import { renderGantt } from '../../../src/report/gantt.ts'
import { toOutputs } from '../../../src/report/outputs.ts'
import { renderProbes, renderStrips } from '../../../src/report/probes.ts'
import { renderBars, renderSquares, toCells } from '../../../src/report/strip.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { reported } from '../../fakes/conclusion.ts'
import { draw } from '../../fakes/samples.ts'
import { moment, planned } from '../../fakes/timeline.ts'
import { JUDGED, judged, PROBING } from './judged.ts'

describe('a strip', () => {
  it('counts every answer in the column of its sending', () => {
    const cells = toCells(draw('..xx.'), { fromMs: 0, untilMs: 8000, columns: 2 })
    expect(cells.map(({ healthy, failed }) => [healthy, failed])).toEqual([
      [2, 1],
      [1, 1],
    ])
  })

  it('is green, yellow, red, unknown or empty: one unknown check is enough where nothing failed', () => {
    const span = { fromMs: 0, untilMs: 32_000, columns: 8 }
    expect(renderSquares(toCells(draw('...x.xx  uu.u.xu?'), span))).toBe('🟩🟨🟥⬜🔳🔳🟨🔳')
    expect(toCells(draw('.u?'), { fromMs: 0, untilMs: 4000, columns: 1 })).toMatchObject([{ healthy: 1, failed: 0, unknown: 2 }])
  })

  it('shows latency up to the slowest answer, and nothing where none was healthy', () => {
    const cells = [10, undefined, 80].map((slowestMs) => ({ healthy: 1, failed: 0, unknown: 0, slowestMs }))
    expect(renderBars(cells, 80)).toBe('▂▂  ██')
  })
})

describe('the summary of a judged run', () => {
  it('begins with the verdict and its reason', () => {
    const [first, , third] = renderSummary(judged()).split('\n')
    expect(first).toMatch(/^## ❌ Not survived: web was healthy in 83\.1 % of 113 checks.*; web was down for 38s, longer than the 30s/)
    expect(third).toMatch(/ interrupted$/)
  })

  it('says so when the run failed although the service survived', () => {
    const well = JUDGED.map((event) =>
      event.kind === 'probed'
        ? { ...event, allSamples: [draw('.'.repeat(123), { from: -20 }), draw('.'.repeat(123), { from: -20, name: 'db' })] }
        : event,
    )
    expect(renderSummary(judged([], well))).toMatch(/^## ❌ Failed, though the service survived: /)
    const passed = renderSummary(reported(well, { pass: true, text: 'x', hint: '' }))
    expect(passed).toMatch(/^## ✅ Survived: each of 2 probes was healthy in every check\.\n/)
  })

  it('has a row of numbers for each probe, and its address', () => {
    const rows = renderProbes(judged()).split('\n')
    expect(rows.find((row) => row.startsWith('| `web`'))).toMatch(
      /example\.com\/health +\| 83\.1 % of 113 +\| 38 s +\| 39 s +\| 20 \/ 20 \/ 20/,
    )
    expect(rows.find((row) => row.startsWith('| `db`'))).toMatch(/\| 100 % of 113 +\| none +\| 0 s /)
    expect(renderProbes(reported([], { pass: true, text: '', hint: '' }))).toBe('')
  })

  it('shows phases above the strips, all of one width', () => {
    const strips = renderStrips(judged())
    const [phase = '', web = '', , db = ''] = strips.split('```text\n')[1]?.split('\n') ?? []
    const squares = (row: string) => [...row.matchAll(/\p{Extended_Pictographic}/gu)].length
    expect([phase, web, db].map(squares)).toEqual([40, 40, 40])
    expect(phase).toMatch(/^phase +🟦+🟧+🟫?⬛+$/u)
    expect(web).toMatch(/^web +🟩+🟨?🟥+🟨?🟩+$/u)
    expect(db).toMatch(/^db +🟩+$/u)
  })

  it('draws outage and recovery', () => {
    const rows = renderGantt(judged())?.split('\n') ?? []
    const ms = (seconds: number) => moment(seconds).toISOString().replace('T', ' ').replace('Z', '')
    expect(rows).toContain(`  Probe web down :crit, ${ms(122)}, ${ms(160)}`)
    expect(rows).toContain(`  Probe web well again :done, ${ms(160)}, ${ms(225)}`)
    expect(rows).toContain(`  Probe db well :done, ${ms(0)}, ${ms(225)}`)
  })

  it('draws only the longest outages of a probe that flaps', () => {
    const flapping = draw(`${'.'.repeat(40)}${'x.'.repeat(20)}${'xx.'.repeat(3)}${'.'.repeat(14)}`, { from: -20 })
    const timeline = JUDGED.map((event) => (event.kind === 'probed' ? { ...event, allSamples: [flapping] } : event))
    expect(renderGantt(judged([], timeline))?.match(/web down/g)).toHaveLength(5)
  })

  it('stays below the limit with twenty probes that flap over fifty targets', () => {
    const probes = Array.from({ length: 20 }, (_, index) => ({ name: `probe-${index}`, shown: `https://example.com/${'x'.repeat(180)}` }))
    const allSamples = probes.map(({ name }) => draw('x.'.repeat(5000), { name, every: 0.1 }))
    const plan = planned({
      probeRules: { ...PROBING, probes },
      instanceIds: Array.from({ length: 50 }, (_, index) => `i-${String(index).padStart(17, '0')}`),
    })
    const timeline = JUDGED.map((event) =>
      event.kind === 'planned' ? { ...event, plan } : event.kind === 'probed' ? { ...event, allSamples, untilMs: 1_000_000 } : event,
    )
    const text = renderSummary(judged([], timeline))
    expect(Buffer.byteLength(text)).toBeLessThan(200_000)
    for (const part of ['### Targets', '### Timeline', '### Availability', '### Probes', '### Created']) expect(text).toContain(part)
  })
})

it('the outputs of a judged run are rounded as promised', () => {
  expect(toOutputs(judged(), { report: 'r.json', predicate: '', junit: 'r.xml' })).toMatchObject({
    verdict: 'not-survived',
    availability: '83.1',
    'longest-outage-seconds': '38',
    'recovery-seconds': '39',
    report: 'r.json',
    junit: 'r.xml',
  })
})
