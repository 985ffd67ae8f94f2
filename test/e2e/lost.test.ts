import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { expectClean, expectPass, outcomes, play, REGION, TARGET } from './scenario.ts'

/** AWS acts, and its answer never comes: the call is repeated, and must find what it made instead of making it again. */
const WRITES = [
  'CreateRole',
  'PutRolePolicy',
  'CreateExperimentTemplate',
  'StartExperiment',
  'DeleteExperimentTemplate',
  'DeleteRolePolicy',
  'DeleteRole',
]

it.concurrent.each(WRITES)('makes one of everything when the reply of %s is lost, and leaves nothing', async (operation) => {
  const played = await play({
    seed: { instances: [{ id: TARGET, region: REGION }] },
    inputs: { 'delete-role': 'true' },
    faults: [{ operation, nth: 1, fault: 'commit-lose' }],
  })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  const asked = played.simulator.journal().filter((one) => one.operation === operation)
  expect(asked.length).toBeGreaterThanOrEqual(2)
  expect(asked[1]?.params).toEqual(asked[0]?.params)
  const { templates, experiments } = played.simulator.state() as { templates: object; experiments: object }
  expect(Object.keys(experiments)).toEqual([played.main.outputs['experiment-id']])
  expect(Object.keys(templates)).toEqual([])
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('stops once, when the reply of StopExperiment is lost', async () => {
  const played = await play({
    inputs: { duration: '3m', timeout: '3m' },
    switches: { completed: 'interruption', stop: 'recalls' },
    faults: [{ operation: 'StopExperiment', nth: 1, fault: 'commit-lose' }],
  })
  expectExit(played.main, 1)
  expect(played.simulator.leftovers().interrupted).toEqual([])
  expectExit(await played.post(), 0)
  expectClean(played)
})
