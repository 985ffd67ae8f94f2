import { expect, it, vi } from 'vitest'
import { ACCOUNT, connect, expectFault, giveKeys, open, serve } from './wire.ts'

it('tells the account and who asks', async () => {
  const { aws } = await connect()
  expect(await aws.sts.whoami()).toEqual({
    account: ACCOUNT,
    arn: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\//),
    source: 'the environment',
  })
})

it('is asked again where it answers without an account', async () => {
  giveKeys()
  const { url, asked } = await serve(() => ({
    body: '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult/></GetCallerIdentityResponse>',
  }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const error = await expectFault(open().sts.whoami(), 'unreachable')
  expect(error.message).toContain('sts:GetCallerIdentity in us-east-1: AWS answered without an account')
  expect(asked.length).toBeGreaterThan(3)
})
