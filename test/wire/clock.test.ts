import { describe, expect, it, vi } from 'vitest'
import { expectFault, giveKeys, open, serve } from './wire.ts'

const HOUR_MS = 3_600_000
type Aws = ReturnType<typeof open>
type Refusal = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }

const query = (code: string, message: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
const ec2 = (code: string, message: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`

/** How each service refuses a signature from the wrong hour, and a good answer of it. */
const SERVICES: readonly (readonly [string, (aws: Aws) => Promise<unknown>, Refusal, string])[] = [
  [
    'fis',
    ({ fis }) => fis.readExperiment('EXP1'),
    {
      status: 403,
      headers: { 'x-amzn-errortype': 'InvalidSignatureException' },
      body: '{"message":"Signature expired: 1 is now earlier than 2"}',
    },
    '{"experiment":{"id":"EXP1","state":{"status":"running"}}}',
  ],
  [
    'ec2',
    ({ ec2 }) => ec2.readInstances(['i-0123456789abcdef0']),
    { status: 400, body: ec2('RequestExpired', 'Request has expired.') },
    '<DescribeInstancesResponse><reservationSet></reservationSet></DescribeInstancesResponse>',
  ],
  [
    'sts',
    ({ sts }) => sts.whoami(),
    { status: 403, body: query('SignatureDoesNotMatch', 'Signature not yet current: 2 is still later than 1') },
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:x</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  ],
]

/** A service an hour ahead, or behind: it refuses every signature that is more than five minutes off. */
async function serveOff(offMs: number, refusal: Refusal, good: string) {
  giveKeys()
  const { url, asked } = await serve(({ headers }) => {
    const now = Date.now() + offMs
    const signed = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')
    const date = { date: new Date(now).toUTCString() }
    return Math.abs(Date.parse(signed) - now) < 300_000
      ? { headers: date, body: good }
      : { ...refusal, headers: { ...refusal.headers, ...date } }
  })
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  return asked
}

describe.each(SERVICES)('a clock that is wrong, asking %s', (_, ask, refusal, good) => {
  it.each([
    ['slow', HOUR_MS],
    ['fast', -HOUR_MS],
  ])('by an hour, %s, costs one attempt', async (_name, offMs) => {
    const asked = await serveOff(offMs, refusal, good)
    const aws = open()
    await ask(aws)
    expect(asked).toHaveLength(2)
    await ask(aws)
    expect(asked).toHaveLength(3)
  })

  it('is named where nobody tells the right time', async () => {
    giveKeys()
    const { url, asked } = await serve(() => ({ ...refusal, headers: { ...refusal.headers, date: '' } }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const { hint } = await expectFault(ask(open()), refusal.status === 400 ? 'expired' : 'credentials')
    expect(hint).toContain('clock')
    expect(asked).toHaveLength(1)
  })
})
