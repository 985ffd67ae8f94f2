import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { ListActionsCommand } from '@aws-sdk/client-fis'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import type { InjectedFaultInput } from '../../simulator/admin/faults.ts'
import { account, interruption, openReadySimulator, openSimulator, type TestSimulator, templateBody } from './fixture.ts'

const caller = `arn:aws:sts::${account}:assumed-role/rehearsal/workflow`

/** The name of the error, per service, as the SDK sees it. */
async function errorsOf(simulator: TestSimulator) {
  const name = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: Error) => error.name,
    )
  return {
    fis: await name(simulator.fis.send(new ListActionsCommand({}))),
    ec2: await name(simulator.ec2.send(new DescribeInstancesCommand({}))),
    iam: await name(simulator.iam.send(new GetRoleCommand({ RoleName: 'Fis' }))),
    sts: await name(simulator.sts.send(new GetCallerIdentityCommand({}))),
  }
}

async function setFaulty(...faults: InjectedFaultInput[]): Promise<TestSimulator> {
  const simulator = await openReadySimulator()
  simulator.setFaults(faults)
  return simulator
}

describe('refusals, each service in its own words', () => {
  it.each([
    ['throttle', { fis: 'ThrottlingException', ec2: 'RequestLimitExceeded', iam: 'Throttling', sts: 'Throttling' }],
    ['expired', { fis: 'ExpiredTokenException', ec2: 'RequestExpired', iam: 'ExpiredToken', sts: 'ExpiredToken' }],
    ['denied', { fis: 'AccessDeniedException', ec2: 'UnauthorizedOperation', iam: 'AccessDenied', sts: 'AccessDenied' }],
    ['quota', { fis: 'ServiceQuotaExceededException', ec2: 'InstanceLimitExceeded', iam: 'LimitExceededException', sts: 'LimitExceeded' }],
    ['5xx', { fis: 'InternalServerException', ec2: 'InternalError', iam: 'ServiceFailureException', sts: 'InternalFailure' }],
  ] as const)('%s', async (fault, names) => {
    const simulator = await setFaulty({ fault })
    expect(await errorsOf(simulator)).toEqual(names)
    expect(simulator.journal().every((entry) => entry.fault === fault && !entry.acted)).toBe(true)
  })

  it('5xx with a status of its own', async () => {
    const simulator = await setFaulty({ fault: '5xx', status: 503 })
    expect(await simulator.rest('GET', '/actions')).toMatchObject({ status: 503, type: 'InternalServerException' })
    expect((await simulator.query('iam', { Action: 'ListRoles' })).body.ErrorResponse.Error.Type).toBe('Receiver')
  })
})

describe('denied', () => {
  it.each([
    ['POST', '/experimentTemplates', 'fis:CreateExperimentTemplate', 'action/*'],
    ['POST', '/experiments', 'fis:StartExperiment', 'experiment/*'],
    ['GET', '/experiments/EXP1', 'fis:GetExperiment', 'experiment/EXP1'],
    ['GET', '/experiments/EXP1/resolvedTargets', 'fis:ListExperimentResolvedTargets', 'experiment/EXP1'],
    ['DELETE', '/experimentTemplates/EXT1', 'fis:DeleteExperimentTemplate', 'experiment-template/EXT1'],
    ['GET', `/actions/${interruption}`, 'fis:GetAction', `action/${interruption}`],
    ['GET', '/safetyLevers/default', 'fis:GetSafetyLever', 'safety-lever/default'],
  ])('%s %s names %s', async (method, path, action, resource) => {
    const simulator = await setFaulty({ fault: 'denied' })
    const on = `arn:aws:fis:us-east-1:${account}:${resource}`
    const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${on} because no identity-based policy allows the ${action} action`
    expect(await simulator.rest(method, path)).toMatchObject({ status: 403, type: 'AccessDeniedException', body: { message } })
  })

  it('names another action and resource where told to', async () => {
    const resource = `arn:aws:iam::${account}:role/Fis`
    const simulator = await setFaulty({ fault: 'denied', operation: 'CreateExperimentTemplate', action: 'iam:PassRole', resource })
    const { body } = await simulator.rest('POST', '/experimentTemplates', templateBody())
    expect(body.message).toContain(`perform: iam:PassRole on resource: ${resource} because`)
  })

  it('in IAM and EC2 names what AWS names', async () => {
    const simulator = await setFaulty({ fault: 'denied' })
    const role = await simulator.query('iam', { Action: 'CreateRole', RoleName: 'R' })
    expect(role.body.ErrorResponse.Error.Message).toContain(`iam:CreateRole on resource: arn:aws:iam::${account}:role/R because`)
    const list = await simulator.query('iam', { Action: 'ListRoles' })
    expect(list.body.ErrorResponse.Error.Message).toContain('iam:ListRoles on resource: * because')
    const instances = await simulator.query('ec2', { Action: 'DescribeInstances' })
    expect(instances).toMatchObject({
      status: 403,
      body: { Response: { Errors: { Error: { Message: expect.stringContaining('perform: ec2:DescribeInstances because') } } } },
    })
  })
})

describe('which call is hit', () => {
  const statuses = async (simulator: TestSimulator, count: number, path = '/actions') => {
    const all: number[] = []
    for (let index = 0; index < count; index += 1) all.push((await simulator.rest('GET', path)).status)
    return all
  }

  it.each([
    [2, [200, 429, 200, 200]],
    [{ from: 2 }, [200, 429, 429, 429]],
    [{ from: 2, to: 3 }, [200, 429, 429, 200]],
    ['every', [429, 429, 429, 429]],
  ] as const)('nth %j', async (nth, expected) => {
    const simulator = await setFaulty({ operation: 'ListActions', nth, fault: 'throttle' })
    expect(await statuses(simulator, 4)).toEqual(expected)
  })

  it('matches service, operation with wildcards, and caller', async () => {
    const simulator = await setFaulty(
      { service: 'fis', operation: 'List*', fault: 'throttle' },
      { caller: 'spot-interrupt', fault: 'expired' },
      { caller: 'AKIDOTHER', fault: 'quota' },
    )
    expect(await statuses(simulator, 1)).toEqual([429])
    expect(await statuses(simulator, 1, `/actions/${interruption}`)).toEqual([200])
    expect((await simulator.query('iam', { Action: 'ListRoles' })).status).toBe(200)
    const path = `/actions/${interruption}`
    expect((await simulator.rest('GET', path, undefined, { agent: 'spot-interrupt/1.0' })).status).toBe(403)
    expect((await simulator.rest('GET', path, undefined, { key: 'AKIDOTHER1' })).status).toBe(402)
  })

  it('counts for every rule, and shows the counts', async () => {
    const simulator = await setFaulty({ operation: 'ListActions', nth: 1, fault: 'throttle' }, { service: 'fis', nth: 2, fault: 'quota' })
    expect(await statuses(simulator, 3)).toEqual([429, 402, 200])
    expect((await simulator.admin('GET', '/_simulator/faults')).body.map(({ seen }: { seen: number }) => seen)).toEqual([3, 3])
  })

  it('refuses a plan it cannot read', async () => {
    const simulator = await openSimulator()
    expect((await simulator.admin('PUT', '/_simulator/faults', [{ fault: 'flood' }])).status).toBe(400)
    expect((await simulator.admin('PUT', '/_simulator/faults', [{ fault: 'reset', operations: 'x' }])).status).toBe(400)
    expect((await simulator.admin('PUT', '/_simulator/faults', '[')).status).toBe(400)
    expect(() => simulator.setFaults([{ fault: 'reset', nth: 0 }])).toThrow()
  })
})
