import { describe, expect, it } from 'vitest'
import { countCalls, expectClean, expectFailure, expectPass, outcomes, play, READY, REGION, type RunOptions, TARGET } from './scenario.ts'
import { terminate } from './somebody.ts'

/** 18 minutes are watched. */
const early = (options: RunOptions = {}) =>
  play({ speed: 60, ...options, inputs: { mode: 'rebalance', 'rebalance-fallback': 'early-stop', timeout: '1m', ...options.inputs } })

describe.concurrent('an early stop, where the region has no recommendation alone', () => {
  it('passes where AWS recalls the interruption: the target runs on for 18 minutes', async () => {
    const played = await early({ switches: { stop: 'recalls', completed: 'interruption' } })
    expectPass(played.main)
    expect(outcomes(played.main)).toEqual({ [TARGET]: 'running' })
    expect(played.main.outputs).toMatchObject({ state: 'stopped', interrupted: '' })
    expect(countCalls(played)).toMatchObject({ 'fis:StopExperiment': 1, 'fis:StartExperiment': 1 })
    expect(played.main.stdout).toContain('(experimental)')
    const created = played.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')
    expect(JSON.stringify(created)).toContain('"durationBeforeInterruption":"PT15M"')
    expectClean(played)
  })

  it('fails where AWS interrupts all the same', async () => {
    const played = await early({ switches: { stop: 'ignores', completed: 'interruption' } })
    expectFailure(played.main, 'did not spare', TARGET, 'AWS does not promise')
    expectClean(played)
  })

  it.each([
    ['rebalance', true],
    ['notice', false],
  ] as const)('counts a target that drained only with react-to: rebalance, %s', async (reactTo, passes) => {
    const played = await early({
      inputs: { 'react-to': reactTo },
      switches: { stop: 'recalls', completed: 'interruption' },
      meanwhile: { seen: /StopExperiment sent/, act: (simulator) => terminate(simulator, TARGET) },
    })
    if (passes) expectPass(played.main)
    else expectFailure(played.main, 'did not spare', TARGET)
  })

  it.each([
    ['interrupted', {}, /Not spared: i-\w+/],
    ['drained', { meanwhile: { seen: / - completed/, act: (simulator) => terminate(simulator, TARGET) } }, /No target was interrupted/],
  ] satisfies [string, RunOptions, RegExp][])(
    'is inconclusive where FIS completes at once, watched to the end: %s',
    async (outcome, options, says) => {
      const played = await early({
        ...options,
        inputs: { 'react-to': 'rebalance' },
        switches: { completed: 'at-once' },
        seed: { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] },
      })
      expectFailure(played.main, 'Inconclusive: experiment EXP', 'ended completed before the early stop (experimental) took effect', says)
      expect(outcomes(played.main)).toEqual({ [TARGET]: outcome })
      expect(countCalls(played)['fis:StopExperiment']).toBeUndefined()
      expectClean(played)
    },
  )

  it('is not used where the region has the recommendation', async () => {
    const played = await early({ switches: { rebalanceRegions: [REGION] } })
    expectPass(played.main)
    expect(countCalls(played)['fis:StopExperiment']).toBeUndefined()
  })

  it('is named, with the other way on, where it is not asked for', async () => {
    const played = await play({ inputs: { mode: 'rebalance' } })
    expectFailure(played.main, REGION, 'duration: PT15M', 'react-to: rebalance', 'rebalance-fallback: early-stop')
  })
})
