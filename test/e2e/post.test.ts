import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, errorOf, expectClean, expectFailure, play, REGION, type Scene, TARGET } from './scenario.ts'

/** A main that could not delete its template: post has something to do. */
const withWork = () =>
  play({
    inputs: { 'wait-for': 'experiment' },
    faults: [{ operation: 'DeleteExperimentTemplate', nth: { from: 1, to: 2 }, fault: 'denied' }],
  })
const asked = (scene: Scene) => calls(scene).length

it.concurrent('cleans up in post what main had to leave, once; a second post finds it done', async () => {
  const scene = await withWork()
  expect(scene.simulator.leftovers().leftovers).toHaveLength(1)
  const post = await scene.post()
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain(`Template deleted: ${scene.main.outputs['template-id']}`)
  expectClean(scene)
  const before = asked(scene)
  const again = await scene.post(post.state)
  expectExit(again, 0)
  expect(errorOf(again)).toBe('')
  expect(again.stdout).toContain('The main step has cleaned up.')
  expect(asked(scene)).toBe(before)
})

it.concurrent('may run twice on the same state: what is gone is done', async () => {
  const scene = await withWork()
  await scene.post()
  const again = await scene.post()
  expectExit(again, 0)
  expect(errorOf(again)).toBe('')
  expectClean(scene)
})

it.concurrent('asks AWS for nothing when main left nothing', async () => {
  const scene = await play({ inputs: { 'wait-for': 'experiment' } })
  const before = asked(scene)
  const post = await scene.post()
  expectExit(post, 0)
  expect(post.stdout).toContain('The main step has cleaned up.')
  expect(asked(scene)).toBe(before)
})

it.concurrent('does not call everything cleaned up while a role is kept, but names it', async () => {
  const scene = await play({ seed: { instances: [{ id: TARGET, region: REGION }] }, inputs: { 'wait-for': 'experiment' } })
  const before = asked(scene)
  const post = await scene.post()
  expectExit(post, 0)
  expect(post.stdout).toContain('The main step has cleaned up. The role FIS-SpotMinimalRole is kept for later runs.')
  expect(post.stdout).not.toContain('Everything')
  expect(asked(scene)).toBe(before)
})

it.concurrent('asks AWS for nothing without state', async () => {
  const scene = await withWork()
  const before = asked(scene)
  const post = await scene.post({})
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain('Nothing was created, nothing to clean up.')
  expect(asked(scene)).toBe(before)
})

it.concurrent.each([
  ['of another version', (ledger: string) => JSON.stringify({ ...JSON.parse(ledger), version: 99 })],
  ['that is torn', (ledger: string) => ledger.slice(0, -10)],
] as const)('fails on state %s, because it cannot know what is left', async (_, change) => {
  const scene = await withWork()
  const before = asked(scene)
  const post = await scene.post({ ledger: change(scene.main.state.ledger ?? '') })
  expectFailure(post, 'Cannot read the saved state (another version wrote it)', 'ManagedBy=spot-interrupt')
  expect(asked(scene)).toBe(before)
})

it.concurrent('does not take "not found" for an answer in another account', async () => {
  const scene = await withWork()
  scene.simulator.setSwitches({ account: '999999999999' })
  const post = await scene.post()
  const id = scene.main.outputs['template-id'] ?? ''
  expectFailure(post, 'account 999999999999 now', '123456789012', `aws fis delete-experiment-template --region ${REGION} --id ${id}`)
  expect(scene.simulator.leftovers().leftovers).toHaveLength(1)
})

it.concurrent('fails with the commands to run by hand when the credentials are gone by then', async () => {
  const scene = await withWork()
  scene.simulator.setFaults([{ fault: 'expired' }])
  const post = await scene.post()
  expectFailure(post, 'ExpiredToken', 'aws fis delete-experiment-template')
})
