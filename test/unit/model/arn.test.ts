import { describe, expect, it } from 'vitest'
import { partitionOf, toInstanceArn } from '../../../src/model/arn.ts'

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

  it('names an instance', () => {
    const place = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' }
    expect(toInstanceArn(place, 'i-1')).toBe('arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-1')
  })
})
