import { describe, expect, it } from 'vitest'
import type { TargetOutcome } from '../../../../src/model/verdict/outcome.ts'
import { readLastEnd } from '../../../../src/model/verdict/window.ts'

const target = (changes: Partial<TargetOutcome>): TargetOutcome => {
  return { id: 'i-1', outcome: 'interrupted', evidence: '', landed: true, state: '', behaviour: '', settled: true, ...changes }
}

describe('readLastEnd', () => {
  it.each([
    [
      'the last end',
      [
        { leftMs: 1000, endedMs: 9000 },
        { leftMs: 2000, endedMs: 5000 },
      ],
      9000,
    ],
    ['60 s after a target left that is not seen to end', [{ leftMs: 1000, endedMs: 9000 }, { leftMs: 2000 }], 62_000],
    ['nothing while a target has not left', [{ leftMs: 1000, endedMs: 9000 }, {}], undefined],
    ['nothing without a target', [], undefined],
  ] as const)('is %s', (_, targets, expected) => {
    expect(readLastEnd(targets.map(target))).toBe(expected)
  })
})
