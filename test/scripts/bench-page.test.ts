import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillParts } from '../../scripts/verify/page.ts'
import type { Files } from '../../scripts/verify/performance/page-files.ts'
import { renderFigures, renderParts } from '../../scripts/verify/performance/page-parts.ts'
import { fakeGrowth, fakeLag, fakeRivals, fakeRun } from '../fakes/performance.ts'

const NONE: Files = { rivals: undefined, lag: undefined, growth: undefined }
const ALL: Files = { rivals: fakeRivals(), lag: fakeLag(), growth: fakeGrowth() }
const plain = (text = '') => text.replaceAll('\u00a0', ' ')

/** The cells of the row of a table that begins with this. */
function row(part: string | undefined, first: string): readonly string[] {
  const line =
    plain(part)
      .split('\n')
      .find((one) => one.startsWith(`| ${first}`)) ?? ''
  return line
    .split('|')
    .slice(1, -1)
    .map((one) => one.trim())
}

describe('the parts of the page on performance', () => {
  const parts = renderParts(ALL, {})

  it('have a place on the page each', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/performance.md'), 'utf8')
    const filled = fillParts(page, parts, 'docs/performance.md')
    for (const part of Object.values(parts)) expect(filled).toContain(part)
  })

  it('show the medians of each contender, and what nobody measured as a dash', () => {
    expect(row(parts.rivals, 'This action, experiment')).toEqual([
      'This action, experiment',
      'end of the experiment',
      '30.0 s',
      '22.0 s',
      '8.00 s',
      '7.60 s',
      '0.50 s',
      '70 MB',
      '9',
      'yes',
    ])
    expect(row(parts.rivals, 'Shell scripts').slice(4, 6)).toEqual(['25.00 s', '–'])
    const three = fakeRivals({ contenders: [{ ...fakeRivals().contenders[0], runs: [1, 3, 2].map((wall) => fakeRun({ wall })) } as never] })
    expect(row(renderParts({ ...ALL, rivals: three }, {}).rivals, 'Shell scripts')[2]).toBe('2.0 s')
  })

  it('say why a contender was skipped, and of which version one is', () => {
    expect(parts.rivals).toContain('ec2-spot-interrupter was skipped. There is no binary.')
    expect(parts.rivals).toContain('Shell scripts: aws-cli/1.2.3.')
  })

  it('show each lag beside its limit, and whether it is kept', () => {
    expect(row(parts.lag, 'a target leaves when')).toEqual([
      'a target leaves when its interruption is due',
      'simulated',
      '3',
      '0.90 s (≤ 1)',
      '1.40 s (≤ 2.5)',
      '1.40 s',
      '✓',
    ])
    const late = fakeLag({ exact: { ...fakeLag().exact, departure: [1200, 1200] } })
    expect(row(renderParts({ ...ALL, lag: late }, {}).lag, 'a target leaves when').at(-1)).toBe('✗')
  })

  it('show every cell of the growth, and every limit', () => {
    expect(plain(parts.growth)).toContain('All 24 runs')
    expect(row(parts.growth, 'PT15M')).toEqual(['PT15M', '1', '0', '0', '35', '33', '17.5', '0.60 s', '0.40 %', '62 MB', '0.20 s'])
    expect(parts.growth?.match(/^\| PT/gm)).toHaveLength(24)
    expect(row(parts.limits, 'CPU')).toEqual(['CPU', '0.04 x', '0.05 x', '✓', '0.0575 x'])
  })

  it('say what to run where nothing is kept', () => {
    const empty = renderParts(NONE, {})
    for (const name of ['rivals', 'lag', 'growth']) expect(empty[name]).toContain(`\`npm run bench -- ${name} --write\``)
  })

  it('begin with the picture', () => {
    expect(renderParts(ALL, { lag: '<picture/>' }).lag).toMatch(/^<picture\/>\n\n\| change/)
  })
})

describe('the figures of the README', () => {
  it('are three, with the date', () => {
    const text = renderFigures(ALL)
    expect(text).toContain('simulated AWS on 2026-01-31')
    expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(3)
    expect(text).toMatch(/8\.0 s more.*\n.*0\.50 s.*25 times.*\n.*after 0\.9 s \(median of 3 runs\)/)
  })

  it('are missing where one of them was not measured', () => {
    expect(renderFigures({ ...ALL, lag: undefined })).toBe('')
    expect(renderFigures({ ...ALL, rivals: undefined })).toBe('')
  })
})
