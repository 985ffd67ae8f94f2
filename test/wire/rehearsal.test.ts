import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { readEndpoints } from '../../src/aws/endpoints.ts'
import { type Endpoint, findEndpointProblem, type Service } from '../../src/model/endpoint.ts'
import { block, giveKeys, later, open, serve } from './wire.ts'

const SERVICES = ['sts', 'ec2', 'iam', 'fis'] as const satisfies readonly Service[]
type Env = Readonly<Record<string, string>>

/** A profile file; `$A` and `$B` in it are the addresses of the two servers. */
const PROFILE = '[default]\nendpoint_url = $A\n'
const SERVICES_SECTION = '[default]\nservices = mine\n[services mine]\nfis =\n  endpoint_url = $B\nsts =\n  endpoint_url = $A\n'

/** A profile that is named has to have credentials, too. */
const KEYS = 'aws_access_key_id = AKIDPROFILE\naws_secret_access_key = wire\n'

/** What environment and profile point to, by service; '' is AWS itself. */
const CASES: readonly (readonly [string, Env, string, Record<(typeof SERVICES)[number], '' | 'A' | 'B'>])[] = [
  ['nothing', {}, '', { sts: '', ec2: '', iam: '', fis: '' }],
  ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: '$A' }, '', { sts: 'A', ec2: 'A', iam: 'A', fis: 'A' }],
  ['a variable for one service', { AWS_ENDPOINT_URL_FIS: '$B' }, '', { sts: '', ec2: '', iam: '', fis: 'B' }],
  [
    'a variable for one beside that for all',
    { AWS_ENDPOINT_URL: '$A', AWS_ENDPOINT_URL_IAM: '$B' },
    '',
    { sts: 'A', ec2: 'A', iam: 'B', fis: 'A' },
  ],
  ['a profile', {}, PROFILE, { sts: 'A', ec2: 'A', iam: 'A', fis: 'A' }],
  ['the services section of a profile', {}, SERVICES_SECTION, { sts: 'A', ec2: '', iam: '', fis: 'B' }],
  ['a profile that is not used', { AWS_PROFILE: 'other' }, `${PROFILE}[profile other]\n${KEYS}`, { sts: '', ec2: '', iam: '', fis: '' }],
  [
    'a profile that is named',
    { AWS_PROFILE: 'other' },
    `[profile other]\nendpoint_url = $B\n${KEYS}`,
    { sts: 'B', ec2: 'B', iam: 'B', fis: 'B' },
  ],
  ['a variable that wins over a profile', { AWS_ENDPOINT_URL_EC2: '$B' }, PROFILE, { sts: 'A', ec2: 'B', iam: 'A', fis: 'A' }],
  [
    'addresses to be ignored',
    { AWS_ENDPOINT_URL: '$A', AWS_ENDPOINT_URL_FIS: '$B', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    PROFILE,
    { sts: '', ec2: '', iam: '', fis: '' },
  ],
  [
    'a profile that has them ignored',
    { AWS_ENDPOINT_URL: '$A' },
    `${PROFILE}ignore_configured_endpoint_urls = true\n`,
    { sts: '', ec2: '', iam: '', fis: '' },
  ],
  ['an empty variable', { AWS_ENDPOINT_URL: '' }, PROFILE, { sts: 'A', ec2: 'A', iam: 'A', fis: 'A' }],
]

