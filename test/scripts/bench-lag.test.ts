import { beforeAll, describe, expect, it } from 'vitest'
import { measureExact } from '../../scripts/verify/performance/lag-exact.ts'
import { EXACT_KINDS, type ExactKind, findMissed, LAG_KINDS, type Lags } from '../../scripts/verify/performance/lag-shapes.ts'

const PHASES = 200

describe('how long the run takes to notice a change of AWS', () => {
  let lags: Lags<ExactKind>
  beforeAll(async () => {
    lags = await measureExact(PHASES)
  })

  it.each(EXACT_KINDS)('keeps the limits: %s', (kind) => {
    expect(lags[kind], LAG_KINDS[kind]).toHaveLength(PHASES)
    expect(findMissed(kind, lags[kind])).toEqual([])
  })

  it('depends on where between two polls the change falls', () => {
    for (const kind of EXACT_KINDS) expect(new Set(lags[kind]).size, kind).toBeGreaterThan(1)
  })
})

describe('the limits of lags', () => {
  it('are missed by a median, by one in twenty, and by a single long lag', () => {
    expect(findMissed('departure', [900, 1000, 1100])).toEqual([])
    expect(findMissed('departure', [900, 1100, 1100])).toEqual(['median 1100 ms of at most 1000 ms'])
    expect(findMissed('departure', [900, 900, 3000])).toEqual(['p95 3000 ms of at most 2500 ms'])
    expect(findMissed('completed', [...Array(99).fill(1000), 10_100])).toEqual(['most 10100 ms of at most 10000 ms'])
  })

  it('are missed where there is nothing', () => {
    expect(findMissed('departure', [])).not.toEqual([])
  })
})
