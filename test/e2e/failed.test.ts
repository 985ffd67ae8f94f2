import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, outcomes, type PlayedRun, play, REGION, TARGET } from './scenario.ts'
import { stopExperiments } from './somebody.ts'

const FAILURE = { code: 'DependentServiceFailure', reason: 'EC2 said something unexpected.', lands: false }

it.concurrent('fails when the experiment failed before any action started, with the words of FIS', async () => {
  const played = await play({
    switches: { failExperiment: { when: 'before-start', code: 'ExperimentQuotaExceeded', reason: 'Too many targets.', lands: false } },
  })
  expectFailure(played.main, 'ended failed before any action started: Too many targets.', '[ExperimentQuotaExceeded', 'Service Quotas')
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  expect(played.main.outputs).toMatchObject({ state: 'failed', reason: 'Too many targets.', interrupted: 'false' })
  await played.post()
  expectClean(played)
})

it.concurrent('starts again after a failure that passes', async () => {
  // The role is made by this run, so that it may be too new to be assumed.
  const played = await play({
    seed: { instances: [{ id: TARGET, region: REGION }] },
    inputs: { 'delete-role': 'true' },
    switches: { failExperiment: { when: 'before-start', ...FAILURE, times: 2 } },
  })
  expectExit(played.main, 0)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(3)
  await played.post()
  expectClean(played)
})

it.concurrent('watches on after an action had started and failed, and fails: the target was not hit', async () => {
  const played = await play({ switches: { failExperiment: { when: 'after-start', ...FAILURE } } })
  expectFailure(played.main, `ended failed: ${FAILURE.reason}`, '1 running')
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  expect(watchedSeconds(played)).toBeGreaterThan(215)
  await played.post()
  expectClean(played)
})

it.concurrent('sees a target die after its action had failed, and fails all the same', async () => {
  const played = await play({ switches: { failExperiment: { when: 'after-start', ...FAILURE, lands: true } } })
  expectFailure(played.main, `ended failed: ${FAILURE.reason}`)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  await played.post()
  expectClean(played)
})

it.concurrent.each([
  ['and the interruption comes all the same', 'ignores', 'interrupted'],
  ['and the interruption is recalled', 'recalls', 'running'],
] as const)('fails when somebody stops the experiment, %s', async (_, stop, outcome) => {
  const played = await play({
    inputs: { duration: '3m' },
    switches: { stop, completed: 'interruption' },
    meanwhile: { seen: / - running/, act: stopExperiments },
  })
  expectFailure(played.main, 'ended stopped', 'Somebody, or a stop condition, stopped it.')
  expect(outcomes(played.main)).toEqual({ [TARGET]: outcome })
  expect(played.main.outputs.state).toBe('stopped')
  await played.post()
  expectClean(played)
})

it.concurrent('fails when an engaged safety lever cancels the experiment', async () => {
  const played = await play({ switches: { safetyLever: 'engaged' } })
  expectFailure(played.main, 'ended cancelled', 'safety lever')
  expect(played.main.outputs).toMatchObject({ state: 'cancelled', interrupted: 'false' })
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  await played.post()
  expectClean(played)
})

it.concurrent('fails when the safety lever is engaged while it runs', async () => {
  const played = await play({
    switches: { completed: 'interruption' },
    meanwhile: { seen: / - running/, act: (simulator) => simulator.setSwitches({ safetyLever: 'engaged' }) },
  })
  expectFailure(played.main, 'ended stopped')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  await played.post()
  expectClean(played)
})

/** From the start to the last look at EC2, by AWS's clock. */
function watchedSeconds({ simulator }: PlayedRun): number {
  const timesOf = (name: string) => simulator.journal().flatMap((one) => (one.operation === name ? [Date.parse(one.at)] : []))
  return ((timesOf('DescribeInstances').at(-1) ?? 0) - (timesOf('StartExperiment')[0] ?? 0)) / 1000
}
