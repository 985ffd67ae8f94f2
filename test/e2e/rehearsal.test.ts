import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, errorOf, expectClean, expectFailure, expectPass, play, REGION, TARGET } from './scenario.ts'

it.concurrent('refuses an endpoint that is not AWS before the first call, and creates nothing', async () => {
  const played = await play({ env: { SPOT_INTERRUPT_REHEARSAL: '' } })
  expectFailure(played.main, 'which is not AWS: a run there proves nothing', played.simulator.url, 'Set rehearsal: true')
  expect(calls(played)).toEqual([])
  expect(played.main.outputs).toMatchObject({ rehearsal: 'false', interrupted: 'false', verdict: 'not-judged' })
  expectClean(played)
})

it.concurrent('refuses it, too, where an explicit `false` stands against the environment', async () => {
  const played = await play({ inputs: { rehearsal: 'false' } })
  expectFailure(played.main, 'which is not AWS')
  expect(calls(played)).toEqual([])
})

it.concurrent('refuses an endpoint that only one service would use', async () => {
  const played = await play({
    inputs: { rehearsal: 'true' },
    // AWS itself for IAM: the run may not begin, or its last calls would reach AWS.
    env: { AWS_ENDPOINT_URL_IAM: 'https://iam.amazonaws.com' },
  })
  expectFailure(played.main, 'the calls to iam would go to AWS itself')
  expect(calls(played)).toEqual([])
})

it.concurrent('refuses a rehearsal that would reach AWS', async () => {
  const played = await play({ env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } })
  expectFailure(played.main, 'the calls to sts, ec2, iam and fis would go to AWS itself')
  expect(calls(played)).toEqual([])
})

it.concurrent('says on every surface that it was a rehearsal, and post cleans up by the ledger alone', async () => {
  const played = await play({ inputs: { rehearsal: 'true' }, env: { SPOT_INTERRUPT_REHEARSAL: '' } })
  const { main } = played
  expectPass(main)
  expect(main.stdout).toContain(`⚠ REHEARSAL: the calls go to ${played.simulator.url}, which is not AWS.`)
  expect(main.stdout).toContain('::notice::Rehearsal, not AWS: ')
  expect(main.summary).toMatch(/^## 🎭 Rehearsal: /)
  expect(main.summary).toContain('> ⚠️ **Rehearsal, not AWS.**')
  expect(`${main.stdout}${main.summary}`).not.toContain('✅')
  expect(main.summary).not.toMatch(/console\.aws\.amazon\.com/)
  expect(main.outputs.rehearsal).toBe('true')
  const post = await played.post()
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expectClean(played)
})

it.concurrent('post cleans up in the rehearsal that main left open, and refuses to do so on AWS', async () => {
  const ledger = JSON.stringify({
    ...{ version: 1, invocation: '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10', account: '123456789012', partition: 'aws', region: REGION },
    ...{ timezone: 'UTC', rehearsal: true, closed: true, entries: [{ kind: 'template', name: 'token', id: 'EXT123' }] },
  })
  const played = await play({ inputs: { 'instance-id': `${TARGET}x` } })
  const elsewhere = await played.post({ ledger }, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })
  expect(errorOf(elsewhere)).toContain('would go to AWS itself')
  expect(errorOf(elsewhere)).toContain('Keep the AWS endpoint of the main step')
  expect(calls(played)).toEqual([])
  const post = await played.post({ ledger }, { SPOT_INTERRUPT_REHEARSAL: '' })
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expect(post.stdout).toContain('⚠ REHEARSAL')
  // The policy allows a removal by the tag only, and there is no such template: the list shows that.
  expect(calls(played)).toEqual(['sts:GetCallerIdentity', 'fis:DeleteExperimentTemplate', 'fis:ListExperimentTemplates'])
})
