import { expect, it } from 'vitest'
import { calls, expectClean, expectFailure, expectPass, outcomes, play, REGION, TARGET } from './scenario.ts'

it.concurrent('sends a rebalance recommendation where the region offers it; the instance keeps running', async () => {
  const played = await play({ inputs: { mode: 'rebalance' }, switches: { rebalanceRegions: [REGION] } })
  expectPass(played.main)
  expect(played.main.stdout).toContain('Mode: REBALANCE RECOMMENDATION')
  expect(played.main.stdout).toContain('rebalance recommendation sent')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'running' })
  expect(played.main.outputs.state).toBe('completed')
  expect(played.simulator.leftovers().interrupted).toEqual([])
  await played.post()
  expectClean(played)
})

it.concurrent('says, where the region does not offer it, what to do instead', async () => {
  const played = await play({ inputs: { mode: 'rebalance' }, switches: { rebalanceRegions: [] } })
  expectFailure(played.main, 'aws:ec2:send-spot-instance-rebalance-recommendations', REGION, 'mode: interruption', 'duration: PT15M')
  expect(calls(played)).not.toContain('fis:CreateExperimentTemplate')
  expectClean(played)
})
