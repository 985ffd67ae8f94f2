import { expect, it } from 'vitest'
import { countCalls, expectClean, expectFailure, expectPass, play } from './scenario.ts'

it('waits where FIS runs as many experiments as it allows at once, and starts when there is room', async () => {
  const played = await play({ faults: [{ operation: 'StartExperiment', nth: { from: 1, to: 2 }, fault: 'quota' }] })
  expectPass(played.main)
  expect(played.main.stdout.match(/Trying again in 15s, for \d+m/g)).toHaveLength(2)
  expect(countCalls(played)).toMatchObject({ 'fis:StartExperiment': 3, 'fis:CreateExperimentTemplate': 1 })
  expectClean(played)
})

it('says that it was cancelled, where it is cancelled while it waits', async () => {
  let kill: (() => void) | undefined
  const played = await play({
    faults: [{ operation: 'StartExperiment', nth: 'every', fault: 'quota' }],
    onSpawn: (child) => {
      kill = () => child.kill('SIGINT')
    },
    meanwhile: { seen: /Trying again in 15s/, act: () => kill?.() },
  })
  expectFailure(played.main, 'Cancelled before an experiment was started: nothing was interrupted.')
  expectClean(played)
})
