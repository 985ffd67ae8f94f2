/** Every outcome, under every setting of what AWS does not document and what outcomes depend on. */
import { describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { errorOf, expectClean, outcomes, play, READY, REGION, type RunOptions, TARGET } from './scenario.ts'
import { SETTINGS } from './undocumented.ts'

type Expected = {
  readonly outcome: string
  readonly interrupted: 'true' | 'false' | 'unknown'
  readonly says: RegExp
  /** Whether the step passes. */
  readonly code: 0 | 1
}

const OWN = { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] }
const BY_USER = { instance: TARGET, do: 'terminate', by: 'user' } as const
/** An experiment role that may do nothing. */
const DENIED = { ...OWN, roles: [{ name: 'denied', policies: {} }] }

const SCENARIOS: readonly (readonly [string, RunOptions, Expected])[] = [
  [
    'interrupted',
    { inputs: { duration: '3m' } },
    { outcome: 'interrupted', interrupted: 'true', says: /interrupted [35]m \d+s after the start/, code: 0 },
  ],
  [
    'drained 30 s after the notice',
    { inputs: { duration: '3m' }, seed: OWN, script: [{ ...BY_USER, at: 'notice', afterSeconds: 30 }] },
    { outcome: 'drained', interrupted: 'true', says: /drained by somebody else/, code: 0 },
  ],
  [
    'drained by AWS itself, which needs the capacity',
    { inputs: { duration: '3m' }, script: [{ ...BY_USER, by: 'no-capacity', at: 'notice', afterSeconds: 60 }] },
    { outcome: 'drained', interrupted: 'true', says: /drained by somebody else/, code: 0 },
  ],
  [
    'ended-early, before the notice',
    { inputs: { duration: '4m' }, seed: OWN, script: [{ ...BY_USER, at: 'start', afterSeconds: 1 }] },
    {
      outcome: 'ended-early',
      interrupted: 'false',
      says: /did not land on i-\w+ \(ended-early: left \d+s after the rebalance recommendation/,
      code: 1,
    },
  ],
  [
    'running, when the action failed and nothing came of it',
    { switches: { failExperiment: { when: 'after-start', code: 'InternalFailure', reason: 'went wrong', lands: false } } },
    { outcome: 'running', interrupted: 'false', says: /ended failed: went wrong/, code: 1 },
  ],
  [
    'running, when the role may do nothing',
    { seed: DENIED, inputs: { 'role-arn': 'arn:aws:iam::123456789012:role/denied' } },
    { outcome: 'running', interrupted: 'false', says: /ended failed/, code: 1 },
  ],
  [
    'unknown, when the time-out comes before the interruption',
    { inputs: { duration: '3m', timeout: '3m' }, switches: { startDelaySeconds: 20 } },
    { outcome: 'unknown', interrupted: 'unknown', says: /Timed out.*1 unknown.*may still come/, code: 1 },
  ],
  [
    'unknown, when only the experiment is waited for',
    { inputs: { duration: '15m', 'wait-for': 'experiment' }, switches: { completed: 'early' } },
    { outcome: 'unknown', interrupted: 'unknown', says: /whether it lands is not watched/, code: 0 },
  ],
]

describe.concurrent.each(SETTINGS.map((switches) => [JSON.stringify(switches), switches] as const))('with %s', (_, switches) => {
  it.each(SCENARIOS)('%s', async (_, options, expected) => {
    const played = await play({ ...options, switches: { ...switches, ...options.switches } })
    const { main } = played
    expectExit(main, expected.code)
    expect(outcomes(main)).toEqual({ [TARGET]: expected.outcome })
    expect(main.outputs.interrupted).toBe(expected.interrupted)
    expect(expected.code === 0 ? main.stdout : errorOf(main)).toMatch(expected.says)
    expect(main.outputs['interruption-seconds'] === '').toBe(expected.outcome === 'running' || expected.outcome === 'unknown')
    expectExit(await played.post(), 0)
    expectClean(played)
  })
})

describe.concurrent('a target without a Spot request', () => {
  const without: RunOptions = { seed: { ...READY, instances: [{ id: TARGET, region: REGION, request: false }] } }

  it('is interrupted by the time at which it left, where StateReason says that it was an interruption', async () => {
    const { main } = await play(without)
    expectExit(main, 0)
    expect(JSON.parse(main.outputs.targets ?? '[]')).toMatchObject([
      { outcome: 'interrupted', evidence: 'StateReason Server.SpotInstanceTermination, cause by time' },
    ])
  })

  it('counts as landed where nobody is named for a minute, with a warning', async () => {
    const { main } = await play({ ...without, switches: { stateReason: 'none' } })
    expectExit(main, 0)
    expect(outcomes(main)).toEqual({ [TARGET]: 'unknown' })
    expect(main.outputs.interrupted).toBe('unknown')
    expect(main.stdout).toContain(`⚠ ${TARGET} left at about the time of its interruption, but EC2 names no cause`)
  })
})
