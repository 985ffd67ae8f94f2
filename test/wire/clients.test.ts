import { expect, it } from 'vitest'
import { ACCOUNT, connect } from './wire.ts'

it('a port that is awaited stays a port, and sends nothing', async () => {
  const { simulator, aws } = await connect()
  const { sts } = { sts: await aws.sts }
  expect(simulator.journal()).toEqual([])
  expect((await sts.whoami()).account).toBe(ACCOUNT)
  expect(simulator.journal()).toHaveLength(1)
})

it('calls of different services start side by side', async () => {
  const { simulator, aws } = await connect()
  await Promise.all([aws.sts.whoami(), aws.fis.listTemplates(), aws.ec2.readSpotRequests(['sir-1'])])
  expect(new Set(simulator.journal().map(({ service }) => service))).toEqual(new Set(['sts', 'fis', 'ec2']))
})
