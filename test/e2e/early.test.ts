import { expect, it } from 'vitest'
import { calls, expectClean, expectFailure, outcomes, play, TARGET } from './scenario.ts'

it.concurrent('fails when a target ended before any action started: nothing was proved', async () => {
  const scene = await play({
    switches: { startDelaySeconds: 60 },
    // Well after StartExperiment, well before t0.
    script: [{ instance: TARGET, at: 'launch', afterSeconds: 3600 + 30, do: 'terminate', by: 'user' }],
    speed: 20,
  })
  expectFailure(scene.main, 'before any action started', 'InvalidTarget')
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'ended-early' })
  expect(scene.main.outputs).toMatchObject({ state: 'failed', interrupted: 'false' })
  expect(calls(scene).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  await scene.post()
  expectClean(scene)
})
