import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, outcomes, play, REGION, type Scene, TARGET } from './scenario.ts'
import { stopExperiments } from './somebody.ts'

const FAILURE = { code: 'DependentServiceFailure', reason: 'EC2 said something unexpected.', lands: false }

it.concurrent('fails when the experiment failed before any action started, with the words of FIS', async () => {
  const scene = await play({
    switches: { failExperiment: { when: 'before-start', code: 'ExperimentQuotaExceeded', reason: 'Too many targets.', lands: false } },
  })
  expectFailure(scene.main, 'ended failed before any action started: Too many targets.', '[ExperimentQuotaExceeded', 'Service Quotas')
  expect(calls(scene).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  expect(scene.main.outputs).toMatchObject({ state: 'failed', reason: 'Too many targets.', interrupted: 'false' })
  await scene.post()
  expectClean(scene)
})

it.concurrent('starts again after a failure that passes', async () => {
  // The role is made by this run, so that it may be too new to be assumed.
  const scene = await play({
    seed: { instances: [{ id: TARGET, region: REGION }] },
    inputs: { 'delete-role': 'true' },
    switches: { failExperiment: { when: 'before-start', ...FAILURE, times: 2 } },
  })
  expectExit(scene.main, 0)
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(calls(scene).filter((name) => name === 'fis:StartExperiment')).toHaveLength(3)
  await scene.post()
  expectClean(scene)
})

it.concurrent('watches on after an action had started and failed, and fails: the target was not hit', async () => {
  const scene = await play({ switches: { failExperiment: { when: 'after-start', ...FAILURE } } })
  expectFailure(scene.main, `ended failed: ${FAILURE.reason}`, '1 running')
  expect(calls(scene).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  expect(watchedSeconds(scene)).toBeGreaterThan(215)
  await scene.post()
  expectClean(scene)
})

it.concurrent('sees a target die after its action had failed, and fails all the same', async () => {
  const scene = await play({ switches: { failExperiment: { when: 'after-start', ...FAILURE, lands: true } } })
  expectFailure(scene.main, `ended failed: ${FAILURE.reason}`)
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'interrupted' })
  await scene.post()
  expectClean(scene)
})

it.concurrent.each([
  ['and the interruption comes all the same', 'ignores', 'interrupted'],
  ['and the interruption is recalled', 'recalls', 'running'],
] as const)('fails when somebody stops the experiment, %s', async (_, stop, outcome) => {
  const scene = await play({
    inputs: { duration: '3m' },
    switches: { stop, completed: 'interruption' },
    meanwhile: { seen: / - running/, act: stopExperiments },
  })
  expectFailure(scene.main, 'ended stopped', 'Somebody, or a stop condition, stopped it.')
  expect(outcomes(scene.main)).toEqual({ [TARGET]: outcome })
  expect(scene.main.outputs.state).toBe('stopped')
  await scene.post()
  expectClean(scene)
})

it.concurrent('fails when an engaged safety lever cancels the experiment', async () => {
  const scene = await play({ switches: { safetyLever: 'engaged' } })
  expectFailure(scene.main, 'ended cancelled', 'safety lever')
  expect(scene.main.outputs).toMatchObject({ state: 'cancelled', interrupted: 'false' })
  expect(calls(scene).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  await scene.post()
  expectClean(scene)
})

it.concurrent('fails when the safety lever is engaged while it runs', async () => {
  const scene = await play({
    switches: { completed: 'interruption' },
    meanwhile: { seen: / - running/, act: (simulator) => simulator.setSwitches({ safetyLever: 'engaged' }) },
  })
  expectFailure(scene.main, 'ended stopped')
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'interrupted' })
  await scene.post()
  expectClean(scene)
})

/** From the start to the last look at EC2, by AWS's clock. */
function watchedSeconds({ simulator }: Scene): number {
  const timesOf = (name: string) => simulator.journal().flatMap((one) => (one.operation === name ? [Date.parse(one.at)] : []))
  return ((timesOf('DescribeInstances').at(-1) ?? 0) - (timesOf('StartExperiment')[0] ?? 0)) / 1000
}
