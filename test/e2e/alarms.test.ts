import { describe, expect, it } from 'vitest'
import { countCalls, expectClean, expectFailure, expectPass, play, READY, REGION, type SeedResources, writes } from './scenario.ts'

const arnOf = (name: string) => `arn:aws:cloudwatch:${REGION}:123456789012:alarm:${name}`
const ALARM = 'errors, checkout'
const seedOf = (...alarms: NonNullable<SeedResources['alarms']>): SeedResources => ({ ...READY, alarms })
const inputs = { 'stop-alarms': arnOf(ALARM) }

describe.concurrent('stop alarms', () => {
  it.each(['MetricAlarm', 'CompositeAlarm'] as const)(
    'that stay OK let the run pass, and FIS gets them as stop conditions: %s',
    async (kind) => {
      const played = await play({ inputs, seed: seedOf({ name: ALARM, region: REGION, kind }) })
      expectPass(played.main)
      const created = played.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')
      expect(JSON.stringify(created)).toContain(`{"source":"aws:cloudwatch:alarm","value":"${arnOf(ALARM)}"}`)
      expect(countCalls(played)['monitoring:DescribeAlarms']).toBeGreaterThan(3)
      expectClean(played)
    },
  )

  it.each<[string, SeedResources, Record<string, string>, string]>([
    ['that do not exist', seedOf(), inputs, 'cannot be found'],
    ['that are in ALARM', seedOf({ name: ALARM, region: REGION, state: 'ALARM' }), inputs, 'is in ALARM already'],
    [
      'of another account',
      seedOf({ name: ALARM, region: REGION }),
      { 'stop-alarms': arnOf(ALARM).replace('123456789012', '999999999999') },
      'is not in account 123456789012',
    ],
  ])('%s are refused, and nothing is created', async (_, seed, given, words) => {
    const played = await play({ inputs: given, seed })
    expectFailure(played.main, words)
    expect(writes(played)).toEqual([])
  })

  it('that go to ALARM fail the step, and the watch goes on to its end', async () => {
    const played = await play({
      inputs,
      seed: seedOf({ name: ALARM, region: REGION }),
      meanwhile: {
        seen: / - running/,
        act: (simulator) => simulator.seed({ alarms: [{ name: ALARM, region: REGION, state: 'ALARM' }] }),
      },
    })
    expectFailure(played.main, `The stop alarm ${arnOf(ALARM)} was in ALARM`, 'does not recall an interruption')
    const halted = { interrupted: 'true', state: 'stopped', reason: 'Experiment halted by stop condition.' }
    expect(played.main.outputs).toMatchObject(halted)
    expectClean(played)
  })

  it('are not asked about where there are none', async () => {
    const played = await play()
    expect(Object.keys(countCalls(played)).filter((name) => /^(monitoring|autoscaling):/.test(name))).toEqual([])
  })
})
