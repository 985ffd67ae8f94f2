import { describe, expect, it } from 'vitest'
import { renderGantt } from '../../../src/report/gantt.ts'
import { toOutputs } from '../../../src/report/outputs.ts'
import { renderProbes } from '../../../src/report/probes.ts'
import { toCells } from '../../../src/report/strip.ts'
import { renderBars, renderStrips, toMark } from '../../../src/report/strips.ts'
import { reported } from '../../fakes/conclusion.ts'
import { JUDGED_RUN, PROBING, reportJudged } from '../../fakes/judged-run.ts'
import { draw } from '../../fakes/samples.ts'
import { renderWhole } from '../../fakes/summary.ts'
import { moment, planned } from '../../fakes/timeline.ts'

describe('a strip', () => {
  it('counts every answer in the column of its sending', () => {
    const cells = toCells(draw('..xx.'), { fromMs: 0, untilMs: 8000, columns: 2 })
    expect(cells.map(({ healthy, failed }) => [healthy, failed])).toEqual([
      [2, 1],
      [1, 1],
    ])
  })

  it('is healthy, failed in part, down, unknown or empty: one unknown check is enough where nothing failed', () => {
    const span = { fromMs: 0, untilMs: 32_000, columns: 8 }
    const signs = toCells(draw('...x.xx  uu.u.xu?'), span).map((cell) => toMark(cell).sign)
    expect(signs.join('')).toBe('🟩🔶🔴🔹🔳🔳🔶🔳')
    expect(toCells(draw('.u?'), { fromMs: 0, untilMs: 4000, columns: 1 })).toMatchObject([{ healthy: 1, failed: 0, unknown: 2 }])
  })

  it('shows latency up to the slowest answer, and nothing where none was healthy', () => {
    const cells = [10, undefined, 80].map((slowestMs) => ({ healthy: 1, failed: 0, unknown: 0, slowestMs }))
    expect(renderBars(cells, 80)).toBe('▂▂  ██')
  })
})

