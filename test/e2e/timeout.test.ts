import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, outcomes, play, READY, REGION, TARGET } from './scenario.ts'

it.concurrent('ends at the time-out, stops the experiment, and says that the interruption may still come', async () => {
  const played = await play({ inputs: { duration: '3m', timeout: '3m' }, switches: { completed: 'interruption', startDelaySeconds: 30 } })
  expectFailure(played.main, 'Timed out 3m 0s after the start', '1 unknown', 'the interruption may still come')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'unknown' })
  expect(played.main.outputs).toMatchObject({ state: 'running', interrupted: 'unknown', 'interruption-seconds': '' })
  expect(calls(played)).toContain('fis:StopExperiment')
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('ends at the time-out also where FIS has completed and the instance just does not go', async () => {
  // Standing in a state that no interruption changes: by the switch, StopExperiment recalls nothing and the target is not hit.
  const other = 'i-0fedcba9876543210'
  const played = await play({
    inputs: { 'instance-id': `${TARGET} ${other}`, timeout: '4m' },
    seed: {
      ...READY,
      instances: [
        { id: TARGET, region: REGION },
        { id: other, region: REGION },
      ],
    },
    faults: [{ operation: 'DescribeInstances', nth: { from: 3 }, fault: 'staleRead', seconds: 3600 }],
  })
  expectFailure(played.main, 'Timed out 4m 0s after the start')
  expect(played.main.outputs.state).toBe('completed')
  expectExit(await played.post(), 0)
  expectClean(played)
})
