import { describe, expect, it, vi } from 'vitest'
import { connect, expectFault, giveKeys, open, serve } from './wire.ts'

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'fis.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringLike: { a: 'ü %+&*' } } },
  ],
})
const role = { name: 'some+role', description: 'what it is for', trust: TRUST, tags: { 'spot-interrupt:mode': 'interruption', leer: '' } }

describe('a role', () => {
  it('is created and read with its trust and its tags', async () => {
    const { simulator, aws } = await connect()
    const made = await aws.iam.createRole(role)
    expect(made).toEqual({ arn: 'arn:aws:iam::123456789012:role/some+role', name: role.name, trust: TRUST, tags: role.tags })
    expect(await aws.iam.readRole(role.name)).toEqual(made)
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('that is not there is undefined, not an error', async () => {
    const { aws } = await connect()
    expect(await aws.iam.readRole('nobody')).toBeUndefined()
    expect(await aws.iam.readPolicy('nobody', 'p')).toBeUndefined()
  })

  it('that exists already is said to; it may be our own, whose answer was lost', async () => {
    const { simulator, aws } = await connect()
    simulator.setFaults([{ operation: 'CreateRole', nth: 1, fault: 'commit-lose' }])
    await expectFault(aws.iam.createRole(role), 'exists')
    expect(await aws.iam.readRole(role.name)).toMatchObject({ tags: role.tags })
  })

  it.each([
    ['DeleteRole', 'commit-lose'],
    ['DeleteRolePolicy', 'commit-lose'],
  ] as const)('is deleted with its policy, also when the answer of %s is lost', async (operation, fault) => {
    const { simulator, aws } = await connect()
    await aws.iam.createRole(role)
    await aws.iam.putPolicy(role.name, 'p', '{"Statement":[]}')
    simulator.setFaults([{ operation, nth: 1, fault }])
    await aws.iam.deletePolicy(role.name, 'p')
    await aws.iam.deleteRole(role.name)
    expect(simulator.leftovers().leftovers).toEqual([])
    await aws.iam.deletePolicy(role.name, 'p')
    await aws.iam.deleteRole(role.name)
  })

  it('that still has its policy cannot be deleted', async () => {
    const { aws } = await connect()
    await aws.iam.createRole(role)
    await aws.iam.putPolicy(role.name, 'p', '{"Statement":[]}')
    await expectFault(aws.iam.deleteRole(role.name), 'conflict')
  })

  it.each([
    ['a page', '<html>not here</html>'],
    ['nothing', ''],
  ])('is not taken for missing on a 404 with %s, which IAM did not send', async (_, body) => {
    giveKeys()
    const { url } = await serve(() => ({ status: 404, body }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    await expectFault(open().iam.readRole('some'), 'unreachable')
    await expectFault(open().iam.deleteRole('some'), 'unreachable')
  })
})

describe('a service-linked role', () => {
  it('is made once; that it is there already is no error', async () => {
    const { aws } = await connect()
    expect(await aws.iam.createServiceRole('fis.amazonaws.com')).toBe(true)
    expect(await aws.iam.createServiceRole('fis.amazonaws.com')).toBe(false)
  })

  it('may also be said to exist, as moto says it', async () => {
    giveKeys()
    const error = '<Error><Type>Sender</Type><Code>EntityAlreadyExists</Code><Message>Role already exists.</Message></Error>'
    const { url } = await serve(() => ({
      status: 409,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse>${error}</ErrorResponse>`,
    }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    expect(await open().iam.createServiceRole('fis.amazonaws.com')).toBe(false)
  })
})

describe('a policy', () => {
  it('is written and read as it is', async () => {
    const { aws } = await connect()
    await aws.iam.createRole(role)
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'a:b', Resource: 'arn:*:%20 +ü' }] })
    await aws.iam.putPolicy(role.name, 'p', document)
    expect(await aws.iam.readPolicy(role.name, 'p')).toBe(document)
    expect(await aws.iam.readPolicy(role.name, 'other')).toBeUndefined()
  })

  it('that IAM cannot read is refused as malformed, once', async () => {
    const { simulator, aws } = await connect()
    await aws.iam.createRole(role)
    await expectFault(aws.iam.putPolicy(role.name, 'p', 'not json'), 'invalid')
    expect(simulator.journal().filter(({ operation }) => operation === 'PutRolePolicy')).toHaveLength(1)
  })
})

it('says of a policy for a role that is not there, or not yet, that there is no such role', async () => {
  const { aws } = await connect()
  await expectFault(aws.iam.putPolicy('nobody', 'p', '{"Statement":[]}'), 'missing')
})
