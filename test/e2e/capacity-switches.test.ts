/**
 * A fleet that comes back, and one that never does, under every lag of the services that keep it: none, and three times the usual.
 * `CAPACITY_RUNS=10` runs each of them ten times.
 */
import { describe, expect, it } from 'vitest'
import { defaultLags, lagEntries } from '../../simulator/account/lags.ts'
import { all, fleet, judge, RUNS, rebalancing } from './fleet.ts'
import { expectClean, expectFailure, expectPass } from './scenario.ts'

/** A launch is tried again after a second at the earliest. */
const SHORTEST: Partial<Record<string, number>> = { groupRetrySeconds: 1 }
const LAGS = Object.entries(defaultLags).flatMap(([name, seconds]) =>
  [SHORTEST[name] ?? 0, 3 * seconds].map((value) => [name, value] as const),
)

it('has every lag of the simulator', () => {
  expect(new Set(LAGS.map(([name]) => name))).toEqual(new Set(Object.keys(lagEntries)))
})

describe.concurrent.each(LAGS)('with %s: %d', (name, value) => {
  const switches = { [name]: value }

  it.each(RUNS)('a group that reacts and replaces survives, run %d', async () => {
    const inputs = { 'react-within': '100s', 'recovery-timeout': '30m' }
    const { played, outputs, backs } = await judge({ seed: rebalancing(true), switches, inputs })
    expectPass(played.main)
    expect(outputs).toMatchObject({ verdict: 'survived', reacted: 'true', interrupted: 'true' })
    expect(backs).toEqual(all(true))
    expectClean(played)
  })

  it.each(RUNS)('a group that cannot launch does not survive, run %d', async () => {
    const { played, outputs, backs } = await judge({ seed: fleet({ launchFailures: [{}] }), switches })
    expectFailure(played.main, 'was not back within 6m 0s')
    expect(outputs).toMatchObject({ verdict: 'not-survived', interrupted: 'true', replacements: '[]' })
    expect(backs).toEqual(all(false))
    expectClean(played)
  })
})
