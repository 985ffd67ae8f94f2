import { describe, expect, it } from 'vitest'
import { isOfInvocation, isOurs, partitionOf, toInstanceArn, toRoleArn, toTags } from '../../../src/model/names.ts'
import { INVOCATION, moment } from '../../fakes/timeline.ts'

const LIFE = { createdAt: moment(0), expiresAt: moment(3600) }
const OURS = toTags({ run: 'o/r/1/1', invocation: INVOCATION }, 'interruption', LIFE, {})

describe('toTags', () => {
  it('tells who made it, when, and until when it may be there', () => {
    expect(toTags({ run: 'o/r/1/1', invocation: INVOCATION }, 'rebalance', LIFE, { team: 'core' })).toEqual({
      team: 'core',
      ManagedBy: 'spot-interrupt',
      'spot-interrupt:run': 'o/r/1/1',
      'spot-interrupt:invocation': INVOCATION,
      'spot-interrupt:created-at': '2026-01-02T03:00:00.000Z',
      'spot-interrupt:expires-at': '2026-01-02T04:00:00.000Z',
      'spot-interrupt:mode': 'rebalance',
    })
  })

  it('makes of a run name what AWS takes as a tag value', () => {
    const run = `dependabot[bot]/${'r'.repeat(300)}`
    const value = toTags({ run, invocation: INVOCATION }, 'interruption', LIFE, {})['spot-interrupt:run']
    expect(value).toMatch(/^dependabot-bot-\/r+$/)
    expect(value).toHaveLength(256)
  })
})

describe('isOurs', () => {
  it('holds what this action made for ours', () => {
    expect(isOurs(OURS)).toBe(true)
  })

  it.each([
    ['nothing', {}],
    ['another maker', { ...OURS, ManagedBy: 'terraform' }],
    ['no maker', { ...OURS, ManagedBy: '' }],
    ['an invocation that is none', { ...OURS, 'spot-interrupt:invocation': 'x' }],
    ['no creation time', { ...OURS, 'spot-interrupt:created-at': '' }],
    ['a creation time that is none', { ...OURS, 'spot-interrupt:created-at': 'yesterday' }],
  ])('holds %s for somebody else’s', (_, tags) => {
    expect(isOurs(tags)).toBe(false)
    expect(isOfInvocation(tags, INVOCATION)).toBe(false)
  })

  it('tells one invocation from another', () => {
    expect(isOfInvocation(OURS, INVOCATION)).toBe(true)
    expect(isOfInvocation(OURS, INVOCATION.replace('6', '7'))).toBe(false)
  })
})

describe('ARNs', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('puts %s in partition %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition)
  })

  it('names instance and role', () => {
    const place = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' }
    expect(toInstanceArn(place, 'i-1')).toBe('arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-1')
    expect(toRoleArn(place, 'r')).toBe('arn:aws-cn:iam::123456789012:role/r')
  })
})
