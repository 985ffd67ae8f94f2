import { describe, expect, it } from 'vitest'
import { countCalls, expectClean, expectFailure, expectPass, play, READY, REGION, type World, writes } from './scenario.ts'

const arnOf = (name: string) => `arn:aws:cloudwatch:${REGION}:123456789012:alarm:${name}`
const ALARM = 'errors, checkout'
const seedOf = (...alarms: NonNullable<World['alarms']>): World => ({ ...READY, alarms })
const inputs = { 'stop-alarms': arnOf(ALARM) }

describe.concurrent('stop alarms', () => {
  it.each(['MetricAlarm', 'CompositeAlarm'] as const)(
    'that stay OK let the run pass, and FIS gets them as stop conditions: %s',
    async (kind) => {
      const scene = await play({ inputs, seed: seedOf({ name: ALARM, region: REGION, kind }) })
      expectPass(scene.main)
      const created = scene.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')
      expect(JSON.stringify(created)).toContain(`{"source":"aws:cloudwatch:alarm","value":"${arnOf(ALARM)}"}`)
      expect(countCalls(scene)['monitoring:DescribeAlarms']).toBeGreaterThan(3)
      expectClean(scene)
    },
  )

  it.each<[string, World, Record<string, string>, string]>([
    ['that do not exist', seedOf(), inputs, 'cannot be found'],
    ['that are in ALARM', seedOf({ name: ALARM, region: REGION, state: 'ALARM' }), inputs, 'is in ALARM already'],
    [
      'of another account',
      seedOf({ name: ALARM, region: REGION }),
      { 'stop-alarms': arnOf(ALARM).replace('123456789012', '999999999999') },
      'is not in account 123456789012',
    ],
  ])('%s are refused, and nothing is created', async (_, seed, given, words) => {
    const scene = await play({ inputs: given, seed })
    expectFailure(scene.main, words)
    expect(writes(scene)).toEqual([])
  })

  it('that go to ALARM fail the step, and the watch goes on to its end', async () => {
    const scene = await play({
      inputs,
      seed: seedOf({ name: ALARM, region: REGION }),
      meanwhile: {
        seen: / - running/,
        act: (simulator) => simulator.seed({ alarms: [{ name: ALARM, region: REGION, state: 'ALARM' }] }),
      },
    })
    expectFailure(scene.main, `The stop alarm ${arnOf(ALARM)} was in ALARM`, 'does not recall an interruption')
    const halted = { interrupted: 'true', state: 'stopped', reason: 'Experiment halted by stop condition.' }
    expect(scene.main.outputs).toMatchObject(halted)
    expectClean(scene)
  })

  it('are not asked about where there are none', async () => {
    const scene = await play()
    expect(Object.keys(countCalls(scene)).filter((name) => /^(monitoring|autoscaling):/.test(name))).toEqual([])
  })
})
