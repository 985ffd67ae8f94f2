import { describe, expect, it } from 'vitest'
import { isAllowed, matchesWildcard, parsePolicy } from '../../simulator/account/policy.ts'

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = { Effect: 'Allow', Action: 'ec2:Send*', Resource: '*' }
const ask = { action: 'ec2:SendSpotInstanceInterruptions', resource: 'arn:x', facts: { 'ec2:region': 'us-east-1' } }

describe('isAllowed', () => {
  it.each([
    ['a wildcard', [allow], true],
    ['another case', [{ ...allow, Action: 'EC2:SENDSpotInstanceInterruptions' }], true],
    ['a list', [{ ...allow, Action: ['ec2:X', 'ec2:*'], Resource: ['arn:y', 'arn:?'] }], true],
    ['another action', [{ ...allow, Action: 'ec2:Terminate*' }], false],
    ['another resource', [{ ...allow, Resource: 'arn:y' }], false],
    ['no resource', [{ Effect: 'Allow', Action: '*' }], false],
    ['a Deny beside it', [allow, { ...allow, Effect: 'Deny' }], false],
    ['a condition that holds', [{ ...allow, Condition: { StringLike: { 'ec2:Region': 'us-*' } } }], true],
    ['a condition that does not', [{ ...allow, Condition: { StringEquals: { 'ec2:Region': ['eu-west-1'] } } }], false],
    ['a condition on what is not known', [{ ...allow, Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } } }], false],
    ['an operator that is not known', [{ ...allow, Condition: { Bool: { 'ec2:Region': 'us-east-1' } } }], false],
  ])('%s', (_, statements, expected) => {
    expect(isAllowed([document(...statements)], ask)).toBe(expected)
  })

  it.each([
    ['everyone', '*', true],
    ['the service', { Service: ['x', 'fis.amazonaws.com'] }, true],
    ['an account', { AWS: 'arn:aws:iam::1:root' }, false],
    ['nobody', undefined, false],
  ])('lets in %s', (_, Principal, expected) => {
    const trust = document({ Effect: 'Allow', Action: 'sts:AssumeRole', ...(Principal === undefined ? {} : { Principal }) })
    expect(isAllowed([trust], { action: 'sts:AssumeRole', principal: { type: 'Service', names: ['fis.amazonaws.com'] }, facts: {} })).toBe(
      expected,
    )
  })
})

describe('parsePolicy', () => {
  it.each(['', '{}', '[]', '{"Statement":[{"Effect":"Maybe"}]}', '{"Version":"2020-01-01","Statement":[]}'])('refuses %s', (text) => {
    expect(parsePolicy(text)).toBeUndefined()
  })

  it('takes a single statement for a list of one', () => {
    expect(parsePolicy('{"Statement":{"Effect":"Allow","Action":"*"}}')).toHaveLength(1)
  })
})

describe('matchesWildcard', () => {
  it.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['(a|b)+[c]', '(a|b)+[c]', true],
    ['\\-é', '-é', true],
  ])('%s on %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected)
  })
})
