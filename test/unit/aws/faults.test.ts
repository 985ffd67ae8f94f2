import { describe, expect, it } from 'vitest'
import { toFault } from '../../../src/aws/faults.ts'
import { ActionError, type Fault } from '../../../src/model/errors.ts'

const ABOUT = { action: 'fis:StartExperiment', region: 'eu-west-1', patience: 'write' } as const

/** An error as the SDK throws it. */
function sdk(name: string, status?: number, more: object = {}): Error {
  return Object.assign(new Error('some words'), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...more,
  })
}

describe('toFault', () => {
  it.each<[Fault, string, number]>([
    ['throttled', 'ThrottlingException', 400],
    ['throttled', 'Throttling', 400],
    ['throttled', 'RequestLimitExceeded', 503],
    ['throttled', 'TooManyRequestsException', 429],
    ['throttled', 'SlowDown', 503],
    ['expired', 'ExpiredToken', 403],
    ['expired', 'ExpiredTokenException', 403],
    ['expired', 'RequestExpired', 400],
    ['credentials', 'CredentialsProviderError', 0],
    ['credentials', 'UnrecognizedClientException', 403],
    ['credentials', 'InvalidClientTokenId', 403],
    ['credentials', 'AuthFailure', 401],
    ['credentials', 'SignatureDoesNotMatch', 403],
    ['credentials', 'OptInRequired', 401],
    ['denied', 'AccessDeniedException', 403],
    ['denied', 'AccessDenied', 403],
    ['denied', 'UnauthorizedOperation', 403],
    ['quota', 'ServiceQuotaExceededException', 402],
    ['quota', 'LimitExceeded', 409],
    ['quota', 'LimitExceededException', 409],
    ['missing', 'ResourceNotFoundException', 404],
    ['missing', 'NoSuchEntityException', 404],
    ['missing', 'InvalidInstanceID.NotFound', 400],
    ['exists', 'EntityAlreadyExistsException', 409],
    ['conflict', 'ConflictException', 409],
    ['conflict', 'DeleteConflictException', 409],
    ['conflict', 'EntityTemporarilyUnmodifiable', 409],
    ['invalid', 'ValidationException', 400],
    ['invalid', 'InvalidParameterValue', 400],
    ['invalid', 'InvalidInstanceID.Malformed', 400],
    ['invalid', 'MalformedPolicyDocument', 400],
    ['service', 'InternalServerException', 500],
    ['service', 'InternalFailure', 500],
    ['service', 'ServiceUnavailable', 503],
    ['unreachable', 'TimeoutError', 0],
    ['unreachable', 'AbortError', 0],
  ])('is %s for %s', (fault, name, status) => {
    expect(toFault(sdk(name, status), ABOUT).fault).toBe(fault)
  })

  it.each<[Fault, number]>([
    ['invalid', 400],
    ['credentials', 401],
    ['quota', 402],
    ['denied', 403],
    ['missing', 404],
    ['conflict', 409],
    ['throttled', 429],
    ['invalid', 418],
    ['service', 500],
    ['service', 503],
    ['invalid', 501],
    ['unreachable', 200],
  ])('is %s for an unknown name with status %d', (fault, status) => {
    expect(toFault(sdk('SurpriseException', status), ABOUT).fault).toBe(fault)
  })

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH'])(
    'is unreachable for the socket error %s',
    (code) => {
      expect(toFault(sdk('Error', undefined, { code }), ABOUT)).toMatchObject({
        fault: 'unreachable',
        message: expect.stringContaining(code),
      })
    },
  )

  it.each<[string, unknown, Fault]>([
    ['an answer that is no JSON', sdk('SyntaxError', 503), 'service'],
    ['an answer that is no JSON, without a status', sdk('SyntaxError'), 'unreachable'],
    [
      'an answer that is no JSON, with its status elsewhere',
      sdk('SyntaxError', undefined, { $response: { statusCode: 200 } }),
      'unreachable',
    ],
    ['a bare 404', sdk('NotFound', 404), 'unreachable'],
    ['a bare 403', sdk('Unknown', 403), 'unreachable'],
    ['a bare 400', sdk('UnknownError', 400), 'unreachable'],
    ['a page of a proxy', sdk('SyntaxError', 403), 'unreachable'],
    ['a bare 500', sdk('UnknownError', 500), 'service'],
    ['a bare 429', sdk('Error', 429), 'throttled'],
    ['XML cut short', sdk('Error', 200), 'unreachable'],
    ['a defect of ours', new TypeError('x is undefined'), 'internal'],
    ['a text', 'boom', 'internal'],
    ['null', null, 'internal'],
  ])('classifies %s', (_, thrown, fault) => {
    expect(toFault(thrown, ABOUT).fault).toBe(fault)
  })

  it('tells the call, the region, AWS’s words, and what to do', () => {
    const thrown = sdk('ThrottlingException', 400)
    const fault = toFault(thrown, ABOUT)
    for (const words of ['fis:StartExperiment', 'eu-west-1', 'ThrottlingException', 'some words']) expect(fault.message).toContain(words)
    expect(fault.hint).not.toBe('')
    expect(fault.cause).toBe(thrown)
  })

  it('keeps the fault of an ActionError and adds the call', () => {
    expect(toFault(new ActionError('unreachable', 'AWS answered without an id.', 'hint'), ABOUT)).toMatchObject({
      fault: 'unreachable',
      message: 'fis:StartExperiment in eu-west-1: AWS answered without an id.',
      hint: 'hint',
    })
  })

  it('names the IAM action and resource of AWS’s message, often not those of the call', () => {
    const message =
      'User: arn:aws:sts::1:assumed-role/ci/job is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/fis because no identity-based policy allows it'
    const { hint } = toFault(Object.assign(new Error(message), { name: 'AccessDeniedException' }), ABOUT)
    expect(hint).toContain('Grant iam:PassRole on arn:aws:iam::1:role/fis ')
  })

  it('names the call where AWS’s message names nothing', () => {
    expect(toFault(sdk('AccessDeniedException', 403), ABOUT).hint).toContain('Grant fis:StartExperiment to')
  })

  it('tells how to get credentials that last', () => {
    expect(toFault(sdk('ExpiredToken', 403), ABOUT).hint).toContain('role-duration-seconds')
    expect(toFault(sdk('CredentialsProviderError'), ABOUT).hint).toContain('aws-actions/configure-aws-credentials')
  })
})

