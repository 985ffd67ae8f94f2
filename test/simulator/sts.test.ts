import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { openSimulator, spotArn, spotId, type TestSimulator, templateBody } from './fixture.ts'

const ISSUER = 'token.actions.githubusercontent.com'
const claims = { iss: `https://${ISSUER}`, sub: 'repo:octo/service:ref:refs/heads/main', aud: 'sts.amazonaws.com' }
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${encode({ alg: 'RS256' })}.${encode(claims)}.c2VjcmV0LXNpZ25hdHVyZQ`
const OTHER = '210987654321'
const RoleArn = `arn:aws:iam::${OTHER}:role/ci/Deploy`

const trust = (Condition: object, account = OTHER) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${ISSUER}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition,
    },
  ],
})

const withTrust = (document: Record<string, unknown>): SeedInput => ({ roles: [{ name: 'Deploy', path: '/ci/', trust: document }] })

function clientOf(simulator: TestSimulator, given: Credentials | undefined): STSClient {
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
  const client = new STSClient({ endpoint: simulator.url, region: 'us-east-1', maxAttempts: 1, credentials })
  onTestFinished(() => client.destroy())
  return client
}

const assumeByToken = (simulator: TestSimulator, token = TOKEN, DurationSeconds = 3600) =>
  simulator.sts.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'GitHubActions', WebIdentityToken: token, DurationSeconds }),
  )

describe('AssumeRoleWithWebIdentity', () => {
  it('is not signed, and gives credentials whose account is that of the role', async () => {
    const simulator = await openSimulator()
    const { Credentials, AssumedRoleUser, SubjectFromWebIdentityToken } = await assumeByToken(simulator)
    expect(simulator.journal()).toMatchObject([{ accessKeyId: '', region: 'us-east-1' }])
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/Deploy/GitHubActions`)
    expect(SubjectFromWebIdentityToken).toBe(claims.sub)
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/)
    expect(Credentials?.Expiration?.toISOString()).toBe('2026-01-01T01:00:00.000Z')
    const identity = await clientOf(simulator, Credentials).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ Account: OTHER, Arn: AssumedRoleUser?.Arn, UserId: AssumedRoleUser?.AssumedRoleId })
    const anybody = await simulator.sts.send(new GetCallerIdentityCommand({}))
    expect(anybody.Account).toBe('123456789012')
  })

  it('keeps neither the token nor the secrets that it gave', async () => {
    const simulator = await openSimulator()
    const { Credentials } = await assumeByToken(simulator)
    await assumeByToken(simulator, 'not-a-jwt-but-secret')
    const kept = JSON.stringify([simulator.journal(), simulator.state(), simulator.leftovers()])
    for (const secret of [TOKEN, 'c2VjcmV0', 'not-a-jwt-but-secret', Credentials?.SecretAccessKey, Credentials?.SessionToken]) {
      expect(kept).not.toContain(secret)
    }
    expect(simulator.journal()[0]?.params).toMatchObject({ RoleArn, WebIdentityToken: '(not kept)' })
  })

  it.each([
    [
      'its audience and subject',
      trust({ StringEquals: { [`${ISSUER}:aud`]: claims.aud }, StringLike: { [`${ISSUER}:sub`]: 'repo:octo/*' } }),
      true,
    ],
    ['another subject', trust({ StringEquals: { [`${ISSUER}:sub`]: 'repo:octo/other:ref:refs/heads/main' } }), false],
    ['the provider of another account', trust({}, '999999999999'), false],
  ])('of a role that exists goes by its trust policy: %s', async (_, document, allowed) => {
    const simulator = await openSimulator(withTrust(document))
    if (allowed) return expect((await assumeByToken(simulator)).Credentials).toBeDefined()
    await expect(assumeByToken(simulator)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    })
  })

  it('refuses what is no token for a role that exists', async () => {
    const simulator = await openSimulator(withTrust(trust({})))
    await expect(assumeByToken(simulator, 'no-token')).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('refuses longer sessions than the role allows', async () => {
    const simulator = await openSimulator(withTrust(trust({})))
    await expect(assumeByToken(simulator, TOKEN, 7200)).rejects.toThrow(/MaxSessionDuration/)
  })

  it('gives credentials that end', async () => {
    const simulator = await openSimulator()
    const client = clientOf(simulator, (await assumeByToken(simulator, TOKEN, 900)).Credentials)
    simulator.advance(899)
    await client.send(new GetCallerIdentityCommand({}))
    simulator.advance(1)
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  it.each(['GetCallerIdentity', 'AssumeRole'])('is the only operation without a signature: not %s', async (Action) => {
    const simulator = await openSimulator()
    const body = new URLSearchParams({ Action, Version: '2011-06-15', RoleArn, RoleSessionName: 'x1' })
    const answer = await fetch(simulator.url, { method: 'POST', body })
    expect({ status: answer.status, text: await answer.text() }).toEqual({
      status: 403,
      text: expect.stringContaining('MissingAuthenticationToken'),
    })
  })
})

describe('AssumeRole', () => {
  const request = { RoleArn, RoleSessionName: 'GitHubActions', Tags: [{ Key: 'GitHub', Value: 'Actions' }] }

  it('is signed, and takes session tags', async () => {
    const simulator = await openSimulator()
    const { Credentials } = await simulator.sts.send(new AssumeRoleCommand(request))
    expect(await clientOf(simulator, Credentials).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: OTHER })
  })

  it.each([
    ['the account of the caller', { AWS: 'arn:aws:iam::123456789012:root' }, true],
    ['another account', { AWS: 'arn:aws:iam::999999999999:root' }, false],
    ['a service', { Service: 'ec2.amazonaws.com' }, false],
  ])('of a role that exists goes by its trust policy: %s', async (_, Principal, allowed) => {
    const simulator = await openSimulator(
      withTrust({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }),
    )
    const asked = simulator.sts.send(new AssumeRoleCommand(request))
    if (allowed) return expect((await asked).Credentials).toBeDefined()
    await expect(asked).rejects.toThrow(
      /^User: arn:aws:sts::123456789012:assumed-role\/rehearsal\/workflow is not authorized to perform: sts:AssumeRole on/,
    )
  })

  it('of an assumed role lasts an hour at most', async () => {
    const simulator = await openSimulator()
    const { Credentials } = await simulator.sts.send(new AssumeRoleCommand(request))
    const chained = clientOf(simulator, Credentials).send(new AssumeRoleCommand({ ...request, DurationSeconds: 3601 }))
    await expect(chained).rejects.toThrow(/role chaining/)
  })
})

it('an experiment of an assumed role is of its account, from the ARN of the target to that of the experiment', async () => {
  const simulator = await openSimulator({
    instances: [{ id: spotId }],
    roles: [{ name: 'Fis', policies: { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } } }],
  })
  const { Credentials } = await simulator.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'GitHubActions' }))
  const key = Credentials?.AccessKeyId ?? ''
  const arn = spotArn(spotId).replace('123456789012', OTHER)
  const targets = { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [arn], selectionMode: 'ALL' } }
  const roleArn = `arn:aws:iam::${OTHER}:role/Fis`
  const template = await simulator.rest('POST', '/experimentTemplates', templateBody({ targets, roleArn }), { key })
  const experimentTemplateId = template.body.experimentTemplate.id
  const started = await simulator.rest('POST', '/experiments', { clientToken: 's', experimentTemplateId }, { key })
  expect(started.body.experiment.arn).toContain(`:${OTHER}:experiment/`)
  simulator.advance(10)
  expect((await simulator.rest('GET', `/experiments/${started.body.experiment.id}`, undefined, { key })).body.experiment.state.status).toBe(
    'running',
  )
  const { body } = await simulator.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': spotId }, { key })
  expect(body.DescribeInstancesResponse.reservationSet.item.ownerId).toBe(OTHER)
})
