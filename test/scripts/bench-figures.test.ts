import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Arrival,
  countCalls,
  countToEvidence,
  findStart,
  type Span,
  sumCalls,
  toTimed,
  watchesEc2,
} from '../../scripts/verify/performance/figures.ts'
import { median } from '../../scripts/verify/performance/statistics.ts'

const T0 = Date.parse('2026-01-01T00:00:00.000Z')
const at = (ms: number) => new Date(T0 + ms).toISOString()
const call = (ms: number, name: string, status: number | null = 200): Arrival => {
  const [service = '', operation = ''] = name.split(':')
  return { at: at(ms), service, operation, status }
}
const span = (fromMs: number, toMs: number, cpu = 0, memoryMb = 0): Span => ({ beganAt: T0 + fromMs, endedAt: T0 + toMs, cpu, memoryMb })

const JOURNAL = [
  call(200, 'ec2:DescribeInstances'),
  call(300, 'fis:StartExperiment', 429),
  call(500, 'fis:StartExperiment'),
  call(10_000, 'fis:GetExperiment'),
  call(20_500, 'fis:GetExperiment'),
  call(21_000, 'fis:DeleteExperimentTemplate'),
]
const CHANGES = { experimentEndsAt: T0 + 20_000, instanceLeavesAt: T0 + 120_500 }

describe('figures from a journal', () => {
  it('counts calls by service and operation, the most frequent first', () => {
    const calls = countCalls(JOURNAL)
    expect(Object.entries(calls)).toEqual([
      ['fis:StartExperiment', 2],
      ['fis:GetExperiment', 2],
      ['ec2:DescribeInstances', 1],
      ['fis:DeleteExperimentTemplate', 1],
    ])
    expect(sumCalls(calls)).toBe(JOURNAL.length)
  })

  it('finds the start that AWS accepted', () => {
    expect(findStart(JOURNAL)).toBe(T0 + 500)
    expect(findStart([call(1, 'fis:StartExperiment', null)])).toBeUndefined()
  })

  it.each([
    ['a look before the start is none', JOURNAL, false],
    ['a look after the start', [...JOURNAL, call(22_000, 'ec2:DescribeSpotInstanceRequests')], true],
    ['without a start', [call(1, 'ec2:DescribeInstances')], false],
  ])('whether EC2 is watched: %s', (_, journal, expected) => {
    expect(watchesEc2(journal)).toBe(expected)
  })
})

describe('the calls until an interruption is proved', () => {
  const journal = [
    call(100, 'ec2:DescribeSpotInstanceRequests'),
    call(119_000, 'ec2:DescribeInstances'),
    call(120_600, 'ec2:DescribeInstances'),
    call(120_700, 'ec2:DescribeSpotInstanceRequests'),
    call(120_800, 'fis:ListExperimentTemplates'),
  ]

  it.each([
    ['up to the cause', 120_500, 4],
    ['all, where no read shows the cause', 120_750, 5],
    ['a read at the very moment shows it', 100, 1],
  ])('are %s', (_, leftMs, expected) => {
    expect(countToEvidence(journal, T0 + leftMs)).toBe(expected)
  })
})

describe('the times of a run', () => {
  it('splits them by the start, the change and the read that shows it, and leaves out the time between two stages', () => {
    const spans = [span(0, 21_500, 0.4, 60), span(30_000, 30_100, 0.1, 50)]
    expect(toTimed({ spans, journal: JOURNAL, changes: CHANGES, waitsFor: 'experiment' })).toEqual({
      wall: 21.6,
      aws: 19.5,
      overhead: expect.closeTo(2.1, 6),
      before: 0.5,
      noticing: 0.5,
      after: expect.closeTo(1.1, 6),
      cpu: 0.5,
      memoryMb: 60,
      calls: countCalls(JOURNAL),
      watchesEc2: false,
    })
  })

  it('has no time to notice where nobody looks', () => {
    const timed = toTimed({ spans: [span(0, 140_500)], journal: JOURNAL, changes: CHANGES, waitsFor: 'clock' })
    expect(timed).toMatchObject({ aws: 120, noticing: null, overhead: 20.5, before: 0.5, after: 20 })
  })

  it.each([
    ['that started nothing', { journal: [], waitsFor: 'experiment', toMs: 30_000 }, 'started no experiment'],
    ['that ended before the change', { journal: JOURNAL, waitsFor: 'interruption', toMs: 30_000 }, 'ended before the change'],
    ['whose instance never left', { journal: JOURNAL, waitsFor: 'clock', toMs: 1e9, never: true }, 'ended before the change'],
  ] as const)('refuses a run %s', (_, { journal, waitsFor, toMs, ...more }, message) => {
    const changes = 'never' in more ? { ...CHANGES, instanceLeavesAt: Number.POSITIVE_INFINITY } : CHANGES
    expect(() => toTimed({ spans: [span(0, toMs)], journal, changes, waitsFor })).toThrow(message)
  })

  it('has parts that add up to the overhead, for any moments in their order', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(gaps, fc.constantFrom('experiment', 'interruption', 'clock'), ([a = 0, b = 0, c = 0, d = 0], waitsFor) => {
        const changedAt = T0 + a + b
        const read = a + b + c
        const journal = [call(a, 'fis:StartExperiment'), call(read, 'fis:GetExperiment'), call(read, 'ec2:DescribeInstances')]
        const changes = { experimentEndsAt: changedAt, instanceLeavesAt: changedAt }
        const { wall, aws, overhead, before, noticing, after } = toTimed({ spans: [span(0, read + d)], journal, changes, waitsFor })
        expect(wall - aws).toBeCloseTo(overhead, 6)
        expect(before + (noticing ?? 0) + after).toBeCloseTo(overhead, 6)
        expect(after).toBeGreaterThanOrEqual(-1e-6)
      }),
    )
  })
})

it.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})
