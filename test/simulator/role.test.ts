import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { account, interruptPolicy, openSimulator, type TestSimulator } from './fixture.ts'

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'fis.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const policy = JSON.stringify(interruptPolicy)
const RoleName = 'Mine'
const managed = 'arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access'

async function setRole(changes: Readonly<Record<string, unknown>> = {}): Promise<TestSimulator> {
  const simulator = await openSimulator()
  await simulator.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...changes }))
  return simulator
}

describe('roles', () => {
  it('are created and shown as IAM does, documents URL-encoded', async () => {
    const simulator = await setRole({ Description: "it's mine", MaxSessionDuration: 7200, Path: '/ci/', Tags: [{ Key: 'a', Value: 'b' }] })
    const { Role } = await simulator.iam.send(new GetRoleCommand({ RoleName }))
    expect(Role).toMatchObject({
      RoleName,
      Path: '/ci/',
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      Arn: `arn:aws:iam::${account}:role/ci/${RoleName}`,
      CreateDate: new Date('2026-01-01T00:00:00Z'),
      Description: "it's mine",
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    expect(Role?.AssumeRolePolicyDocument).not.toContain('{')
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust)
    expect(simulator.leftovers().leftovers).toEqual([{ kind: 'role', id: RoleName, tags: { a: 'b' } }])
  })

  it('exist once, and are deleted only when bare', async () => {
    const simulator = await setRole()
    const again = simulator.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
    await expect(again).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: `Role with name ${RoleName} already exists.`,
    })
    await simulator.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy }))
    await expect(simulator.iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({ name: 'DeleteConflictException' })
    await simulator.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    await simulator.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    await expect(simulator.iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({ name: 'DeleteConflictException' })
    await simulator.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    await simulator.iam.send(new DeleteRoleCommand({ RoleName }))
    await expect(simulator.iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    expect(simulator.leftovers()).toMatchObject({ leftovers: [], foreignTouched: [] })
  })

  it.each([
    ['a malformed trust', { AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocumentException'],
    ['a trust without statements', { AssumeRolePolicyDocument: '{}' }, 'MalformedPolicyDocumentException'],
    ['a name with a space', { RoleName: 'my role' }, 'ValidationError'],
    ['a long name', { RoleName: 'r'.repeat(65) }, 'ValidationError'],
    ['a long session', { MaxSessionDuration: 50000 }, 'ValidationError'],
    ['a tag that IAM refuses', { Tags: [{ Key: 'a#b', Value: '' }] }, 'ValidationError'],
    ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidInputException'],
    [
      'the same tag twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'InvalidInputException',
    ],
    ['too many tags', { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }, 'ValidationError'],
  ])('refuse %s', async (_, changes, name) => {
    const simulator = await openSimulator()
    const input = { RoleName, AssumeRolePolicyDocument: trust, ...changes }
    await expect(simulator.iam.send(new CreateRoleCommand(input))).rejects.toMatchObject({ name })
    expect(simulator.leftovers().leftovers).toEqual([])
  })

  it('are listed page by page, and by path', async () => {
    const simulator = await openSimulator({ roles: [{ name: 'A' }, { name: 'B', path: '/ci/' }, { name: 'C' }] })
    const first = await simulator.iam.send(new ListRolesCommand({ MaxItems: 2 }))
    expect([first.Roles?.map((role) => role.RoleName), first.IsTruncated]).toEqual([['A', 'B'], true])
    const second = await simulator.iam.send(new ListRolesCommand({ MaxItems: 2, Marker: first.Marker }))
    expect([second.Roles?.map((role) => role.RoleName), second.IsTruncated]).toEqual([['C'], false])
    expect((await simulator.iam.send(new ListRolesCommand({ PathPrefix: '/ci/' }))).Roles).toMatchObject([{ RoleName: 'B' }])
    await expect(simulator.iam.send(new ListRolesCommand({ Marker: 'forged' }))).rejects.toMatchObject({ name: 'ValidationError' })
  })

  it('change their trust and tags', async () => {
    const simulator = await setRole({ Tags: [{ Key: 'Team', Value: 'old' }] })
    const PolicyDocument = trust.replace('fis', 'ec2')
    await simulator.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    const { Role } = await simulator.iam.send(new GetRoleCommand({ RoleName }))
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument)
    await simulator.iam.send(
      new TagRoleCommand({
        RoleName,
        Tags: [
          { Key: 'team', Value: 'new' },
          { Key: 'b', Value: '' },
        ],
      }),
    )
    const tags = async () => (await simulator.iam.send(new ListRoleTagsCommand({ RoleName }))).Tags
    expect(await tags()).toEqual([
      { Key: 'team', Value: 'new' },
      { Key: 'b', Value: '' },
    ])
    await simulator.iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['b'] }))
    expect(await tags()).toEqual([{ Key: 'team', Value: 'new' }])
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await expect(simulator.iam.send(new TagRoleCommand({ RoleName, Tags: many }))).rejects.toMatchObject({ name: 'LimitExceededException' })
  })
})
