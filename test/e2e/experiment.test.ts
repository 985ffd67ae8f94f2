import { expect, it } from 'vitest'
import { expectClean, expectPass, outcomes, play, TARGET } from './scenario.ts'

it.concurrent('waits for FIS only, when told so, and does not claim that the interruption landed', async () => {
  const played = await play({ inputs: { 'wait-for': 'experiment' } })
  expectPass(played.main)
  expect(played.main.stdout).toContain('whether it lands is not watched (wait-for: experiment)')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'unknown' })
  expect(played.main.outputs).toMatchObject({ state: 'completed', interrupted: 'unknown' })
  expect(Number(played.main.outputs['elapsed-seconds'])).toBe(21)
  expect(played.main.outputs.elapsed).toBe('21s')
  await played.post()
  expectClean(played)
})
