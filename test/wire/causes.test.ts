/** Each cause of a failed call as the real SDK meets it: what is said, and that nothing is tried again in vain. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { CERTIFICATE, KEY } from '../fakes/certificate.ts'
import { faultOf, giveKeys, later, listenOn, open, serve } from './wire.ts'

const SECRET = 'wJalrXUtnFEMIsecret'

/** A call that fails, and how often AWS was asked. */
async function fail(region = 'us-east-1') {
  const { url, asked } = await serve(() => ({ status: 200, body: '{}' }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  return { error: await faultOf(open(region).fis.readExperiment('EXP1')), asked }
}

async function giveConfig(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-wire-'))
  later(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'config'), text)
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  return folder
}

async function giveScript(script: string): Promise<void> {
  const folder = await giveConfig('')
  await writeFile(join(folder, 'creds.sh'), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'creds.sh'), 0o755)
  await writeFile(join(folder, 'config'), `[default]\ncredential_process = "${join(folder, 'creds.sh')}" --token ${SECRET}\n`)
}

function giveVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

const PAIR = { AWS_ACCESS_KEY_ID: 'AKIDWIRE', AWS_SECRET_ACCESS_KEY: SECRET }

describe('credentials', () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['an id with a line break', { ...PAIR, AWS_ACCESS_KEY_ID: 'AKIDWIRE\n' }, /AWS_ACCESS_KEY_ID contains a line break/],
    ['a secret with a line break', { ...PAIR, AWS_SECRET_ACCESS_KEY: `${SECRET}\n` }, /AWS_SECRET_ACCESS_KEY contains a line break/],
    ['a secret after a blank', { ...PAIR, AWS_SECRET_ACCESS_KEY: ` ${SECRET}` }, /AWS_SECRET_ACCESS_KEY contains a blank/],
    ['a token over two lines', { ...PAIR, AWS_SESSION_TOKEN: `${SECRET}\r\n${SECRET}` }, /AWS_SESSION_TOKEN contains a line break/],
    ['an id with a control character', { ...PAIR, AWS_ACCESS_KEY_ID: 'AKID\u001b[0m' }, /contains a character that no key has/],
    ['an id alone', { AWS_ACCESS_KEY_ID: 'AKIDWIRE' }, /AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not/],
    ['an id alone, beside a profile', { AWS_ACCESS_KEY_ID: 'AKIDWIRE', AWS_PROFILE: 'x' }, /AWS_SECRET_ACCESS_KEY is not/],
    ['a secret alone', { AWS_SECRET_ACCESS_KEY: SECRET }, /AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not/],
    ['a profile that is nowhere', { AWS_PROFILE: 'nowhere' }, /AWS_PROFILE names the profile nowhere, which is neither in/],
    [
      'a token file that is not there',
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent/t', AWS_ROLE_ARN: 'arn:aws:iam::1:role/r' },
      /web identity token cannot be read \(ENOENT\)/,
    ],
    ['a container endpoint of somebody', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/creds' }, /URL not accepted/],
    ['a configuration that is a folder', { AWS_CONFIG_FILE: tmpdir() }, /cannot be read \(EISDIR\)/],
    ['a configuration that is a folder, and a profile', { AWS_CONFIG_FILE: tmpdir(), AWS_PROFILE: 'x' }, /cannot be read \(EISDIR\)/],
  ])('%s: said at once, and AWS is not asked', async (_, variables, words) => {
    giveVariables(variables)
    const { error, asked } = await fail()
    expect(error.message).toMatch(words)
    expect(error).toMatchObject({ fault: 'credentials', unsure: false, hint: expect.stringMatching(/\w.*\./) })
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET)
    expect(asked).toEqual([])
  })

  it.each<[string, string, RegExp]>([
    ['fails', `echo "vault is sealed" >&2; exit 3`, /^The credential_process of profile default gave no credentials: vault is sealed\.$/],
    ['fails in silence', 'exit 1', /it failed and said nothing/],
    ['prints no JSON', 'echo hello', /invalid JSON/],
    ['prints half a pair', `echo '{"Version":1,"AccessKeyId":"AKID"}'`, /invalid credentials/],
    ['never stops printing', 'yes', /maxBuffer/],
  ])('a credential_process that %s is named without its command', async (_, script, words) => {
    await giveScript(script)
    const { error, asked } = await fail()
    expect(error).toMatchObject({ fault: 'credentials', message: expect.stringMatching(words) })
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET)
    expect(asked).toEqual([])
  })

  it('of a process that breaks its lines cannot be used', async () => {
    await giveScript(`echo '{"Version":1,"AccessKeyId":"AKID\\\\nX","SecretAccessKey":"${SECRET}"}'`)
    const { error, asked } = await fail()
    expect(error).toMatchObject({ fault: 'credentials', message: expect.stringContaining('from profile default cannot be used') })
    expect(asked).toEqual([])
  })

  it('of an SSO login that is over ask for a new login', async () => {
    const folder = await giveConfig(
      '[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n',
    )
    await mkdir(join(folder, '.aws/sso/cache'), { recursive: true })
    giveVariables({ HOME: folder, AWS_PROFILE: 'sso' })
    const { error, asked } = await fail()
    expect(error).toMatchObject({ fault: 'expired', hint: expect.stringContaining('aws sso login, or aws login, with profile sso') })
    expect(asked).toEqual([])
  })

  it.each([
    ['AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 'credentials', /trust policy/],
    ['InvalidIdentityToken', 'No OpenIDConnect provider found in your account', 'credentials', /token\.actions\.githubusercontent\.com/],
    ['ExpiredTokenException', 'Token expired: current date/time must be before the expiration date/time', 'expired', /request a new one/],
  ])('that STS refuses for a web identity (%s) say what to change', async (code, message, fault, hint) => {
    const sts = await serve(() => ({
      status: 403,
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    }))
    const folder = await giveConfig('')
    await writeFile(join(folder, 'token'), 'jwt')
    giveVariables({
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
    })
    const { error, asked } = await fail()
    expect(error).toMatchObject({ fault, message: expect.stringContaining(message), hint: expect.stringMatching(hint) })
    expect(asked).toEqual([])
    expect(sts.asked).toHaveLength(1)
  })
})

