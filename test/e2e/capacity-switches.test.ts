/** A fleet that comes back, and one that never does, under every lag of the services that keep it: none, and three times the usual. */
import { describe, expect, it } from 'vitest'
import { defaultLags, lagEntries } from '../../simulator/account/lags.ts'
import { all, fleet, judge, rebalancing } from './fleet.ts'
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

  it('a group that reacts and replaces survives', async () => {
    const inputs = { 'react-within': '100s', 'recovery-timeout': '30m' }
    const { scene, outputs, backs } = await judge({ seed: rebalancing(true), switches, inputs })
    expectPass(scene.main)
    expect(outputs).toMatchObject({ verdict: 'survived', reacted: 'true', interrupted: 'true' })
    expect(backs).toEqual(all(true))
    expectClean(scene)
  })

  it('a group that cannot launch does not survive', async () => {
    const { scene, outputs, backs } = await judge({ seed: fleet({ launchFailures: [{}] }), switches })
    expectFailure(scene.main, 'was not back within 6m 0s')
    expect(outputs).toMatchObject({ verdict: 'not-survived', interrupted: 'true', replacements: '[]' })
    expect(backs).toEqual(all(false))
    expectClean(scene)
  })
})
