/** A source of credentials falls silent: the call that waits for it ends by its own limits, and a later call may still get them. */
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createCredentials } from '../../src/aws/credentials.ts'
import { SPEED } from './speed.ts'
import { faultOf, later, open, type Silence, serve } from './wire.ts'

const LIMITS = { attemptMs: 300, patienceMs: SPEED * 1000 }
const MOST_MS = 8000
const SILENCES: readonly Silence[] = ['hang', 'slow', 'headers', 'half', 'drip']

async function giveFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-wire-'))
  later(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function giveConfig(text: string): Promise<string> {
  const folder = await giveFolder({ config: text })
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  return folder
}

/** Each source that is asked over the network, made to ask the given address. */
const SOURCES: Readonly<Record<string, (url: string) => void | Promise<void>>> = {
  'a container': (url) => void vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url}/creds`),
  'an instance': (url) => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false')
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url)
  },
  'a web identity': async (url) => {
    const folder = await giveFolder({ token: 'jwt' })
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'token'))
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/r')
    vi.stubEnv('AWS_ENDPOINT_URL_STS', url)
  },
  'a role that a profile assumes': async (url) => {
    await giveConfig(
      '[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n',
    )
    vi.stubEnv('AWS_PROFILE', 'ci')
    vi.stubEnv('AWS_ENDPOINT_URL_STS', url)
  },
  'an SSO login': async (url) => {
    const session = 'sso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n'
    const folder = await giveConfig(
      `[profile ci]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session s]\n${session}`,
    )
    await mkdir(join(folder, '.aws/sso/cache'), { recursive: true })
    const name = createHash('sha1').update('s').digest('hex')
    const token = { accessToken: 't', expiresAt: new Date(Date.now() + 3_600_000_000).toISOString() }
    await writeFile(join(folder, '.aws/sso/cache', `${name}.json`), JSON.stringify(token))
    vi.stubEnv('HOME', folder)
    vi.stubEnv('AWS_PROFILE', 'ci')
    vi.stubEnv('AWS_ENDPOINT_URL_SSO', url)
  },
}

async function expectEnd(waits: boolean): Promise<void> {
  const aws = await serve(() => ({ body: '{}' }))
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
  const startMs = performance.now()
  const error = await faultOf(open(undefined, LIMITS).fis.readExperiment('EXP1'))
  expect((performance.now() - startMs) / SPEED).toBeLessThan(MOST_MS)
  expect(aws.asked).toEqual([])
  if (!waits) return
  expect(error).toMatchObject({ fault: 'unreachable', hint: expect.stringContaining('Check why it does not answer') })
  expect(error.message).toMatch(
    /^There were no credentials for fis:GetExperiment in us-east-1: .+ gave no complete answer within 0\.3 s\.$/,
  )
}

describe.each(Object.entries(SOURCES))('%s', (_, point) => {
  it.each(SILENCES)('that falls silent (%s) does not hold the call', async (silence) => {
    const source = await serve(() => silence)
    await point(source.url)
    await expectEnd(true)
    expect(source.asked.length).toBeGreaterThan(0)
  })
})

describe('a process', () => {
  it.each([
    ['sleeps', 'exec sleep 9'],
    ['waits for input', 'read answer'],
    ['does not end when told to', 'trap "" TERM INT HUP; sleep 9'],
    ['prints for ever', 'while :; do echo; sleep 0.05; done'],
  ])('that %s does not hold the call', async (_, script) => {
    const folder = await giveFolder()
    await writeFile(join(folder, 'creds.sh'), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, 'creds.sh'), 0o755)
    await giveConfig(`[default]\ncredential_process = "${join(folder, 'creds.sh')}"\n`)
    await expectEnd(true)
  })
})

describe('a file', () => {
  it.each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'])(
    'that %s names and that never ends is not read',
    async (name) => {
      vi.stubEnv(name, '/dev/zero')
      await expectEnd(false)
      const error = await faultOf(open().sts.whoami())
      expect(error).toMatchObject({ fault: 'credentials', message: expect.stringContaining('/dev/zero is not a regular file') })
    },
  )
})

it('a source that was silent once is asked again in the end', async () => {
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const over = new AbortController()
    setTimeout(() => over.abort(), 100)
    return over.signal
  })
  const keys = { accessKeyId: 'A', secretAccessKey: 's' }
  let chains = 0
  const credentials = createCredentials({ HOME: '/nonexistent' }, () => {
    chains += 1
    return chains === 1 ? () => new Promise(() => undefined) : async () => keys
  })
  const first = credentials.provide()
  expect(credentials.waiting()).toBe(true)
  await expect(first).rejects.toMatchObject({ name: 'CredentialsFailure', cause: { name: 'TimeoutError' } })
  vi.restoreAllMocks()
  expect(await credentials.provide()).toEqual(keys)
  expect(credentials.waiting()).toBe(false)
})
