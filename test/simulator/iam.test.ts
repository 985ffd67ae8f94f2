import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { interruptPolicy, openSimulator, type TestSimulator } from './fixture.ts'

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

describe('policies', () => {
  it('are put, read, listed and deleted', async () => {
    const simulator = await setRole()
    await simulator.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy }))
    const read = await simulator.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(interruptPolicy)
    expect((await simulator.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['p'])
    await simulator.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect((await simulator.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []).toEqual([])
    for (const Command of [GetRolePolicyCommand, DeleteRolePolicyCommand]) {
      await expect(simulator.iam.send(new Command({ RoleName, PolicyName: 'p' }) as GetRolePolicyCommand)).rejects.toMatchObject({
        name: 'NoSuchEntityException',
      })
    }
    const malformed = new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: 'no' })
    await expect(simulator.iam.send(malformed)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  })

  it('are attached and detached', async () => {
    const simulator = await setRole()
    await simulator.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    await simulator.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    const attached = async (PathPrefix: string) =>
      (await simulator.iam.send(new ListAttachedRolePoliciesCommand({ RoleName, PathPrefix }))).AttachedPolicies ?? []
    expect(await attached('/')).toEqual([{ PolicyName: 'AWSFaultInjectionSimulatorEC2Access', PolicyArn: managed }])
    expect(await attached('/service-role/')).toHaveLength(1)
    expect(await attached('/other/')).toEqual([])
    await simulator.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    const again = simulator.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: managed }))
    await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })
})

describe('foreign roles', () => {
  it('are reported when they are touched', async () => {
    const simulator = await openSimulator({ roles: [{ name: 'Theirs' }, { name: 'Ours', foreign: false }] })
    for (const RoleName of ['Theirs', 'Ours']) {
      await simulator.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy }))
    }
    expect(simulator.leftovers()).toMatchObject({
      leftovers: [{ kind: 'role', id: 'Ours' }],
      foreignTouched: [{ index: 0, service: 'iam', operation: 'PutRolePolicy', kind: 'role', id: 'Theirs' }],
    })
  })
})

describe('the service-linked role', () => {
  it('is created once, and belongs to AWS', async () => {
    const simulator = await openSimulator()
    const create = (AWSServiceName: string, CustomSuffix?: string) =>
      simulator.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, ...(CustomSuffix ? { CustomSuffix } : {}) }))
    const { Role } = await create('fis.amazonaws.com')
    expect(Role).toMatchObject({ RoleName: 'AWSServiceRoleForFIS', Path: '/aws-service-role/fis.amazonaws.com/' })
    await expect(create('fis.amazonaws.com')).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('has been taken'),
    })
    await expect(create('ecs.amazonaws.com')).rejects.toMatchObject({ name: 'InvalidInputException' })
    await expect(create('fis.amazonaws.com', 'x')).rejects.toMatchObject({ name: 'InvalidInputException' })
    const remove = simulator.iam.send(new DeleteRoleCommand({ RoleName: 'AWSServiceRoleForFIS' }))
    await expect(remove).rejects.toMatchObject({ name: 'UnmodifiableEntityException' })
    expect(simulator.leftovers().leftovers).toEqual([])
  })
})

describe('an unknown operation or member', () => {
  it('is refused in the words of IAM, and marked', async () => {
    const simulator = await setRole()
    expect((await simulator.query('iam', { Action: 'CreateUser', UserName: 'x' })).body.ErrorResponse.Error).toMatchObject({
      Code: 'InvalidAction',
      Type: 'Sender',
    })
    expect((await simulator.query('iam', { Action: 'GetRole', RoleName, Colour: 'red' })).body.ErrorResponse.Error.Code).toBe(
      'ValidationError',
    )
    expect(simulator.leftovers().strict).toMatchObject([
      { what: 'operation', name: 'CreateUser' },
      { what: 'member', name: 'Colour' },
    ])
  })
})
