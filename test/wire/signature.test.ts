import { expect, it, vi } from 'vitest'
import { givenSignature, signatureOf } from './signature.ts'
import { faultOf, giveKeys, open, serve } from './wire.ts'

const TEMPLATE = {
  token: 'token-1',
  description: 'Unterbrechung für ☁️ und “mehr”',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  actionId: 'aws:ec2:send-spot-instance-interruptions',
  parameters: { durationBeforeInterruption: 'PT2M' },
  batches: [{ target: 't', action: 'a', arns: ['arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0'] }],
  tags: { wer: 'Jürgen' },
}

type Aws = ReturnType<typeof open>

it.each<readonly [string, (aws: Aws) => Promise<unknown>]>([
  ['fis, with a body that is not ASCII', ({ fis }) => fis.createTemplate(TEMPLATE)],
  ['fis, with an id in the path', ({ fis }) => fis.readAction('aws:ec2:send-spot-instance-interruptions')],
  ['fis, with a query', ({ fis }) => fis.listTemplates()],
  ['fis, deleting', ({ fis }) => fis.deleteTemplate('EXT1')],
  ['ec2', ({ ec2 }) => ec2.readInstances(['i-0123456789abcdef0'])],
  ['iam', ({ iam }) => iam.putPolicy('r', 'p', '{"Statement":[{"Condition":{"StringLike":{"x":"ü*"}}}]}')],
  ['sts', ({ sts }) => sts.whoami()],
])('requests are signed as AWS specifies: %s', async (_, call) => {
  giveKeys('AKIDWIRE', 'session')
  const { url, asked } = await serve(() => ({ status: 403, body: '{}' }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  await faultOf(call(open()))
  const [one] = asked
  if (one === undefined) throw new Error('nothing was asked')
  expect(givenSignature(one)).toBe(signatureOf(one, 'wire'))
  expect(givenSignature(one)).not.toBe(signatureOf(one, 'another secret'))
  if (one.body !== '') expect(Number(one.headers['content-length'])).toBe(Buffer.byteLength(one.body))
  expect(one.headers['user-agent']).toContain('spot-interrupt/1.2.3')
  expect(one.headers.authorization).toMatch(/SignedHeaders=[^,]*host[^,]*x-amz-date[^,]*x-amz-security-token/)
})

it('is made anew for every attempt, over the same body', async () => {
  giveKeys()
  const { url, asked } = await serve((_, nth) =>
    nth < 3 ? { status: 503, body: '<html>' } : { body: '{"experimentTemplate":{"id":"EXT1"}}' },
  )
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  expect(await open().fis.createTemplate(TEMPLATE)).toEqual({ id: 'EXT1' })
  expect(asked).toHaveLength(3)
  expect(new Set(asked.map(({ body }) => body)).size).toBe(1)
  for (const one of asked) expect(givenSignature(one)).toBe(signatureOf(one, 'wire'))
})
