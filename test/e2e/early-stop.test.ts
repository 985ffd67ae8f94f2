import { describe, expect, it } from 'vitest'
import { countCalls, expectClean, expectFailure, expectPass, outcomes, play, READY, REGION, type Setting, TARGET } from './scenario.ts'
import { terminate } from './somebody.ts'

/** 18 minutes are watched. */
const early = (setting: Setting = {}) =>
  play({ speed: 60, ...setting, inputs: { mode: 'rebalance', 'rebalance-fallback': 'early-stop', timeout: '1m', ...setting.inputs } })

describe.concurrent('an early stop, where the region has no recommendation alone', () => {
  it('passes where AWS recalls the interruption: the target runs on for 18 minutes', async () => {
    const scene = await early({ switches: { stop: 'recalls', completed: 'interruption' } })
    expectPass(scene.main)
    expect(outcomes(scene.main)).toEqual({ [TARGET]: 'running' })
    expect(scene.main.outputs).toMatchObject({ state: 'stopped', interrupted: '' })
    expect(countCalls(scene)).toMatchObject({ 'fis:StopExperiment': 1, 'fis:StartExperiment': 1 })
    expect(scene.main.stdout).toContain('(experimental)')
    const created = scene.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')
    expect(JSON.stringify(created)).toContain('"durationBeforeInterruption":"PT15M"')
    expectClean(scene)
  })

  it('fails where AWS interrupts all the same', async () => {
    const scene = await early({ switches: { stop: 'ignores', completed: 'interruption' } })
    expectFailure(scene.main, 'did not spare', TARGET, 'AWS does not promise')
    expectClean(scene)
  })

  it.each([
    ['rebalance', true],
    ['notice', false],
  ] as const)('counts a target that drained only with react-to: rebalance, %s', async (reactTo, passes) => {
    const scene = await early({
      inputs: { 'react-to': reactTo },
      switches: { stop: 'recalls', completed: 'interruption' },
      meanwhile: { seen: /StopExperiment sent/, act: (simulator) => terminate(simulator, TARGET) },
    })
    if (passes) expectPass(scene.main)
    else expectFailure(scene.main, 'did not spare', TARGET)
  })

  it.each([
    ['interrupted', {}, /Not spared: i-\w+/],
    ['drained', { meanwhile: { seen: / - completed/, act: (simulator) => terminate(simulator, TARGET) } }, /No target was interrupted/],
  ] satisfies [string, Setting, RegExp][])(
    'is inconclusive where FIS completes at once, watched to the end: %s',
    async (outcome, setting, says) => {
      const scene = await early({
        ...setting,
        inputs: { 'react-to': 'rebalance' },
        switches: { completed: 'at-once' },
        seed: { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] },
      })
      expectFailure(scene.main, 'Inconclusive: experiment EXP', 'ended completed before the early stop (experimental) took effect', says)
      expect(outcomes(scene.main)).toEqual({ [TARGET]: outcome })
      expect(countCalls(scene)['fis:StopExperiment']).toBeUndefined()
      expectClean(scene)
    },
  )

  it('is not used where the region has the recommendation', async () => {
    const scene = await early({ switches: { rebalanceRegions: [REGION] } })
    expectPass(scene.main)
    expect(countCalls(scene)['fis:StopExperiment']).toBeUndefined()
  })

  it('is named, with the other way on, where it is not asked for', async () => {
    const scene = await play({ inputs: { mode: 'rebalance' } })
    expectFailure(scene.main, REGION, 'duration: PT15M', 'react-to: rebalance', 'rebalance-fallback: early-stop')
  })
})
