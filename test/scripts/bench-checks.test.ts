import { describe, expect, it } from 'vitest'
import { passes, renderChecks, toCheck } from '../../scripts/verify/performance/checks.ts'
import { checkGrowth, renderGrowth } from '../../scripts/verify/performance/growth-report.ts'
import { checkRivals, METHOD, renderRivals } from '../../scripts/verify/performance/rivals-report.ts'
import type { ContenderId, ContenderRecord, EndedRun, GrowthCell, Machine, RivalRun } from '../../scripts/verify/performance/shapes.ts'

const MACHINE: Machine = { cpu: 'Some processor', cores: 2, memoryMb: 4096, platform: 'linux x64', node: 'v24.0.0' }

const toRun = (round: number, more: Partial<RivalRun> = {}): RivalRun => ({
  ...{ round, place: 1, wall: 30, aws: 22, overhead: 8, before: 0.2, noticing: 7.7, after: 0.1, cpu: 0.3, memoryMb: 70 },
  ...{ calls: { 'fis:GetExperiment': 3 }, watchesEc2: true, left: [], code: 0, ...more },
})
const toRecord = (id: ContenderId, runs: readonly RivalRun[], more: Partial<ContenderRecord> = {}): ContenderRecord => ({
  ...{ id, title: `The ${id}`, version: null, waitsFor: 'experiment', delayed: false, runs, cancelled: null, failed: null, ...more },
})
const SCRIPTS = toRecord('scripts', [
  toRun(1, { cpu: 6 }),
  toRun(2, { cpu: 60, left: ['template'], noticing: null }),
  toRun(3, { cpu: 6, watchesEc2: false }),
])

describe('a limit', () => {
  it.each([
    [1, 1.15, true, true, '✓'],
    [1.1, 1.15, false, true, '~'],
    [1.2, 1.15, false, false, '✗'],
    [1.2, null, false, true, '~'],
    [1.01, 1, false, false, '✗'],
    [Number.NaN, 1.15, false, false, '✗'],
  ])('of 1 with the value %d and the slack %d', (value, slack, met, passed, mark) => {
    const check = toCheck({ name: 'Some time', value, limit: 1, unit: 's', slack })
    expect(check.met).toBe(met)
    expect(passes([check])).toBe(passed)
    expect(renderChecks([check])).toBe(`${mark} Some time: ${value} s of at most 1`)
  })
})

describe('the limits of the action beside its rivals', () => {
  const cpuOf = (cpus: readonly number[]) =>
    checkRivals([
      SCRIPTS,
      toRecord(
        'ours-experiment',
        cpus.map((cpu, at) => toRun(at + 1, { cpu })),
      ),
    ])

  it('compare the processor time within each round', () => {
    // The second round is ten times as slow for both.
    expect(cpuOf([0.3, 3, 0.24])[0]?.value).toBeCloseTo(0.05)
    expect(passes(cpuOf([0.3, 3, 0.24]))).toBe(true)
    expect(passes(cpuOf([0.4, 4, 0.4]))).toBe(false)
  })

  it('measure the overhead without the time to notice, and do not fail the bench', () => {
    const slow = toRecord('ours-interruption', [toRun(1, { before: 0.5, after: 0.5 })])
    const delayed = toRecord('ours-interruption-delayed', [toRun(1, { before: 0.5, after: 0.5 })])
    const checks = checkRivals([slow, delayed])
    expect(checks.map(({ value, limit, met }) => [value, limit, met])).toEqual([
      [1, 0.35, false],
      [1, 1, true],
    ])
    expect(passes(checks)).toBe(true)
  })

  it('are shown below a table with every contender', () => {
    const cancelled: EndedRun = { code: null, signal: 'SIGINT', tookSeconds: 0.04, left: ['template', 'experiment'] }
    const contenders = [{ ...SCRIPTS, cancelled, failed: { ...cancelled, code: 1, signal: null, left: [] } }]
    const text = renderRivals({
      ...{ kind: 'rivals', date: '2026-01-01T00:00:00.000Z', machine: MACHINE, method: METHOD, rounds: 3, duration: 'PT2M' },
      ...{ switches: {}, delayMs: 60, contenders, skipped: [], checks: [] },
    })
    expect(text).toMatch(/\| CPU +\| 6\.00 s/)
    expect(text).toMatch(/\| leaves +\| template +\|/)
    expect(text).toMatch(/\| Ctrl-C +\| SIGINT after 0\.0 s, leaves template, experiment +\|/)
    expect(text).toMatch(/\| a failed experiment +\| 1 after 0\.0 s, leaves nothing +\|/)
    expect(text).toContain('The scripts: fis:GetExperiment 3')
  })
})

describe('the limits of growth', () => {
  const cell = (more: Partial<GrowthCell>): GrowthCell => ({
    ...{
      instances: 1,
      duration: 'PT2M',
      probes: 0,
      capacity: 0,
      wall: 125,
      calls: {},
      totalCalls: 38,
      callsPerMinute: 18,
      callsToEvidence: 36,
    },
    ...{ cpu: 0.3, idleShare: 0.0004, memoryMb: 70, startup: 0.1, loadedBytes: 500_000, verdict: 'not-judged', ...more },
  })

  it.each<[string, readonly Partial<GrowthCell>[], boolean]>([
    ['keeps them all', [{}, { instances: 50 }, { duration: 'PT15M', callsToEvidence: 110 }], true],
    ['has too many calls in two minutes', [{ callsToEvidence: 41 }], false],
    ['has too many calls in 15 minutes', [{ duration: 'PT15M', callsToEvidence: 111 }], false],
    ['may make more calls where it judges', [{ callsToEvidence: 200, capacity: 3 }], true],
    ['makes more calls for 50 instances', [{ callsToEvidence: 20 }, { instances: 50, callsToEvidence: 40 }], false],
    ['needs too much memory', [{ memoryMb: 90 }], false],
    ['may need more memory with probes', [{ memoryMb: 90, probes: 20 }], true],
    ['needs too much memory for 50 instances with probes', [{ instances: 50, probes: 20, memoryMb: 140 }], false],
  ])('%s', (_, cells, expected) => {
    expect(passes(checkGrowth(cells.map(cell)))).toBe(expected)
  })

  it('are shown below a table with every cell', () => {
    const text = renderGrowth({
      ...{
        kind: 'growth',
        date: '2026-01-01T00:00:00.000Z',
        machine: MACHINE,
        method: {},
        cells: [cell({})],
        loadedBytes: 500_000,
        checks: [],
      },
      download: { shippedGzipBytes: 500_000, shippedBytes: 2_000_000, archiveGzipBytes: null },
    })
    expect(text).toMatch(
      /\| PT2M\/1\/0\/0 \| 125\.0 s \| 38 +\| 36 +\| 18\.0 +\| 0\.30 s \| 0\.04 % \| 70 MB +\| 100 ms \| 500 KB \| not-judged \|/,
    )
    expect(text).toContain('\naction.yml and dist are 2000 KB, 500 KB with gzip.')
  })
})
