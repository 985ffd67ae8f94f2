import { expect, it, vi } from 'vitest'
import { createAws } from '../../src/aws/clients.ts'
import { createClock } from '../../src/runner/clock.ts'
import { giveKeys, REGION, serve } from './wire.ts'

const HOUR_MS = 3_600_000
const GOOD = '{"experiment":{"id":"EXP1","state":{"status":"running"}}}'

/** AWS with a clock of its own, and the runner's clock that has heard it once. */
async function askAt(headers: () => Readonly<Record<string, string>>, status = 200) {
  giveKeys()
  const { url } = await serve(() => ({ status, headers: headers(), body: GOOD }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const clock = createClock()
  const aws = createAws({ region: REGION, userAgent: ['spot-interrupt', '1.2.3'], observeDate: clock.observeDate })
  await aws.fis.readExperiment('EXP1').catch(() => undefined)
  return { ahead: clock.awsNow().getTime() - Date.now() }
}

it.each([
  ['two hours ahead', 2 * HOUR_MS],
  ['two hours behind', -2 * HOUR_MS],
  ['right', 0],
])('the time of AWS comes from its answers: a clock that is %s', async (_, offMs) => {
  const { ahead } = await askAt(() => ({ date: new Date(Date.now() + offMs).toUTCString() }))
  expect(Math.abs(ahead - offMs)).toBeLessThan(2000)
})

it('comes from a refusal, too', async () => {
  const { ahead } = await askAt(() => ({ date: new Date(Date.now() + HOUR_MS).toUTCString() }), 403)
  expect(Math.abs(ahead - HOUR_MS)).toBeLessThan(2000)
})

it.each(['', 'yesterday'])('stays the runner’s own where an answer has the date %j', async (date) => {
  const { ahead } = await askAt(() => ({ date }))
  expect(Math.abs(ahead)).toBeLessThan(2000)
})
