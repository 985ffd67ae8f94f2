import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, errorOf, expectClean, expectFailure, type PlayedRun, play, REGION, TARGET } from './scenario.ts'

/** A main that could not delete its template: post has something to do. */
const withWork = () =>
  play({
    inputs: { 'wait-for': 'experiment' },
    faults: [{ operation: 'DeleteExperimentTemplate', nth: { from: 1, to: 2 }, fault: 'denied' }],
  })
const asked = (played: PlayedRun) => calls(played).length

it.concurrent('cleans up in post what main had to leave, once; a second post finds it done', async () => {
  const played = await withWork()
  expect(played.simulator.leftovers().leftovers).toHaveLength(1)
  const post = await played.post()
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain(`Template deleted: ${played.main.outputs['template-id']}`)
  expectClean(played)
  const before = asked(played)
  const again = await played.post(post.state)
  expectExit(again, 0)
  expect(errorOf(again)).toBe('')
  expect(again.stdout).toContain('The main step has cleaned up.')
  expect(asked(played)).toBe(before)
})

it.concurrent('may run twice on the same state: what is gone is done', async () => {
  const played = await withWork()
  await played.post()
  const again = await played.post()
  expectExit(again, 0)
  expect(errorOf(again)).toBe('')
  expectClean(played)
})

it.concurrent('asks AWS for nothing when main left nothing', async () => {
  const played = await play({ inputs: { 'wait-for': 'experiment' } })
  const before = asked(played)
  const post = await played.post()
  expectExit(post, 0)
  expect(post.stdout).toContain('The main step has cleaned up.')
  expect(asked(played)).toBe(before)
})

it.concurrent('does not call everything cleaned up while a role is kept, but names it', async () => {
  const played = await play({ seed: { instances: [{ id: TARGET, region: REGION }] }, inputs: { 'wait-for': 'experiment' } })
  const before = asked(played)
  const post = await played.post()
  expectExit(post, 0)
  expect(post.stdout).toContain('The main step has cleaned up. The role FIS-SpotMinimalRole is kept for later runs.')
  expect(post.stdout).not.toContain('Everything')
  expect(asked(played)).toBe(before)
})

it.concurrent('asks AWS for nothing without state', async () => {
  const played = await withWork()
  const before = asked(played)
  const post = await played.post({})
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain('Nothing was created, nothing to clean up.')
  expect(asked(played)).toBe(before)
})

it.concurrent.each([
  ['of another version', (ledger: string) => JSON.stringify({ ...JSON.parse(ledger), version: 99 })],
  ['that is torn', (ledger: string) => ledger.slice(0, -10)],
] as const)('fails on state %s, because it cannot know what is left', async (_, change) => {
  const played = await withWork()
  const before = asked(played)
  const post = await played.post({ ledger: change(played.main.state.ledger ?? '') })
  expectFailure(post, 'Cannot read the saved state (another version wrote it)', 'ManagedBy=spot-interrupt')
  expect(asked(played)).toBe(before)
})

it.concurrent('does not take "not found" for an answer in another account', async () => {
  const played = await withWork()
  played.simulator.setSwitches({ account: '999999999999' })
  const post = await played.post()
  const id = played.main.outputs['template-id'] ?? ''
  expectFailure(post, 'account 999999999999 now', '123456789012', `aws fis delete-experiment-template --region ${REGION} --id ${id}`)
  expect(played.simulator.leftovers().leftovers).toHaveLength(1)
})

it.concurrent('fails with the commands to run by hand when the credentials are gone by then', async () => {
  const played = await withWork()
  played.simulator.setFaults([{ fault: 'expired' }])
  const post = await played.post()
  expectFailure(post, 'ExpiredToken', 'aws fis delete-experiment-template')
})
