import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, errorOf, expectClean, expectFailure, expectPass, play, REGION, TARGET } from './scenario.ts'

it.concurrent('refuses an endpoint that is not AWS before the first call, and creates nothing', async () => {
  const scene = await play({ env: { SPOT_INTERRUPT_REHEARSAL: '' } })
  expectFailure(scene.main, 'which is not AWS: a run there proves nothing', scene.simulator.url, 'Set rehearsal: true')
  expect(calls(scene)).toEqual([])
  expect(scene.main.outputs).toMatchObject({ rehearsal: 'false', interrupted: 'false', verdict: 'not-judged' })
  expectClean(scene)
})

it.concurrent('refuses it, too, where an explicit `false` stands against the environment', async () => {
  const scene = await play({ inputs: { rehearsal: 'false' } })
  expectFailure(scene.main, 'which is not AWS')
  expect(calls(scene)).toEqual([])
})

it.concurrent('refuses an endpoint that only one service would use', async () => {
  const scene = await play({
    inputs: { rehearsal: 'true' },
    // AWS itself for IAM: the run may not begin, or its last calls would reach AWS.
    env: { AWS_ENDPOINT_URL_IAM: 'https://iam.amazonaws.com' },
  })
  expectFailure(scene.main, 'the calls to iam would go to AWS itself')
  expect(calls(scene)).toEqual([])
})

it.concurrent('refuses a rehearsal that would reach AWS', async () => {
  const scene = await play({ env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } })
  expectFailure(scene.main, 'the calls to sts, ec2, iam and fis would go to AWS itself')
  expect(calls(scene)).toEqual([])
})

it.concurrent('says on every surface that it was a rehearsal, and post cleans up by the ledger alone', async () => {
  const scene = await play({ inputs: { rehearsal: 'true' }, env: { SPOT_INTERRUPT_REHEARSAL: '' } })
  const { main } = scene
  expectPass(main)
  expect(main.stdout).toContain(`⚠ REHEARSAL: the calls go to ${scene.simulator.url}, which is not AWS.`)
  expect(main.stdout).toContain('::notice::Rehearsal, not AWS: ')
  expect(main.summary).toMatch(/^## 🎭 Rehearsal: /)
  expect(main.summary).toContain('> ⚠️ **Rehearsal, not AWS.**')
  expect(`${main.stdout}${main.summary}`).not.toContain('✅')
  expect(main.summary).not.toMatch(/console\.aws\.amazon\.com/)
  expect(main.outputs.rehearsal).toBe('true')
  const post = await scene.post()
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expectClean(scene)
})

it.concurrent('post cleans up in the rehearsal that main left open, and refuses to do so on AWS', async () => {
  const ledger = JSON.stringify({
    ...{ version: 1, invocation: '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10', account: '123456789012', partition: 'aws', region: REGION },
    ...{ timezone: 'UTC', rehearsal: true, closed: true, entries: [{ kind: 'template', name: 'token', id: 'EXT123' }] },
  })
  const scene = await play({ inputs: { 'instance-id': `${TARGET}x` } })
  const elsewhere = await scene.post({ ledger }, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })
  expect(errorOf(elsewhere)).toContain('would go to AWS itself')
  expect(errorOf(elsewhere)).toContain('Keep the AWS endpoint of the main step')
  expect(calls(scene)).toEqual([])
  const post = await scene.post({ ledger }, { SPOT_INTERRUPT_REHEARSAL: '' })
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain('⚠ REHEARSAL')
  // The policy allows a removal by the tag only, and there is no such template: the list shows that.
  expect(calls(scene)).toEqual(['sts:GetCallerIdentity', 'fis:DeleteExperimentTemplate', 'fis:ListExperimentTemplates'])
})
