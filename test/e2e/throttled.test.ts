import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, expectPass, outcomes, play, REGION, type RunOptions, TARGET } from './scenario.ts'

const OPERATIONS = [
  'GetCallerIdentity',
  'GetAction',
  'DescribeInstances',
  'DescribeSpotInstanceRequests',
  'GetRole',
  'CreateRole',
  'PutRolePolicy',
  'CreateExperimentTemplate',
  'StartExperiment',
  'GetExperiment',
  'DeleteExperimentTemplate',
  'DeleteRolePolicy',
  'DeleteRole',
]
const options: RunOptions = {
  seed: { instances: [{ id: TARGET, region: REGION }] },
  inputs: { 'delete-role': 'true', 'wait-for': 'experiment' },
  speed: 10,
}

it.concurrent.each(OPERATIONS)('waits and goes on when %s is throttled three times', async (operation) => {
  const played = await play({ ...options, faults: [{ operation, nth: { from: 1, to: 3 }, fault: 'throttle' }] })
  expectPass(played.main)
  expect(played.simulator.journal().filter(({ fault }) => fault === 'throttle')).toHaveLength(3)
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('waits and goes on when everything is throttled now and then', async () => {
  const faults = [2, 5, 9, 11, 14, 17, 23, 24, 25].map((nth) => ({ nth, fault: 'throttle' as const }))
  const played = await play({ faults })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('gives up on a create that is throttled for ever, says so, and leaves nothing', async () => {
  const played = await play({ faults: [{ operation: 'CreateExperimentTemplate', fault: 'throttle' }] })
  expectFailure(played.main, 'fis:CreateExperimentTemplate in us-east-1 failed: ThrottlingException', 'try again when less is going on')
  expect(calls(played).filter((name) => name === 'fis:CreateExperimentTemplate').length).toBeGreaterThan(5)
  expect(calls(played)).not.toContain('fis:StartExperiment')
  expectExit(await played.post(), 0)
  expectClean(played)
})