describe('the way to AWS', () => {
  it('a certificate of an issuer that is not known ends the call at once, also with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    giveKeys()
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    let asked = 0
    const server = createTls({ key: KEY, cert: CERTIFICATE }, (_, response) => {
      asked += 1
      response.end('{}')
    })
    vi.stubEnv('AWS_ENDPOINT_URL', `https://127.0.0.1:${await listenOn(server)}`)
    const error = await faultOf(open().fis.readExperiment('EXP1'))
    expect(error).toMatchObject({
      fault: 'settings',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(asked).toBe(0)
  })

  it('another end that speaks no TLS is said at once', async () => {
    giveKeys()
    const { url, asked } = await serve(() => ({}))
    vi.stubEnv('AWS_ENDPOINT_URL', url.replace('http:', 'https:'))
    const error = await faultOf(open().fis.readExperiment('EXP1'))
    expect(error).toMatchObject({ fault: 'settings', hint: expect.stringContaining('does not speak TLS') })
    expect(asked).toEqual([])
  })

  it.each(['nonsense', 'http://', 'https:// bad host', 'ftp://x'])(
    'an endpoint that is no address (%j) is said at once',
    async (endpoint) => {
      giveKeys()
      vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
      const error = await faultOf(open().fis.readExperiment('EXP1'))
      expect(error).toMatchObject({ fault: 'settings', hint: expect.stringContaining('AWS_ENDPOINT_URL') })
    },
  )

  it.each([
    ['https_proxy', 'socks5://127.0.0.1:1080', 'settings', /https_proxy is not the address of an HTTP proxy/, /SOCKS is not supported/],
    [
      'https_proxy',
      'http://u:wJalrXUtnFEMIsecret@127.0.0.1:9',
      'unreachable',
      /ECONNREFUSED/,
      /^The proxy 127\.0\.0\.1:9, which https_proxy names, does not answer/,
    ],
    ['HTTPS_PROXY', 'http://proxy.invalid:3128', 'unreachable', /ENOTFOUND|EAI_AGAIN/, /proxy\.invalid:3128.* has no address/],
  ])('%s=%s is explained', async (name, value, fault, words, hint) => {
    giveKeys()
    vi.stubEnv(name, value)
    const error = await faultOf(open('us-east-1').fis.readExperiment('EXP1'))
    expect(error).toMatchObject({ fault, message: expect.stringMatching(words), hint: expect.stringMatching(hint) })
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET)
  })

  it('an endpoint of the environment where nobody listens is named', async () => {
    giveKeys()
    vi.stubEnv('AWS_ENDPOINT_URL_FIS', 'http://127.0.0.1:9')
    const error = await faultOf(open().fis.readExperiment('EXP1'))
    expect(error).toMatchObject({
      fault: 'unreachable',
      hint: expect.stringContaining('Check AWS_ENDPOINT_URL_FIS, or remove it'),
    })
  })

  it.each(['us east 1', 'us_east_1/x'])('a region that is none (%j) is said at once', async (region) => {
    giveKeys()
    const error = await faultOf(open(region).fis.readExperiment('EXP1'))
    expect(error).toMatchObject({ fault: 'settings', hint: expect.stringContaining('Check the region') })
  })
})
