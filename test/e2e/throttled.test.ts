import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, expectPass, outcomes, play, REGION, type Setting, TARGET } from './scenario.ts'

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
const setting: Setting = {
  seed: { instances: [{ id: TARGET, region: REGION }] },
  inputs: { 'delete-role': 'true', 'wait-for': 'experiment' },
  speed: 10,
}

it.concurrent.each(OPERATIONS)('waits and goes on when %s is throttled three times', async (operation) => {
  const scene = await play({ ...setting, faults: [{ operation, nth: { from: 1, to: 3 }, fault: 'throttle' }] })
  expectPass(scene.main)
  expect(scene.simulator.journal().filter(({ fault }) => fault === 'throttle')).toHaveLength(3)
  expectExit(await scene.post(), 0)
  expectClean(scene)
})

it.concurrent('waits and goes on when everything is throttled now and then', async () => {
  const faults = [2, 5, 9, 11, 14, 17, 23, 24, 25].map((nth) => ({ nth, fault: 'throttle' as const }))
  const scene = await play({ faults })
  expectPass(scene.main)
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'interrupted' })
  expectExit(await scene.post(), 0)
  expectClean(scene)
})

it.concurrent('gives up on a create that is throttled for ever, says so, and leaves nothing', async () => {
  const scene = await play({ faults: [{ operation: 'CreateExperimentTemplate', fault: 'throttle' }] })
  expectFailure(scene.main, 'fis:CreateExperimentTemplate in us-east-1 failed: ThrottlingException', 'try again when less is going on')
  expect(calls(scene).filter((name) => name === 'fis:CreateExperimentTemplate').length).toBeGreaterThan(5)
  expect(calls(scene)).not.toContain('fis:StartExperiment')
  expectExit(await scene.post(), 0)
  expectClean(scene)
})
