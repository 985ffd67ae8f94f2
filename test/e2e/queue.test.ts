import { expect, it } from 'vitest'
import { countCalls, expectClean, expectPass, play } from './scenario.ts'

it('waits where FIS runs as many experiments as it allows at once, and starts when there is room', async () => {
  const scene = await play({ faults: [{ operation: 'StartExperiment', nth: { from: 1, to: 2 }, fault: 'quota' }] })
  expectPass(scene.main)
  expect(scene.main.stdout.match(/Trying again in 15s, for \d+m/g)).toHaveLength(2)
  expect(countCalls(scene)).toMatchObject({ 'fis:StartExperiment': 3, 'fis:CreateExperimentTemplate': 1 })
  expectClean(scene)
})