describe('the summary of a judged run', () => {
  it('begins with the verdict, the figures and the reason', () => {
    const blocks = renderWhole(reportJudged()).split('\n\n')
    expect(blocks[0]).toBe('## ❌ Not survived')
    expect(blocks[1]).toMatch(/^\| <sub>Availability<\/sub> \| <sub>Outage<\/sub> \| <sub>Recovery<\/sub> \| <sub>Targets<\/sub> \|\n/)
    expect(blocks[1]?.split('\n')[2]?.replaceAll('&nbsp;', ' ').replaceAll(/ +\|/g, ' |')).toBe(
      '| ❌ **83.1 %**<br><sub>≥ 90 %</sub> | ❌ **38s**<br><sub>≤ 30s</sub> | ✅ **39s**<br><sub>≤ 6m 0s</sub> | ✅ **1 of 1**<br><sub>reached</sub> |',
    )
    expect(blocks[2]).toMatch(/^web was healthy in 83\.1 % of 113 checks.*; web was down for 38s, longer than the 30s of max-outage\.$/)
  })

  it('says so when the run failed although the service survived', () => {
    const well = JUDGED_RUN.map((event) =>
      event.kind === 'probed'
        ? { ...event, allSamples: [draw('.'.repeat(123), { from: -20 }), draw('.'.repeat(123), { from: -20, name: 'db' })] }
        : event,
    )
    expect(renderWhole(reportJudged([], well, 'cancelled'))).toMatch(/^## ❌ Survived, but cancelled\n/)
    const passed = renderWhole(reported(well, { pass: true, text: 'x', hint: '' }))
    expect(passed).toMatch(/^## ✅ Survived\n/)
    expect(passed).toContain('\nEach of 2 probes was healthy in every check.\n')
  })

  it('has a row of figures for each probe, each figure with its sign, and its address', () => {
    const rows = renderProbes(reportJudged()).replaceAll('&nbsp;', ' ').split('\n')
    expect(rows.find((row) => row.includes('<samp>web</samp></td><td>❌'))).toContain('<td>❌ 83.1 %</td><td>❌ 38s</td><td>✅ 39s</td>')
    expect(rows.find((row) => row.includes('<samp>db</samp></td><td>✅'))).toContain('<td>✅ 100 %</td><td>✅ none</td><td>✅ 0s</td>')
    expect(rows.find((row) => row.includes('example.com/health'))).toContain('<td>94 healthy, 19 failed</td><td>20 / 20 / 20</td>')
    expect(renderProbes(reported([], { pass: true, text: '', hint: '' }))).toBe('')
  })

  it('shows signals above the strips, all of one width', () => {
    const rows = renderStrips(reportJudged()).split('```text\n')[1]?.split('\n') ?? []
    const signs = (row = '') => [...row.matchAll(/\p{Extended_Pictographic}/gu)].length
    expect([rows[1], rows[3], rows[5]].map(signs)).toEqual([18, 18, 18])
    expect([rows[0], rows[2], rows[4]]).toEqual(['signals', 'web', 'db'])
    expect(rows[1]).toMatch(/^🔹+🔔🔹+💥🔹+$/u)
    expect(rows[3]).toMatch(/^🟩+🔶?🔴+🔶?🟩+$/u)
    expect(rows[5]).toMatch(/^🟩+$/u)
  })

  it('folds the strips of probes that were healthy all the time where there are many', () => {
    const names = ['web', 'a', 'b', 'c', 'd', 'e']
    const allSamples = names.map((name) => draw(`${'.'.repeat(100)}${(name === 'web' ? 'x' : '.').repeat(23)}`, { from: -20, name }))
    const [open = '', folded = ''] = renderStrips(
      reportJudged(
        [],
        JUDGED_RUN.map((event) => (event.kind === 'probed' ? { ...event, allSamples } : event)),
      ),
    ).split('<details>')
    expect(open).toContain('web\n')
    expect(open).not.toContain('a\n🟩')
    expect(folded).toContain('<summary>🟩 5 probes, healthy all the time</summary>')
  })

  it('draws outage and recovery', () => {
    const rows = renderGantt(reportJudged())?.split('\n') ?? []
    const ms = (seconds: number) => moment(seconds).toISOString().replace('T', ' ').replace('Z', '')
    expect(rows).toContain(`  Probe web down 38s :crit, ${ms(122)}, ${ms(160)}`)
    expect(rows).toContain(`  Probe web recovered :${ms(160)}, ${ms(225)}`)
    expect(rows).toContain(`  Probe db healthy :${ms(0)}, ${ms(225)}`)
  })

  it('draws only the longest outages of a probe that flaps', () => {
    const flapping = draw(`${'.'.repeat(40)}${'x.'.repeat(20)}${'xx.'.repeat(3)}${'.'.repeat(14)}`, { from: -20 })
    const timeline = JUDGED_RUN.map((event) => (event.kind === 'probed' ? { ...event, allSamples: [flapping] } : event))
    expect(renderGantt(reportJudged([], timeline))?.match(/web down/g)).toHaveLength(3)
  })

  it('stays below the limit with twenty probes that flap over fifty targets', () => {
    const probes = Array.from({ length: 20 }, (_, index) => ({ name: `probe-${index}`, shown: `https://example.com/${'x'.repeat(180)}` }))
    const allSamples = probes.map(({ name }) => draw('x.'.repeat(5000), { name, every: 0.1 }))
    const plan = planned({
      probeRules: { ...PROBING, probes },
      instanceIds: Array.from({ length: 50 }, (_, index) => `i-${String(index).padStart(17, '0')}`),
    })
    const timeline = JUDGED_RUN.map((event) =>
      event.kind === 'planned' ? { ...event, plan } : event.kind === 'probed' ? { ...event, allSamples, untilMs: 1_000_000 } : event,
    )
    const text = renderWhole(reportJudged([], timeline))
    expect(Buffer.byteLength(text)).toBeLessThan(200_000)
    for (const part of ['### Targets', '### Timeline', '### Checks', '### Probes', '### Clean-up']) expect(text).toContain(part)
  })
})

it('the outputs of a judged run are rounded as promised', () => {
  expect(toOutputs(reportJudged(), { report: 'r.json', predicate: '', junit: 'r.xml' })).toMatchObject({
    verdict: 'not-survived',
    availability: '83.1',
    'longest-outage-seconds': '38',
    'recovery-seconds': '39',
    report: 'r.json',
    junit: 'r.xml',
  })
})
