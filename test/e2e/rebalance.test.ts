import { expect, it } from 'vitest'
import { calls, expectClean, expectFailure, expectPass, outcomes, play, REGION, TARGET } from './scenario.ts'

it.concurrent('sends a rebalance recommendation where the region offers it; the instance keeps running', async () => {
  const scene = await play({ inputs: { mode: 'rebalance' }, switches: { rebalanceRegions: [REGION] } })
  expectPass(scene.main)
  expect(scene.main.stdout).toContain('Mode: REBALANCE RECOMMENDATION')
  expect(scene.main.stdout).toContain('rebalance recommendation sent')
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'running' })
  expect(scene.main.outputs.state).toBe('completed')
  expect(scene.simulator.leftovers().interrupted).toEqual([])
  await scene.post()
  expectClean(scene)
})

it.concurrent('says, where the region does not offer it, what to do instead', async () => {
  const scene = await play({ inputs: { mode: 'rebalance' }, switches: { rebalanceRegions: [] } })
  expectFailure(scene.main, 'aws:ec2:send-spot-instance-rebalance-recommendations', REGION, 'mode: interruption', 'duration: PT15M')
  expect(calls(scene)).not.toContain('fis:CreateExperimentTemplate')
  expectClean(scene)
})
