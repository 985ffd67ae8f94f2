import { describe, expect, it } from 'vitest'
import { findNeeds, toDocument, toNames, toStatement } from '../../../../src/model/plan/grants.ts'

const PLACE = { partition: 'aws-cn', account: '123456789012', region: 'cn-north-1' }
const TAGGED = { StringEquals: { 'aws:ResourceTag/ManagedBy': 'spot-interrupt' } }

const hint = (action: string, resource: string, account = '') =>
  JSON.parse(toStatement({ action, resource, region: 'us-gov-west-1', account }) ?? 'null')

describe('toDocument', () => {
  it('gives one role to FIS only, in any partition', () => {
    const names = toNames(PLACE, 'chaos', { experimentRole: 'arn:aws-cn:iam::123456789012:role/team/chaos' })
    expect(toDocument(['PassRole'], names)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PassRole',
          Effect: 'Allow',
          Action: ['iam:PassRole'],
          Resource: 'arn:aws-cn:iam::123456789012:role/team/chaos',
          Condition: { StringEquals: { 'iam:PassedToService': 'fis.amazonaws.com' } },
        },
      ],
    })
  })

  it('names the roles of single runs by the part of a long name that they keep, and 8 digits', () => {
    const [grant] = toDocument(['WriteOwnRole'], toNames(PLACE, 'x'.repeat(64))).Statement
    expect(grant?.Resource).toBe(`arn:aws-cn:iam::123456789012:role/${'x'.repeat(55)}-????????`)
  })
})

describe('findNeeds', () => {
  it('has each statement once, and none for a rehearsal', () => {
    const both = findNeeds('given-role', 'created-role', 'rehearsal')
    expect(both.length).toBe(new Set(both).size)
    expect(both).toEqual(expect.arrayContaining([...findNeeds('given-role')]))
    expect(findNeeds('rehearsal')).toEqual([])
  })
})

describe('toStatement', () => {
  it.each([
    ['fis:StopExperiment', 'arn:aws-us-gov:fis:us-gov-west-1:210987654321:experiment/EXP1', 'experiment/*'],
    ['fis:DeleteExperimentTemplate', 'arn:aws-us-gov:fis:us-gov-west-1:210987654321:experiment-template/EXT1', 'experiment-template/*'],
  ])('grants %s on what carries our tag, in the place that AWS names', (action, resource, kind) => {
    const place = { Resource: `arn:aws-us-gov:fis:us-gov-west-1:210987654321:${kind}`, Condition: TAGGED }
    expect(hint(action, resource)).toMatchObject({ Action: [action], ...place })
  })

  it.each([
    ['an ARN', 'arn:aws-us-gov:iam::210987654321:role/chaos'],
    ['the name that IAM gives for reads', 'role chaos'],
  ])('grants a read of a role by %s', (_, resource) => {
    const { Sid, Resource } = hint('iam:GetRole', resource, '210987654321')
    expect({ Sid, Resource }).toEqual({ Sid: 'ReadSharedRole', Resource: 'arn:aws-us-gov:iam::210987654321:role/chaos' })
  })

  it('keeps a role of one run apart from the shared one', () => {
    const arn = 'arn:aws:iam::210987654321:role/chaos-0a1b2c3d'
    expect(hint('iam:CreateRole', arn)).toMatchObject({ Sid: 'CreateOwnRole', Resource: arn })
    expect(hint('iam:CreateRole', 'arn:aws:iam::210987654321:role/chaos')).toMatchObject({ Sid: 'CreateSharedRole' })
  })

  it('needs no resource where AWS names none', () => {
    expect(hint('ec2:DescribeInstances', '')).toMatchObject({ Sid: 'ReadInstances', Resource: '*' })
    expect(hint('fis:GetExperiment', '').Resource).toBe('arn:aws-us-gov:fis:us-gov-west-1:*:experiment/*')
  })

  it.each([
    ['ec2:TerminateInstances', ''],
    ['fis:GetAction', 'arn:aws:fis:us-east-1::action/aws:ec2:terminate-instances'],
    ['iam:CreateServiceLinkedRole', 'arn:aws:iam::210987654321:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot'],
  ])('offers nothing for %s on "%s", which no way of use needs', (action, resource) => {
    expect(toStatement({ action, resource, region: 'us-east-1', account: '' })).toBeUndefined()
  })
})
