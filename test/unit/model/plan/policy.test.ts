import { describe, expect, it } from 'vitest'
import { allowsInterruptions, mayInterrupt, toPolicy, toTrust, trustsFis } from '../../../../src/model/plan/policy.ts'

const PLACE = { partition: 'aws-cn', account: '123456789012' }

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

describe('what the role is made with', () => {
  it('trusts FIS for experiments of this account only, in any region', () => {
    expect(JSON.parse(toTrust(PLACE)).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'fis.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: { 'aws:SourceArn': 'arn:aws-cn:fis:*:123456789012:experiment/*' },
        },
      },
    ])
  })

  it('may interrupt instances of this account and describe instances, no more', () => {
    expect(JSON.parse(toPolicy(PLACE)).Statement).toEqual([
      { Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions', Resource: 'arn:aws-cn:ec2:*:123456789012:instance/*' },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    ])
  })

  it('is recognised by its own checks', () => {
    expect(allowsInterruptions(toPolicy(PLACE))).toBe(true)
    expect(trustsFis(toTrust(PLACE))).toBe(true)
  })
})

describe('allowsInterruptions', () => {
  it.each([
    ['the action in a list', policy({ Effect: 'Allow', Action: ['ec2:DescribeInstances', 'ec2:SendSpotInstanceInterruptions'] })],
    ['another case', policy({ Effect: 'Allow', Action: 'EC2:sendspotinstanceinterruptions' })],
    ['a wildcard', policy({ Effect: 'Allow', Action: 'ec2:Send*' })],
    ['a question mark', policy({ Effect: 'Allow', Action: 'ec?:SendSpotInstanceInterruption?' })],
    ['everything', policy({ Effect: 'Allow', Action: '*' })],
    ['a single statement', JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ec2:*' } })],
    ['a later statement', policy({ Effect: 'Allow', Action: 's3:*' }, { Effect: 'Allow', Action: 'ec2:*' })],
  ])('is true for %s', (_, document) => {
    expect(allowsInterruptions(document)).toBe(true)
  })

  it.each([
    ['a denial', policy({ Effect: 'Deny', Action: 'ec2:SendSpotInstanceInterruptions' })],
    ['another action', policy({ Effect: 'Allow', Action: 'ec2:DescribeInstances' })],
    ['a longer action', policy({ Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptionsX' })],
    ['a dot, which is no wildcard', policy({ Effect: 'Allow', Action: 'ec2.SendSpotInstanceInterruptions' })],
    ['no action', policy({ Effect: 'Allow' })],
    ['actions that are no texts', policy({ Effect: 'Allow', Action: [1, null] })],
    ['a statement that is none', JSON.stringify({ Statement: ['x', null] })],
    ['no statement', '{}'],
    ['null', 'null'],
    ['no JSON', 'Version: 2012'],
  ])('is false for %s', (_, document) => {
    expect(allowsInterruptions(document)).toBe(false)
  })
})

describe('mayInterrupt', () => {
  const ALLOW = { Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions' }

  it.each([
    ['one of several policies', [policy({ Effect: 'Allow', Action: 's3:*' }), policy(ALLOW)], true],
    ['a policy with a condition', [policy({ ...ALLOW, Condition: { StringEquals: { 'ec2:Region': 'eu-west-1' } } })], true],
    ['all actions but others', [policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })], true],
    ['all actions but this one', [policy({ Effect: 'Allow', NotAction: ['iam:*', 'ec2:Send*'], Resource: '*' })], false],
    [
      'a policy beside a denial for some',
      [policy(ALLOW), policy({ ...ALLOW, Effect: 'Deny', Resource: 'arn:aws:ec2:*:*:instance/i-1' })],
      true,
    ],
    [
      'a policy beside a denial under a condition',
      [policy(ALLOW), policy({ ...ALLOW, Effect: 'Deny', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      true,
    ],
    ['a policy beside a denial of everything', [policy(ALLOW), policy({ Effect: 'Deny', Action: 'ec2:*', Resource: '*' })], false],
    ['a policy beside a denial of something else', [policy(ALLOW), policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })], true],
    ['no policy', [], false],
  ])('by %s: %s', (_, documents, expected) => {
    expect(mayInterrupt(documents)).toBe(expected)
  })
})

describe('trustsFis', () => {
  it.each([
    ['a list of services', policy({ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com', 'fis.amazonaws.com'] } }), true],
    ['another service', policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }), false],
    ['a denial', policy({ Effect: 'Deny', Principal: { Service: 'fis.amazonaws.com' } }), false],
    ['an account', policy({ Effect: 'Allow', Principal: { AWS: 'fis.amazonaws.com' } }), false],
    ['nobody', policy({ Effect: 'Allow' }), false],
    ['a text for principal', policy({ Effect: 'Allow', Principal: 'fis.amazonaws.com' }), false],
    ['no JSON', '%7B%7D', false],
  ])('judges a trust in %s', (_, document, trusted) => {
    expect(trustsFis(document)).toBe(trusted)
  })
})
