import { expect, it } from 'vitest'
import { expectClean, expectPass, outcomes, play, TARGET } from './scenario.ts'

it.concurrent('waits for FIS only, when told so, and does not claim that the interruption landed', async () => {
  const scene = await play({ inputs: { 'wait-for': 'experiment' } })
  expectPass(scene.main)
  expect(scene.main.stdout).toContain('whether it lands is not watched (wait-for: experiment)')
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'unknown' })
  expect(scene.main.outputs).toMatchObject({ state: 'completed', interrupted: 'unknown' })
  expect(Number(scene.main.outputs['elapsed-seconds'])).toBe(21)
  expect(scene.main.outputs.elapsed).toBe('21s')
  await scene.post()
  expectClean(scene)
})
