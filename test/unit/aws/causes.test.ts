import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Call, Setting } from '../../../src/aws/call.ts'
import { CAUSES, findKnownCause } from '../../../src/aws/causes.ts'
import { readError } from '../../../src/aws/error-parts.ts'
import { toFault } from '../../../src/aws/faults.ts'
import { call } from '../../../src/aws/retry.ts'
import type { Fault } from '../../../src/model/errors.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Env = Readonly<Record<string, string>>
/** An error as the SDK or Node throws it, where it happens, and what is to be said. */
type Example = {
  readonly thrown: object
  readonly fault: Fault
  readonly hint: RegExp
  readonly text?: RegExp
  readonly env?: Env
  readonly region?: string
  readonly waiting?: boolean
}

const SECRET = 'wJalrXUtnFEMIsecret'
const PROXY = { shown: 'proxy.test:3128', variable: 'https_proxy' }
const inCredentials = (name: string, message: string, more: object = {}) => ({
  name: 'CredentialsFailure',
  message: 'no credentials',
  cause: { name, message, ...more },
})
const refused = (clause: string) => ({
  name: 'AccessDeniedException',
  message: `User: arn:aws:sts::1:assumed-role/ci/job is not authorized to perform: fis:StartExperiment on resource: arn:aws:fis:x with an explicit deny in ${clause}`,
})
const tls = (code: string, message = 'words') => ({ name: 'Error', message, code })

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'odd characters in the environment': [
    {
      thrown: inCredentials('InvalidKeys', 'AWS_SESSION_TOKEN contains a line break'),
      fault: 'credentials',
      hint: /without line breaks/,
      text: /AWS_SESSION_TOKEN contains/,
    },
  ],
  'half a pair in the environment': [
    {
      thrown: inCredentials('PartialKeys', 'A is set, but B is not'),
      fault: 'credentials',
      hint: /Set both/,
      text: /not complete: A is set/,
    },
  ],
  'odd characters from another source': [
    {
      thrown: { ...tls('ERR_INVALID_CHAR'), name: 'TypeError' },
      fault: 'credentials',
      hint: /on one line/,
      text: /from profile ci cannot be used/,
    },
  ],
  'unknown profile': [
    { thrown: inCredentials('UnknownProfile', 'AWS_PROFILE names x'), fault: 'credentials', hint: /Correct AWS_PROFILE/ },
  ],
  'unreadable file': [
    { thrown: inCredentials('UnreadableFile', '/x cannot be read (EACCES)'), fault: 'credentials', hint: /AWS_CONFIG_FILE/ },
  ],
  'no home folder': [
    { thrown: inCredentials('NoHome', 'words'), fault: 'credentials', hint: /Set HOME/ },
    {
      thrown: inCredentials('SystemError', 'A system error occurred: uv_os_homedir returned ENOENT', { code: 'ERR_SYSTEM_ERROR' }),
      fault: 'credentials',
      hint: /Set HOME/,
    },
  ],
  'a profile that asks for a code': [
    {
      thrown: inCredentials(
        'CredentialsProviderError',
        'Profile ci requires multi-factor authentication, but no MFA code callback was provided.',
      ),
      fault: 'credentials',
      hint: /without multi-factor/,
    },
  ],
  'an old login': [
    {
      thrown: inCredentials('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      fault: 'expired',
      hint: /aws sso login.*profile ci/,
      env: { AWS_PROFILE: 'ci' },
    },
    {
      thrown: inCredentials('TokenProviderError', 'Token is expired. To refresh this SSO session run'),
      fault: 'expired',
      hint: /aws sso login/,
    },
    {
      thrown: inCredentials('CredentialsProviderError', 'Failed to load a token for session x, please re-authenticate using aws login'),
      fault: 'expired',
      hint: /aws login/,
    },
  ],
  'a process that fails': [
    {
      thrown: inCredentials('CredentialsProviderError', `Command failed: /bin/creds --token ${SECRET}\nvault is sealed`),
      fault: 'credentials',
      hint: /by hand/,
      text: /gave no credentials: vault is sealed\.$/,
    },
    {
      thrown: inCredentials('CredentialsProviderError', 'Profile ci credential_process returned invalid JSON.'),
      fault: 'credentials',
      hint: /JSON with Version 1/,
    },
  ],
  'no web identity token': [
    {
      thrown: inCredentials('Error', 'ENOENT: no such file', { code: 'ENOENT' }),
      fault: 'credentials',
      hint: /id-token: write/,
      text: /\(ENOENT\)/,
    },
  ],
  'a web identity token that is over': [
    { thrown: inCredentials('ExpiredTokenException', 'Token expired'), fault: 'expired', hint: /request a new one/ },
  ],
  'a role that does not trust this workflow': [
    {
      thrown: inCredentials('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'),
      fault: 'credentials',
      hint: /trust policy/,
    },
    {
      thrown: inCredentials('InvalidIdentityTokenException', 'No OpenIDConnect provider found'),
      fault: 'credentials',
      hint: /provider token\.actions/,
    },
  ],
  'a silent source': [
    {
      thrown: { name: 'TimeoutError', message: 'no complete answer within 15 s' },
      waiting: true,
      fault: 'unreachable',
      hint: /does not answer/,
      text: /profile ci gave no complete answer within 15 s/,
    },
  ],
  'a container without credentials': [
    {
      thrown: inCredentials('CredentialsProviderError', 'Server responded with status: 403'),
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' },
      fault: 'credentials',
      hint: /task role/,
    },
  ],
  'no credentials at all': [
    {
      thrown: inCredentials('CredentialsProviderError', 'Could not load credentials from any providers'),
      fault: 'credentials',
      hint: /id-token: write/,
    },
  ],
  'a proxy that is none': [
    {
      thrown: { name: 'UnusableProxy', message: 'https_proxy is not the address of an HTTP proxy' },
      fault: 'settings',
      hint: /SOCKS/,
      text: /was not sent/,
    },
  ],
  'a proxy that asks for a password': [
    {
      thrown: { ...tls('ERR_PROXY_TUNNEL'), statusCode: 407, proxy: PROXY },
      fault: 'settings',
      hint: /^Put them into https_proxy/,
      text: /The proxy proxy\.test:3128, which https_proxy names, asks/,
    },
  ],
  'a proxy that refuses': [
    { thrown: { ...tls('ERR_PROXY_TUNNEL', '403 Forbidden'), proxy: PROXY }, fault: 'unreachable', hint: /amazonaws\.com in NO_PROXY/ },
  ],
  'an unknown issuer': [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ].map((code) => ({
    thrown: { ...tls(code), proxy: PROXY },
    fault: 'settings',
    hint: /NODE_EXTRA_CA_CERTS/,
    text: new RegExp(code),
  })),
  'a bad certificate': ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED', 'ERR_TLS_CERT_ALTNAME_INVALID'].map((code) => ({
    thrown: tls(code),
    fault: 'settings',
    hint: /clock of the runner/,
    text: new RegExp(code),
  })),
  'no TLS at the other end': [
    { thrown: tls('ERR_SSL_WRONG_VERSION_NUMBER'), fault: 'settings', hint: /does not speak TLS/ },
    { thrown: tls('EPROTO', 'write EPROTO wrong version number'), fault: 'settings', hint: /does not speak TLS/ },
  ],
  'a proxy without an address': [
    { thrown: { ...tls('ENOTFOUND'), proxy: PROXY }, fault: 'unreachable', hint: /https_proxy names, has no address/ },
  ],
  'a proxy that does not answer': [
    { thrown: { ...tls('ECONNREFUSED'), proxy: PROXY }, fault: 'unreachable', hint: /does not answer/ },
    { thrown: { ...tls('ETIMEDOUT'), proxy: PROXY }, region: 'cn-north-1', fault: 'unreachable', hint: /amazonaws\.com\.cn in NO_PROXY/ },
  ],
  'an endpoint that is not AWS': [
    {
      thrown: tls('ECONNREFUSED'),
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      fault: 'unreachable',
      hint: /^Check AWS_ENDPOINT_URL, or remove it/,
    },
    {
      thrown: tls('ENOTFOUND'),
      env: { AWS_ENDPOINT_URL_FIS: 'http://x', AWS_ENDPOINT_URL_STS: 'http://y' },
      fault: 'unreachable',
      hint: /^Check AWS_ENDPOINT_URL_FIS, AWS_ENDPOINT_URL_STS, or/,
    },
  ],
  'an address that is none': [
    {
      thrown: { ...tls('ERR_INVALID_URL', 'Invalid URL'), name: 'TypeError' },
      env: { AWS_ENDPOINT_URL: 'x' },
      fault: 'settings',
      hint: /region and AWS_ENDPOINT_URL/,
    },
    {
      thrown: { name: 'Error', message: 'Region not accepted: region="a b" is not a valid hostname component.' },
      fault: 'settings',
      hint: /^Check the region\.$/,
    },
  ],
  'no such host': [
    {
      thrown: { ...tls('ENOTFOUND'), hostname: 'fis.us-est-1.amazonaws.com' },
      region: 'us-est-1',
      fault: 'unreachable',
      hint: /^fis\.us-est-1\.amazonaws\.com has no address: the region us-est-1 may be misspelt/,
    },
    { thrown: tls('EAI_AGAIN'), fault: 'unreachable', hint: /cannot resolve names/ },
  ],
  'a wrong clock': [
    {
      thrown: { name: 'InvalidSignatureException', message: 'Signature expired: 20250101T000000Z is now earlier than' },
      fault: 'credentials',
      hint: /NTP/,
    },
    { thrown: { name: 'SignatureDoesNotMatch', message: 'Signature not yet current: 2' }, fault: 'credentials', hint: /NTP/ },
  ],
  'a request out of time': [
    { thrown: { name: 'RequestExpired', message: 'Request has expired.' }, fault: 'expired', hint: /clock of this runner is wrong/ },
  ],
  'STS not activated': [
    {
      thrown: { name: 'RegionDisabledException', message: 'STS is not activated in this region' },
      fault: 'credentials',
      hint: /activate STS/,
    },
  ],
  'a region that is not enabled': ['UnrecognizedClientException', 'InvalidClientTokenId', 'AuthFailure', 'OptInRequired'].map((name) => ({
    thrown: { name, message: 'words', $metadata: { httpStatusCode: 403 } },
    region: 'ap-east-1',
    fault: 'credentials',
    hint: /^ap-east-1 is an opt-in region: enable it/,
  })),
  'a service control policy': [
    { thrown: refused('a service control policy'), fault: 'denied', hint: /service control policy.*A grant does not help/ },
  ],
  'a resource control policy': [
    { thrown: refused('a resource control policy'), fault: 'denied', hint: /resource control policy.*A grant does not help/ },
  ],
  'a permissions boundary': [
    { thrown: refused('a permissions boundary'), fault: 'denied', hint: /boundary has to allow it/ },
    {
      thrown: { name: 'AccessDenied', message: 'x because no permissions boundary allows the iam:CreateRole action' },
      fault: 'denied',
      hint: /boundary has to allow it/,
    },
  ],
  'a session policy': [
    {
      thrown: { name: 'AccessDenied', message: 'because no session policy allows the fis:GetAction action' },
      fault: 'denied',
      hint: /inline-session-policy/,
    },
  ],
  'a VPC endpoint policy': [
    {
      thrown: { name: 'AccessDenied', message: 'because no VPC endpoint policy allows the sts:x action' },
      fault: 'denied',
      hint: /VPC endpoint/,
    },
  ],
  'an explicit deny': [
    { thrown: refused('an identity-based policy'), fault: 'denied', hint: /remove that Deny/ },
    {
      thrown: { name: 'UnauthorizedOperation', message: 'not authorized with an explicit deny' },
      fault: 'denied',
      hint: /remove that Deny/,
    },
  ],
}

