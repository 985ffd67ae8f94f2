import { expect, it } from 'vitest'
import { calls, expectClean, expectFailure, outcomes, play, READY, REGION, TARGET } from './scenario.ts'
import { terminate } from './somebody.ts'

it.concurrent('fails when a target ended before any action started: nothing was proved', async () => {
  const played = await play({
    // Not somebody else's instance: who ends it here has every right to.
    seed: { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] },
    // Well after StartExperiment, well before t0.
    switches: { startDelaySeconds: 60 },
    meanwhile: { seen: /Experiment EXP\w+ started/, act: (simulator) => terminate(simulator, TARGET) },
  })
  expectFailure(played.main, 'before any action started', 'InvalidTarget')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'ended-early' })
  expect(played.main.outputs).toMatchObject({ state: 'failed', interrupted: 'false' })
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  await played.post()
  expectClean(played)
})