describe.each(CASES)('pointed by %s', (_, env, profile, expected) => {
  it('each client really sends where the port says that it would', async () => {
    const { servers, asked, proxied } = await point(env, profile)
    const told = await open('eu-west-1').endpoints(SERVICES)
    expect(Object.fromEntries(told.map(({ service, url }) => [service, name(servers, url)]))).toEqual(expected)
    const { sts, ec2, iam, fis } = open('eu-west-1', { patienceMs: 2000 })
    const calls: Record<(typeof SERVICES)[number], () => Promise<unknown>> = {
      sts: () => sts.whoami(),
      ec2: () => ec2.readInstances(['i-0123456789abcdef0']),
      iam: () => iam.readRole('x'),
      fis: () => fis.readExperiment('EXP1'),
    }
    for (const service of SERVICES) {
      await calls[service]().catch(() => undefined)
      const to = asked() || (proxied().length > 0 ? '' : 'nowhere')
      expect([service, to]).toEqual([service, expected[service]])
      expect(proxied().every((host) => host.startsWith(`${service}.`))).toBe(true)
      forget()
    }
  })
})

let forget = () => {}

/** Environment and profile as the case has them; what would go to AWS goes to a proxy that lets nothing through. */
async function point(env: Env, profile: string) {
  const seen: string[] = []
  const watch = (one: string) =>
    serve(() => {
      seen.push(one)
      return { status: 400 }
    })
  const [a, b] = await Promise.all(['A', 'B'].map(watch))
  const servers = { A: a?.url ?? '', B: b?.url ?? '' }
  const fill = (text: string) => text.replaceAll('$A', servers.A).replaceAll('$B', servers.B)
  const folder = await mkdtemp(join(tmpdir(), 'spot-endpoints-'))
  await writeFile(join(folder, 'config'), fill(profile))
  // The SDK keeps each file that it has read.
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  if (env.AWS_PROFILE === undefined) giveKeys()
  const proxy = await block()
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, fill(value))
  forget = () => {
    seen.length = 0
    proxy.asked.length = 0
  }
  later(() => {
    forget = () => {}
  })
  return { servers, asked: () => seen[0] ?? '', proxied: () => proxy.asked }
}

function name(servers: Readonly<Record<'A' | 'B', string>>, url: string | undefined): string {
  return url === undefined ? '' : url === servers.A ? 'A' : url === servers.B ? 'B' : url
}

describe('the suffixes of AWS', () => {
  const suffixesOf = async (region: string): Promise<Endpoint> => {
    const [endpoint] = await readEndpoints(region, ['fis'])
    if (endpoint === undefined) throw new Error('no endpoint')
    return endpoint
  }

  it.each([
    ['us-east-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['us-iso-east-1', 'c2s.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov'],
    ['eu-isoe-west-1', 'cloud.adc-e.uk'],
    ['us-isof-south-1', 'csp.hci.ic.gov'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['eu-west-99', 'amazonaws.com'],
  ])('in %s are those of its partition: %s and the dual-stack one', async (region, suffix) => {
    const { suffixes } = await suffixesOf(region)
    expect(suffixes).toHaveLength(2)
    expect(suffixes).toContain(suffix)
    vi.stubEnv('AWS_ENDPOINT_URL', `https://fis.${region}.${suffix}`)
    expect(findEndpointProblem([await suffixesOf('us-east-1')], false)).toBeUndefined()
    vi.stubEnv('AWS_ENDPOINT_URL', `https://vpce-1.fis.${region}.vpce.${suffix}`)
    expect(findEndpointProblem([await suffixesOf(region)], false)).toBeUndefined()
    vi.stubEnv('AWS_ENDPOINT_URL', `https://fis.${region}.${suffix}.example.com`)
    expect(findEndpointProblem([await suffixesOf(region)], false)?.fault).toBe('refused')
  })
})

it('Auto Scaling really sends where the port says that it would: its name has two words', async () => {
  const server = await serve(() => ({ status: 400, body: '' }))
  vi.stubEnv('AWS_ENDPOINT_URL_AUTO_SCALING', server.url)
  giveKeys()
  const aws = open('eu-west-1', { patienceMs: 2000 })
  expect(await aws.endpoints(['auto scaling'])).toMatchObject([{ url: server.url }])
  await expect(aws.autoscaling.readGroups(['workers'])).rejects.toBeInstanceOf(Error)
  expect(server.asked.length).toBeGreaterThan(0)
})
