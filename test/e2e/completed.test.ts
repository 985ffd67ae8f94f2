import { expect, it } from 'vitest'
import { expectClean, expectPass, outcomes, play, TARGET } from './scenario.ts'

/** When FIS reports `completed` of an interruption is not documented; it is never the end of the instance. */
it.concurrent.each([
  ['at once', 'early', 21],
  ['at the notice', 'notice', 61],
  ['at the interruption', 'interruption', 181],
] as const)('sees the end by EC2 where FIS reports completed %s', async (_, completed, seconds) => {
  const played = await play({ inputs: { duration: 'PT3M' }, switches: { completed } })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(played.main.outputs).toMatchObject({ state: 'completed', interrupted: 'true', 'elapsed-seconds': String(seconds) })
  expect(played.main.stdout).toMatch(/SUCCESS: .* interrupted 3m \d+s after the start/)
  await played.post()
  expectClean(played)
})

/** What else AWS leaves open about the evidence. */
it.concurrent.each([
  ['the Spot request tells it at the notice already', { spotCode: 'notice' }],
  ['the instance tells no reason', { stateReason: 'none' }],
  ['experiments show no tags', { experimentTags: false }],
  ['a template cannot be deleted while it runs', { deleteRunning: 'conflict' }],
] as const)('judges the same when %s', async (_, switches) => {
  const played = await play({ switches })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  await played.post()
  expectClean(played)
})
