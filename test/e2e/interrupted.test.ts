import { expect, it } from 'vitest'
import { errorOf, expectClean, outcomes, play, TARGET } from './scenario.ts'

it('interrupts a Spot instance, sees it end, and leaves nothing behind', async () => {
  const scene = await play()
  const { main } = scene
  expect(main.code).toBe(0)
  expect(errorOf(main)).toBe('')
  expect(outcomes(main)).toEqual({ [TARGET]: 'interrupted' })
  expect(main.outputs).toMatchObject({ state: 'completed', interrupted: 'true', verdict: 'not-judged', 'instance-ids': `["${TARGET}"]` })
  const post = await scene.post()
  expect(post.code).toBe(0)
  expectClean(scene)
})