const RETRIED: readonly Fault[] = ['throttled', 'service', 'unreachable']
const ALL = Object.entries(EXAMPLES).flatMap(([name, examples]) =>
  examples.map((example, index) => [`${name} ${index + 1}`, name, example] as const),
)

function toCall({
  env = {},
  region = 'eu-west-1',
  waiting = false,
}: Pick<Example, 'env' | 'region' | 'waiting'>): Call & { readonly setting: Setting } {
  const setting = { env, source: () => 'profile ci', waiting: () => waiting, ready: async () => undefined, secrets: () => [SECRET] }
  return { action: 'fis:StartExperiment', region, patience: 'read', limits: { patienceMs: 1500 }, setting }
}

/** As the SDK throws it. */
const toError = (thrown: object) => Object.assign(new Error('message' in thrown ? String(thrown.message) : ''), thrown)

it('every cause has an example, and no example is of no cause', () => {
  expect(Object.keys(EXAMPLES)).toEqual(CAUSES.map(({ name }) => name))
})

describe.each(ALL)('%s', (_, name, example) => {
  const about = toCall(example)

  it('is found before any other, and is said in words', () => {
    const thrown = toError(example.thrown)
    expect(findKnownCause(readError(thrown, about.setting), about)?.name).toBe(name)
    const error = toFault(thrown, about)
    expect(error).toMatchObject({
      fault: example.fault,
      hint: expect.stringMatching(example.hint),
      message: expect.stringMatching(example.text ?? /./),
    })
    expect(error.hint).toMatch(/^\S.*\.$/)
    expect(`${error.message} ${error.hint}`).not.toMatch(/undefined|can\snot|wJalrXUtnFEMIsecret/)
  })

  it(`${RETRIED.includes(example.fault) ? 'is' : 'is not'} tried again`, async () => {
    let sent = 0
    const send = () => {
      sent += 1
      return Promise.reject(toError(example.thrown))
    }
    const refused = expect(call(about, send)).rejects.toMatchObject({ fault: example.fault })
    await vi.runAllTimersAsync()
    await refused
    expect(sent > 1).toBe(RETRIED.includes(example.fault))
  })
})

