import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { startSimulator } from '../../simulator/server.ts'
import { connect, expectFault, giveKeys, later, open, serve } from './wire.ts'

const END = () => new Date(Date.now() + 3_600_000).toISOString()
const INTERRUPTION = 'aws:ec2:send-spot-instance-interruptions'

/** All four clients with the credentials that the environment leads to; which access keys AWS saw, and where they are said to come from. */
async function whose(): Promise<{ readonly keys: readonly string[]; readonly source: string }> {
  const simulator = await startSimulator()
  later(simulator.close)
  vi.stubEnv('AWS_ENDPOINT_URL', simulator.url)
  const { sts, ec2, iam, fis } = open()
  const others = [ec2.readInstances(['i-0123456789abcdef0']), iam.readRole('x'), fis.readAction(INTERRUPTION)]
  const [{ source }] = await Promise.all([sts.whoami(), ...others])
  const keys = simulator.journal().map(({ service, accessKeyId }) => `${service} ${accessKeyId}`)
  // Once each: a busy machine may make one of them ask twice.
  return { keys: [...new Set(keys)].sort(), source }
}

const byAll = (key: string, source: string) => ({ keys: ['ec2', 'fis', 'iam', 'sts'].map((service) => `${service} ${key}`), source })

async function giveFiles(files: { readonly config?: string; readonly credentials?: string; readonly token?: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-wire-'))
  later(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  return folder
}

/** The part of STS that gives credentials; it has an endpoint of its own, as the simulator does not do this. */
async function serveSts(operation: string) {
  const sts = await serve(({ body }) => {
    if (new URLSearchParams(body).get('Action') !== operation) return { status: 400 }
    const keys = `<AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${END()}</Expiration>`
    const who = '<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>'
    const result = `<${operation}Result><Credentials>${keys}</Credentials>${who}</${operation}Result>`
    return { body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</${operation}Response>` }
  })
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
  return sts.asked
}

it('come from the environment, session token and all', async () => {
  const { url, asked } = await serve(() => ({ status: 400 }))
  giveKeys('AKIDENV', 'the-session')
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  await expectFault(open().fis.readExperiment('EXP1'), 'invalid')
  expect(asked[0]?.headers['x-amz-security-token']).toBe('the-session')
  expect(await whose()).toEqual(byAll('AKIDENV', 'the environment'))
})

it('come from the environment also where AWS_PROFILE is set, as in the AWS CLI', async () => {
  await giveFiles({ config: '', credentials: '[ci]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n' })
  vi.stubEnv('AWS_PROFILE', 'ci')
  giveKeys('AKIDENV')
  expect(await whose()).toEqual(byAll('AKIDENV', 'the environment'))
  vi.stubEnv('AWS_PROFILE', 'nowhere')
  expect(await whose()).toEqual(byAll('AKIDENV', 'the environment'))
})

it('come from a profile also where a secret alone is in the environment, as in the AWS CLI', async () => {
  await giveFiles({ config: '', credentials: '[ci]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n' })
  vi.stubEnv('AWS_PROFILE', 'ci')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'alone')
  expect(await whose()).toEqual(byAll('AKIDPROFILE', 'profile ci'))
})

it('never come from the runner itself where the process of a profile fails', async () => {
  const keys = { Code: 'Success', AccessKeyId: 'AKIDCONTAINER', SecretAccessKey: 's', Token: 't', Expiration: END() }
  const { url } = await serve(() => ({ body: JSON.stringify(keys) }))
  await giveFiles({ config: '[default]\ncredential_process = false\n', credentials: '' })
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url}/creds`)
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const error = await expectFault(open().fis.readExperiment('EXP1'), 'credentials')
  expect(error.message).toContain('The credential_process of profile default gave no credentials')
})

it('end when the environment says so', async () => {
  const { aws } = await connect()
  const end = END()
  vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', end)
  expect((await aws.sts.whoami()).expiresAt).toEqual(new Date(end))
})

it('come from a profile', async () => {
  await giveFiles({ config: '', credentials: '[ci]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n' })
  vi.stubEnv('AWS_PROFILE', 'ci')
  expect(await whose()).toEqual(byAll('AKIDPROFILE', 'profile ci'))
})

it('come from a process', async () => {
  const folder = await giveFiles({ credentials: '' })
  const answer = { Version: 1, AccessKeyId: 'AKIDPROCESS', SecretAccessKey: 's', Expiration: END() }
  await writeFile(join(folder, 'answer.cjs'), `console.log(${JSON.stringify(JSON.stringify(answer))})`)
  await writeFile(join(folder, 'config'), `[default]\ncredential_process = "${process.execPath}" "${join(folder, 'answer.cjs')}"\n`)
  expect(await whose()).toEqual(byAll('AKIDPROCESS', 'profile default'))
})

it('come from a role that a profile assumes', async () => {
  const asked = await serveSts('AssumeRole')
  const config = '[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\nregion = us-east-1\n'
  await giveFiles({ config, credentials: '[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n' })
  vi.stubEnv('AWS_PROFILE', 'ci')
  const simulator = await startSimulator()
  later(simulator.close)
  vi.stubEnv('AWS_ENDPOINT_URL', simulator.url)
  const { ec2, fis } = open()
  await Promise.all([ec2.readInstances(['i-0123456789abcdef0']), fis.readAction(INTERRUPTION)])
  expect(new Set(simulator.journal().map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKIDROLE']))
  expect(asked).toHaveLength(1)
  expect(asked[0]?.headers.authorization).toContain('Credential=AKIDBASE/')
})

it('come from a web identity, exchanged once for all clients', async () => {
  const asked = await serveSts('AssumeRoleWithWebIdentity')
  const folder = await giveFiles({ token: 'the.web.identity' })
  vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'token'))
  vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/r')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  const simulator = await startSimulator()
  later(simulator.close)
  vi.stubEnv('AWS_ENDPOINT_URL', simulator.url)
  const { ec2, iam, fis } = open()
  await Promise.all([ec2.readInstances(['i-0123456789abcdef0']), iam.readRole('x'), fis.readAction(INTERRUPTION)])
  expect(new Set(simulator.journal().map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKIDROLE']))
  expect(asked).toHaveLength(1)
  expect(new URLSearchParams(asked[0]?.body).get('WebIdentityToken')).toBe('the.web.identity')
})

it('come from the container that the runner is in', async () => {
  const keys = { AccessKeyId: 'AKIDCONTAINER', SecretAccessKey: 's', Token: 't', Expiration: END() }
  const { url, asked } = await serve(() => ({ body: JSON.stringify(keys) }))
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url}/creds`)
  vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'let-me-in')
  expect(await whose()).toEqual(byAll('AKIDCONTAINER', 'the endpoint of the container'))
  expect(asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/creds', 'let-me-in']])
})

it('come from the instance that the runner is on, by IMDSv2', async () => {
  const keys = { Code: 'Success', AccessKeyId: 'AKIDINSTANCE', SecretAccessKey: 's', Token: 't', Expiration: END() }
  const { url, asked } = await serve(({ method, path }) => {
    if (method === 'PUT' && path === '/latest/api/token')
      return { body: 'imds-token', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } }
    return { body: path.endsWith('/security-credentials/') ? 'runner' : JSON.stringify(keys) }
  })
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false')
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url)
  expect(await whose()).toEqual(byAll('AKIDINSTANCE', 'the metadata service of the instance'))
  expect(asked.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET'])
  expect(asked.slice(1).every(({ headers }) => headers['x-aws-ec2-metadata-token'] === 'imds-token')).toBe(true)
})

it('that are nowhere fail at once, and the hint says what to put before the step', async () => {
  const { url, asked } = await serve(() => ({ status: 500 }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const { sts, ec2, iam, fis } = open()
  const calls = [sts.whoami(), ec2.readInstances(['i-0123456789abcdef0']), iam.readRole('x'), fis.readExperiment('EXP1')]
  for (const error of await Promise.all(calls.map((call) => expectFault(call, 'credentials')))) {
    expect(error.message).toContain('Could not load credentials from any providers')
    expect(error.hint).toContain('aws-actions/configure-aws-credentials')
  }
  expect(asked).toEqual([])
})

it.each([
  ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  ['InvalidSignatureException', 'The request signature we calculated does not match.'],
])('that AWS does not take (%s) fail at once', async (code, message) => {
  giveKeys()
  const body = JSON.stringify({ message })
  const { url, asked } = await serve(() => ({ status: 403, headers: { 'x-amzn-errortype': `${code}:http://internal/` }, body }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const error = await expectFault(open().fis.readExperiment('EXP1'), 'credentials')
  expect(error.message).toContain(`${code}: ${message}`)
  expect(asked).toHaveLength(1)
})