describe('a quota', () => {
  it.each([
    ['fis:CreateExperimentTemplate', /"experiment templates".*500.*L-2FF3254A/],
    ['fis:StartExperiment', /"active experiments".*5 by default/],
    ['iam:CreateRole', /"roles per account"/],
    ['iam:PutRolePolicy', /"inline policy size per role"/],
    ['ec2:DescribeInstances', /see Service Quotas/],
  ])('is named for %s, beside AWS’s own words', (action, hint) => {
    const fault = toFault(sdk('ServiceQuotaExceededException', 402), { ...ABOUT, action })
    expect(fault.hint).toMatch(hint)
    expect(fault.message).toBe(`${action} in eu-west-1 failed: ServiceQuotaExceededException: some words`)
  })
})

describe('unsure', () => {
  it.each<[string, unknown, boolean]>([
    ['a lost connection', sdk('Error', undefined, { code: 'ECONNRESET' }), true],
    ['a failure of the service', sdk('InternalServerException', 500), true],
    ['a defect of ours', new TypeError('x'), true],
    ['throttling', sdk('ThrottlingException', 429), false],
    ['a denial', sdk('AccessDenied', 403), false],
    ['expired credentials', sdk('ExpiredToken', 403), false],
  ])('after %s: %s', (_, thrown, unsure) => {
    expect(toFault(thrown, ABOUT).unsure).toBe(unsure)
  })
})
