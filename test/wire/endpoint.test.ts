import { beforeEach, describe, expect, it, vi } from 'vitest'
import { block, connect, expectFault, giveKeys, open, serve } from './wire.ts'

/** The hosts that sts, ec2, iam and fis would be asked at, in any order. */
async function hostsOf(region: string): Promise<readonly string[]> {
  const { sts, ec2, iam, fis } = await throughProxy(region)
  const calls = [sts.whoami(), ec2.readInstances(['i-0123456789abcdef0']), iam.readRole('x'), fis.readExperiment('EXP1')]
  for (const error of await Promise.all(calls.map((call) => expectFault(call, 'unreachable')))) expect(error.message).toContain(region)
  return [...new Set(seen)].sort()
}

let seen: string[] = []
async function throughProxy(region: string) {
  const proxy = await block()
  seen = proxy.asked
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  return open(region)
}

beforeEach(() => giveKeys())

describe('the endpoints', () => {
  it.each([
    ['us-east-1', ['sts.us-east-1.amazonaws.com', 'ec2.us-east-1.amazonaws.com', 'iam.amazonaws.com', 'fis.us-east-1.amazonaws.com']],
    ['eu-west-1', ['sts.eu-west-1.amazonaws.com', 'ec2.eu-west-1.amazonaws.com', 'iam.amazonaws.com', 'fis.eu-west-1.amazonaws.com']],
    [
      'cn-north-1',
      [
        'sts.cn-north-1.amazonaws.com.cn',
        'ec2.cn-north-1.amazonaws.com.cn',
        'iam.cn-north-1.amazonaws.com.cn',
        'fis.cn-north-1.amazonaws.com.cn',
      ],
    ],
    [
      'us-gov-west-1',
      ['sts.us-gov-west-1.amazonaws.com', 'ec2.us-gov-west-1.amazonaws.com', 'iam.us-gov.amazonaws.com', 'fis.us-gov-west-1.amazonaws.com'],
    ],
    [
      'us-iso-east-1',
      ['sts.us-iso-east-1.c2s.ic.gov', 'ec2.us-iso-east-1.c2s.ic.gov', 'iam.us-iso-east-1.c2s.ic.gov', 'fis.us-iso-east-1.c2s.ic.gov'],
    ],
    [
      'eusc-de-east-1',
      [
        'sts.eusc-de-east-1.amazonaws.eu',
        'ec2.eusc-de-east-1.amazonaws.eu',
        'iam.eusc-de-east-1.amazonaws.eu',
        'fis.eusc-de-east-1.amazonaws.eu',
      ],
    ],
    // A region that is newer than the SDK.
    ['eu-west-99', ['sts.eu-west-99.amazonaws.com', 'ec2.eu-west-99.amazonaws.com', 'iam.amazonaws.com', 'fis.eu-west-99.amazonaws.com']],
  ])('of %s are those of its partition', async (region, hosts) => {
    expect(await hostsOf(region)).toEqual(hosts.map((host) => `${host}:443`).sort())
  })

  it('are the FIPS ones where the environment says so', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true')
    const hosts = ['sts-fips.us-east-1', 'ec2-fips.us-east-1', 'iam-fips', 'fis-fips.us-east-1']
    expect(await hostsOf('us-east-1')).toEqual(hosts.map((host) => `${host}.amazonaws.com:443`).sort())
  })

  it('are the dual-stack ones where the environment says so', async () => {
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true')
    const hosts = ['sts.eu-west-1', 'ec2.eu-west-1', 'iam.global', 'fis.eu-west-1']
    expect(await hostsOf('eu-west-1')).toEqual(hosts.map((host) => `${host}.api.aws:443`).sort())
  })

  it('can be set for one service alone', async () => {
    const { simulator } = await connect()
    const other = await serve(() => ({ status: 400 }))
    vi.stubEnv('AWS_ENDPOINT_URL_FIS', other.url)
    const { sts, fis } = open()
    await sts.whoami()
    await expectFault(fis.readExperiment('EXP1'), 'invalid')
    expect(other.asked).toHaveLength(1)
    expect(simulator.journal().map(({ service }) => service)).toEqual(['sts'])
  })

  it('that the environment sets can be ignored', async () => {
    const { simulator } = await connect()
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true')
    expect(await hostsOf('us-east-1')).toContain('fis.us-east-1.amazonaws.com:443')
    expect(simulator.journal()).toEqual([])
  })
})

describe('a proxy', () => {
  it('is not used for what NO_PROXY names', async () => {
    const proxy = await block()
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    // Resolves nowhere: nothing leaves this machine.
    vi.stubEnv('NO_PROXY', '.invalid')
    vi.stubEnv('AWS_ENDPOINT_URL', 'https://aws.invalid')
    const error = await expectFault(open().fis.readExperiment('EXP1'), 'unreachable')
    expect(error.message).toMatch(/ENOTFOUND|EAI_AGAIN/)
    expect(proxy.asked).toEqual([])
  })

  it('that refuses is named', async () => {
    const { fis } = await throughProxy('us-east-1')
    const error = await expectFault(fis.readExperiment('EXP1'), 'unreachable')
    expect(error.hint).toMatch(/^The proxy 127\.0\.0\.1:\d+, which HTTPS_PROXY names, does not connect to AWS/)
    expect(seen.length).toBeGreaterThan(1)
  })
})
