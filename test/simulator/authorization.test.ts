import { afterEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/server.ts'

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'fis:GetExperiment', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'chaos' } } },
    { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
    { Effect: 'Deny', Action: 'ec2:DescribeSpotInstanceRequests', Resource: '*' },
  ],
}
const SEED = {
  experiments: [
    { id: 'EXPours', state: 'running' as const, tags: { team: 'chaos' } },
    { id: 'EXPtheirs', state: 'running' as const, tags: { team: 'payments' } },
  ],
}

const open: Simulator[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()))
})

async function start(callerPolicies: Record<string, unknown>[] | null): Promise<Simulator> {
  const simulator = await startSimulator()
  open.push(simulator)
  simulator.seed(SEED)
  simulator.setSwitches({ callerPolicies: callerPolicies === null ? {} : { AKIDX: callerPolicies } })
  return simulator
}

async function send({ url }: Simulator, service: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const scope = `AWS4-HMAC-SHA256 Credential=AKIDX/20260301/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
  const type = 'application/x-www-form-urlencoded'
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: scope, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  })
  return { status: answer.status, text: await answer.text() }
}

const ec2 = (simulator: Simulator, operation: string) => send(simulator, 'ec2', '/', `Action=${operation}&Version=2016-11-15`)

describe('the policies of callers', () => {
  it('are none at first: everybody may do everything, and the journal says nothing of it', async () => {
    const simulator = await start(null)
    expect((await send(simulator, 'fis', '/experiments/EXPtheirs')).status).toBe(200)
    expect(simulator.journal().map((entry) => 'needs' in entry)).toEqual([false])
  })

  it('decide by action, resource and condition, and name what is missing as AWS does', async () => {
    const simulator = await start([POLICY])
    expect((await send(simulator, 'fis', '/experiments/EXPours')).status).toBe(200)
    const { status, text } = await send(simulator, 'fis', '/experiments/EXPtheirs')
    expect(status).toBe(403)
    expect(text).toContain(
      'is not authorized to perform: fis:GetExperiment on resource: arn:aws:fis:us-east-1:123456789012:experiment/EXPtheirs',
    )
    expect(simulator.journal()[1]).toMatchObject({ acted: false, error: 'AccessDeniedException' })
    expect(simulator.journal()[1]?.needs).toEqual([
      {
        action: 'fis:GetExperiment',
        resource: 'arn:aws:fis:us-east-1:123456789012:experiment/EXPtheirs',
        keys: { 'aws:ResourceTag/team': 'payments' },
      },
    ])
  })

  it('are of one access key: others may do everything', async () => {
    const simulator = await start(null)
    simulator.setSwitches({ callerPolicies: { AKIDOTHER: [] } })
    expect((await ec2(simulator, 'DescribeInstances')).status).toBe(200)
  })

  it('deny by an explicit Deny, and by no Allow', async () => {
    const simulator = await start([POLICY])
    expect((await ec2(simulator, 'DescribeInstances')).status).toBe(200)
    expect((await ec2(simulator, 'DescribeSpotInstanceRequests')).status).toBe(403)
    expect((await ec2(simulator, 'TerminateInstances')).status).toBe(403)
  })

  it('allow nothing where there are none, but GetCallerIdentity', async () => {
    const simulator = await start([])
    expect((await send(simulator, 'sts', '/', 'Action=GetCallerIdentity&Version=2011-06-15')).status).toBe(200)
    expect((await ec2(simulator, 'DescribeInstances')).status).toBe(403)
  })
})
