import { describe, expect, it } from 'vitest'
import { toFault } from '../../../src/aws/faults.ts'
import type { Fault } from '../../../src/model/errors.ts'

const ABOUT = { action: 'fis:StartExperiment', region: 'eu-west-1', patience: 'write' } as const

/** A name as it is, and with the `Exception` that some services and some SDKs add. */
const both = (...names: readonly string[]) => names.flatMap((name) => [name, `${name}Exception`])

/** Every name that AWS's services and the SDK give to what this action can meet. */
const NAMES: Partial<Record<Fault, readonly string[]>> = {
  throttled: [
    ...both('Throttl', 'Throttling', 'TooManyRequests', 'RequestThrottled'),
    'RequestLimitExceeded',
    'EC2ThrottledException',
    'BandwidthLimitExceeded',
    'PriorRequestNotComplete',
    'SlowDown',
  ],
  expired: [...both('ExpiredToken'), 'RequestExpired', 'TokenRefreshRequired', 'SSOTokenProviderFailure'],
  credentials: [
    ...both('MissingAuthenticationToken', 'IncompleteSignature'),
    'CredentialsProviderError',
    'TokenProviderError',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'AuthFailure',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'InvalidAccessKeyId',
    'OptInRequired',
  ],
  denied: [...both('AccessDenied', 'NotAuthorized', 'Unauthorized', 'Forbidden'), 'UnauthorizedOperation'],
  quota: [...both('ServiceQuotaExceeded', 'LimitExceeded'), 'InstanceLimitExceeded', 'VolumeLimitExceeded'],
  missing: [
    ...both('ResourceNotFound', 'NoSuchEntity', 'TargetGroupNotFound', 'ClusterNotFound', 'ServiceNotFound'),
    'InvalidInstanceID.NotFound',
    'X.NotFound',
  ],
  exists: both('EntityAlreadyExists'),
  conflict: [
    ...both('Conflict', 'DeleteConflict', 'ConcurrentModification', 'Unmodifiable', 'EntityTemporarilyUnmodifiable'),
    'IdempotentParameterMismatch',
  ],
  invalid: [
    ...both('Validation', 'InvalidParameter', 'MalformedPolicyDocument', 'InvalidInput'),
    'InvalidInstanceID.Malformed',
    'InvalidX.Malformed',
    'MissingParameter',
    'UnknownParameter',
  ],
  unreachable: [...both('RequestTimeout'), 'TimeoutError', 'AbortError', 'NetworkingError'],
  service: [...both('Internal', 'ServiceUnavailable', 'ServiceFailure'), 'InternalFailure', 'ServiceError', 'Unavailable'],
}

const faultOf = (name: string) => toFault(Object.assign(new Error('words'), { name }), ABOUT).fault

describe.each(Object.entries(NAMES))('%s', (fault, names) => {
  it.each(names)('is what %s means', (name) => {
    expect(faultOf(name)).toBe(fault)
  })

  it.each(names)('is not what something means that only has %s in it', (name) => {
    expect([faultOf(`-${name}`), faultOf(`${name}-`)]).toEqual(['internal', 'internal'])
  })
})

describe('an error without a name that is known', () => {
  it.each([
    ['ECONNRESET', 'unreachable'],
    ['SOMETHING_ELSE', 'unreachable'],
    ['', 'internal'],
  ])('with the code %j is %s', (code, fault) => {
    expect(toFault(Object.assign(new Error('words'), { code }), ABOUT).fault).toBe(fault)
  })

  it('of the socket is that of the socket, whatever the status before', () => {
    const thrown = Object.assign(new Error('words'), { name: 'Odd', code: 'ECONNRESET', $metadata: { httpStatusCode: 400 } })
    expect(toFault(thrown, ABOUT).fault).toBe('unreachable')
  })

  it.each([
    [299, 'unreachable'],
    [300, 'invalid'],
    [499, 'invalid'],
    [500, 'service'],
  ])('with status %d is %s', (httpStatusCode, fault) => {
    expect(toFault({ name: 'Odd', message: 'words', $metadata: { httpStatusCode } }, ABOUT).fault).toBe(fault)
  })

  it('does not break on members of the wrong kind', () => {
    const thrown = { name: 7, message: 8, code: 9, $metadata: { httpStatusCode: 'x' } }
    expect(toFault(thrown, ABOUT)).toMatchObject({ fault: 'internal', message: expect.stringContaining('[object Object]') })
  })
})

describe('a denial', () => {
  const denied = (message: string) => toFault(Object.assign(new Error(message), { name: 'AccessDenied' }), ABOUT).hint

  it.each([
    [
      'x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r because',
      'Grant iam:PassRole on arn:aws:iam::1:role/r to',
    ],
    ['x is not authorized to perform iam:PassRole on resource arn:r because', 'Grant iam:PassRole on arn:r to'],
    ['x is not authorized to perform: ec2:DescribeInstances because', 'Grant ec2:DescribeInstances to'],
    ['no', 'Grant fis:StartExperiment to'],
  ])('names what AWS named: %s', (message, hint) => {
    expect(denied(message)).toContain(hint)
  })
})

it('says what to do where there is no answer', () => {
  const { hint } = toFault(Object.assign(new Error('words'), { code: 'ECONNRESET' }), ABOUT)
  expect(hint).toContain('any proxy or firewall')
})
