import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Endpoint, findEndpointProblem, isAwsHost, type Service } from '../../../src/model/endpoint.ts'

/** Of every partition that the SDK knows, its suffixes, as the SDK's own file has them. */
const source = readFileSync(
  resolve(import.meta.dirname, '../../../node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'),
  'utf8',
)
const SUFFIXES = [...new Set([...source.matchAll(/[dD]nsSuffix"?: "([^"]+)"/g)].map(([, suffix = '']) => suffix))]

describe('isAwsHost', () => {
  it('knows the partitions', () => {
    expect(SUFFIXES).toEqual(expect.arrayContaining(['amazonaws.com', 'api.aws', 'amazonaws.com.cn', 'c2s.ic.gov', 'cloud.adc-e.uk']))
    expect(SUFFIXES.length).toBeGreaterThan(12)
  })

  it.each(SUFFIXES)('takes the endpoints below %s for AWS', (suffix) => {
    for (const name of ['fis.eu-west-1', 'ec2-fips.us-gov-west-1', 'sts.us-iso-east-1', 'vpce-0a1b-2c3d.fis.us-east-1.vpce'])
      expect(isAwsHost(`${name}.${suffix}`, SUFFIXES), name).toBe(true)
    for (const name of [`fis.eu-west-1.${suffix}.example.com`, `fis.eu-west-1.x${suffix}`, suffix, `.${suffix}`, `a.b.c.${suffix}`])
      expect(isAwsHost(name, SUFFIXES), name).toBe(false)
  })

  it.each([
    'sts.amazonaws.com',
    'iam.amazonaws.com',
    'iam-fips.amazonaws.com',
    'iam.us-gov.amazonaws.com',
    'iam.global.api.aws',
    'ec2.us-east-1.amazonaws.com',
    'us-east-1.ec2.amazonaws.com',
    'EC2.US-EAST-1.AMAZONAWS.COM',
    'fis.us-east-1.amazonaws.com.',
    'vpce-0123-abc-us-east-1a.sts.us-east-1.vpce.amazonaws.com',
    'sts.us-east-1.vpce.amazonaws.com',
  ])('takes %s for AWS', (host) => {
    expect(isAwsHost(host, SUFFIXES)).toBe(true)
  })

  it.each([
    'localhost',
    '127.0.0.1',
    '::1',
    '[::1]',
    'localhost.localstack.cloud',
    'amazonaws.com',
    'amazonaws.com.evil.example',
    'sts.amazonaws.com.evil.example',
    'evilamazonaws.com',
    'fis.us-east-1.amazonaws.co',
    // Below AWS's domain, and somebody else's machines all the same.
    'ec2-203-0-113-25.compute-1.amazonaws.com',
    'ec2-203-0-113-25.eu-west-1.compute.amazonaws.com',
    'ip-10-0-0-1.eu-west-1.compute.internal',
    'my-simulator-123.eu-west-1.elb.amazonaws.com',
    'fis.s3.amazonaws.com',
    'fis.s3.eu-west-1.amazonaws.com',
    'bucket.s3-website-us-east-1.amazonaws.com',
    'abcdef.execute-api.eu-west-1.amazonaws.com',
    'vpce-0a1b-2c3d.vpce-svc-4e5f.us-east-1.vpce.amazonaws.com',
    'vpce-svc-4e5f.us-east-1.vpce.amazonaws.com',
  ])('takes %s for something else', (host) => {
    expect(isAwsHost(host, SUFFIXES)).toBe(false)
  })
})

const SERVICES: readonly Service[] = ['sts', 'ec2', 'iam', 'fis']
const pointed = (urls: Partial<Record<Service, string>>): readonly Endpoint[] =>
  SERVICES.map((service) => ({ service, url: urls[service], suffixes: ['amazonaws.com'] }))
const all = (url: string) => pointed(Object.fromEntries(SERVICES.map((service) => [service, url])))

describe('findEndpointProblem', () => {
  it('has nothing against AWS, however it is named, nor against a rehearsal elsewhere', () => {
    expect(findEndpointProblem(pointed({}), false)).toBeUndefined()
    expect(findEndpointProblem(all('https://vpce-1.fis.us-east-1.vpce.amazonaws.com'), false)).toBeUndefined()
    expect(findEndpointProblem(pointed({ sts: 'https://sts.amazonaws.com/' }), false)).toBeUndefined()
    expect(findEndpointProblem(all('http://127.0.0.1:4566'), true)).toBeUndefined()
  })

  it('refuses what is not AWS without a rehearsal, and shows of the address only scheme and host', () => {
    expect(findEndpointProblem(all('http://user:s3cret@127.0.0.1:4566/s3cret?s3cret'), false)).toMatchObject({
      fault: 'refused',
      message: 'The calls to sts, ec2, iam and fis would go to http://127.0.0.1:4566, which is not AWS: a run there proves nothing.',
      hint: expect.stringContaining('Set rehearsal: true'),
    })
  })

  it.each(SERVICES)('refuses it for %s alone, too', (service) => {
    expect(findEndpointProblem(pointed({ [service]: 'http://localhost:1' }), false)?.message).toBe(
      `The calls to ${service} would go to http://localhost:1, which is not AWS: a run there proves nothing.`,
    )
  })

  it('refuses a rehearsal on AWS, and one that would reach AWS with some of its calls', () => {
    expect(findEndpointProblem(pointed({}), true)?.message).toBe(
      'This is to be a rehearsal, but the calls to sts, ec2, iam and fis would go to AWS itself.',
    )
    const mixed = pointed({ sts: 'http://localhost:1', ec2: 'http://localhost:1', fis: 'http://localhost:2' })
    expect(findEndpointProblem(mixed, true)?.message).toBe(
      'This is to be a rehearsal, but the calls to iam would go to AWS itself. The calls to sts, ec2 and fis would go to http://localhost:1 and http://localhost:2, which is not AWS.',
    )
    expect(findEndpointProblem(all('https://fis.us-east-1.amazonaws.com'), true)?.fault).toBe('refused')
  })

  it.each(['not a url', 'localhost:4566', 'file:///etc', ''])('takes %j for no endpoint of AWS', (url) => {
    expect(findEndpointProblem(all(url), false)?.message).toContain('an address that cannot be read, which is not AWS')
  })
})