it('no text shows a known secret, wherever it stands in what AWS or a process says', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9/+]{20,40}$/)
  const words = fc.array(fc.stringMatching(/^[a-z]{0,6}$/), { maxLength: 4 }).map((parts) => parts.join(' '))
  fc.assert(
    fc.property(fc.constantFrom(...ALL.map(([, , example]) => example)), secret, words, (example, value, around) => {
      const setting = { ...toCall(example).setting, env: { ...example.env, AWS_SECRET_ACCESS_KEY: value }, secrets: () => [value] }
      const thrown = toError(example.thrown)
      const said = (message: string) => `${message} ${around} ${value} ${around}`
      const inner = (thrown as { cause?: { message: string } }).cause
      if (inner !== undefined) thrown.cause = { ...inner, message: said(inner.message) }
      thrown.message = said(thrown.message)
      const { message, hint } = toFault(thrown, { ...toCall(example), setting })
      expect(message).not.toContain(value)
      expect(hint).not.toContain(value)
    }),
    { numRuns: 300 },
  )
})

describe('what AWS says', () => {
  const shown = (message: string) => readError(Object.assign(new Error(message), { name: 'X' })).message

  it('is cut to 500 characters', () => {
    expect(shown('x'.repeat(3_000_000))).toHaveLength(501)
  })

  it('loses the request that it quotes, with its token', () => {
    const quote = `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\nx-amz-security-token:${SECRET}'\n\nThe String-to-Sign should have been\n'x'`
    expect(shown(quote)).toBe('The request signature we calculated does not match the signature you provided.')
  })

  it('is that of every address, where a name has several', () => {
    const errors = ['connect ECONNREFUSED ::1:443', 'connect ECONNREFUSED 127.0.0.1:443'].map((message) => ({ message }))
    expect(readError({ name: 'AggregateError', message: '', code: 'ECONNREFUSED', errors }).message).toBe(
      errors.map(({ message }) => message).join(', '),
    )
  })
})

it.each([
  ['us-east-1', false],
  ['eu-north-1', false],
  ['sa-east-1', false],
  ['us-gov-west-1', false],
  ['cn-north-1', false],
  ['eusc-de-east-1', false],
  ['af-south-1', true],
  ['ap-southeast-3', true],
  ['eu-central-2', true],
  ['il-central-1', true],
  ['mx-central-1', true],
  ['ap-south-2', true],
])('%s has to be enabled: %s', (region, optIn) => {
  const { hint } = toFault(toError({ name: 'UnrecognizedClientException', message: 'invalid' }), toCall({ region }))
  expect(hint.includes('opt-in')).toBe(optIn)
})
