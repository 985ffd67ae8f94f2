import { describe, expect, it } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { openSimulator, spotId, type TestSimulator } from './fixture.ts'

const SEED: SeedInput = {
  instances: [{ id: spotId, zone: 'us-east-1c', instanceType: 'c5.large' }],
  autoScalingGroups: [
    {
      name: 'web',
      tags: { team: 'sre' },
      capacityRebalance: true,
      suspendedProcesses: ['Launch'],
      members: [{ id: spotId }, { id: 'i-0000000000000000b', lifecycleState: 'Terminating:Wait', healthStatus: 'Unhealthy' }],
      activities: [
        { id: 'old', description: 'Launching a new EC2 instance: i-1', startedSecondsAgo: 500, endedSecondsAgo: 400 },
        { id: 'new', description: 'Terminating EC2 instance: i-2', startedSecondsAgo: 100, endedSecondsAgo: 50 },
        { id: 'now', description: 'Launching a new EC2 instance: i-3', startedSecondsAgo: 300, statusCode: 'InProgress', progress: 50 },
      ],
    },
    { name: 'elsewhere', region: 'eu-west-1' },
  ],
  targetGroups: [{ name: 'web', targets: [{ id: spotId }, { id: 'i-0000000000000000b', port: 8080, state: 'draining' }] }],
  clusters: [
    {
      services: [{ name: 'web', desiredCount: 2, runningCount: 1 }],
      containerInstances: [
        { id: 'ci1', instanceId: spotId },
        { id: 'ci2', instanceId: 'i-0000000000000000b', status: 'DRAINING' },
      ],
      tasks: [
        { id: 't1', service: 'web', containerInstance: 'ci1' },
        { id: 't2', desiredStatus: 'STOPPED', lastStatus: 'STOPPED' },
      ],
    },
  ],
  alarms: [{ name: 'errors' }, { name: 'slow', state: 'ALARM' }, { name: 'any', kind: 'CompositeAlarm' }],
}

const TARGET_PREFIX = { ecs: 'AmazonEC2ContainerServiceV20141113', monitoring: 'GraniteServiceVersion20100801' } as const
const JSON_VERSION = { ecs: '1.1', monitoring: '1.0' } as const
type JsonService = keyof typeof TARGET_PREFIX

/** The members of the answers that these tests read. */
type Answer = {
  readonly services?: readonly unknown[]
  readonly failures?: readonly unknown[]
  readonly taskArns?: readonly string[]
  readonly tasks?: readonly { readonly containerInstanceArn: string }[]
  readonly containerInstances?: readonly unknown[]
  readonly containerInstanceArns?: readonly string[]
  readonly MetricAlarms?: readonly { readonly AlarmName: string }[]
  readonly CompositeAlarms?: readonly { readonly AlarmName: string }[]
  readonly NextToken?: string
}

type Changes = Readonly<Record<string, string>>

/** A call of the protocols JSON 1.0 and 1.1, as a client writes it. */
async function callJson(
  simulator: TestSimulator,
  [service, operation]: readonly [JsonService, string],
  options: { body?: unknown; headers?: Changes } = {},
) {
  const credential = `Credential=AKIDRAW/20260101/us-east-1/${service}/aws4_request`
  const answer = await fetch(simulator.url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
      'content-type': `application/x-amz-json-${JSON_VERSION[service]}`,
      'x-amz-target': `${TARGET_PREFIX[service]}.${operation}`,
      ...options.headers,
    },
    body: JSON.stringify(options.body ?? {}),
  })
  const body: Answer = JSON.parse(await answer.text())
  return { status: answer.status, type: answer.headers.get('content-type'), body }
}

async function ask(simulator: TestSimulator, service: string, params: Changes) {
  const Version = service === 'autoscaling' ? '2011-01-01' : '2015-12-01'
  const { status, body, text } = await simulator.query(service, { Version, ...params })
  return { status, text, result: body?.[`${params.Action}Response`]?.[`${params.Action}Result`] }
}

describe('Auto Scaling', () => {
  it('shows a group of the region, with the type and zone of the instances that exist', async () => {
    const simulator = await openSimulator(SEED)
    const { result } = await ask(simulator, 'autoscaling', { Action: 'DescribeAutoScalingGroups' })
    expect(result.AutoScalingGroups.member).toMatchObject({
      AutoScalingGroupName: 'web',
      DesiredCapacity: '2',
      CapacityRebalance: 'true',
      SuspendedProcesses: { member: { ProcessName: 'Launch' } },
      Instances: {
        member: [
          {
            InstanceId: spotId,
            InstanceType: 'c5.large',
            AvailabilityZone: 'us-east-1c',
            LifecycleState: 'InService',
            HealthStatus: 'Healthy',
          },
          { AvailabilityZone: 'us-east-1a', LifecycleState: 'Terminating:Wait', HealthStatus: 'Unhealthy' },
        ],
      },
    })
  })

  it.each([
    ['a name that is not there', { 'AutoScalingGroupNames.member.1': 'nothing' }, 0],
    ['its name', { 'AutoScalingGroupNames.member.1': 'web' }, 1],
    ['an empty list of names', { AutoScalingGroupNames: '' }, 1],
    ['a tag', { 'Filters.member.1.Name': 'tag:team', 'Filters.member.1.Values.member.1': 'sre' }, 1],
    ['a tag key', { 'Filters.member.1.Name': 'tag-key', 'Filters.member.1.Values.member.1': 'owner' }, 0],
  ])('finds groups by %s', async (_, params, count) => {
    const simulator = await openSimulator(SEED)
    const { text } = await ask(simulator, 'autoscaling', { Action: 'DescribeAutoScalingGroups', ...params })
    expect(text.match(/<AutoScalingGroupARN>/g)?.length ?? 0).toBe(count)
  })

  it('shows what is in progress first, then the newest', async () => {
    const simulator = await openSimulator(SEED)
    const { text } = await ask(simulator, 'autoscaling', { Action: 'DescribeScalingActivities', AutoScalingGroupName: 'web' })
    expect([...text.matchAll(/<ActivityId>(\w+)</g)].map(([, id]) => id)).toEqual(['now', 'new', 'old'])
    expect((await ask(simulator, 'autoscaling', { Action: 'DescribeScalingActivities', AutoScalingGroupName: 'x' })).status).toBe(400)
  })

  it('finds the group of an instance', async () => {
    const simulator = await openSimulator(SEED)
    const { result } = await ask(simulator, 'autoscaling', { Action: 'DescribeAutoScalingInstances', 'InstanceIds.member.1': spotId })
    expect(result.AutoScalingInstances.member).toMatchObject({ InstanceId: spotId, AutoScalingGroupName: 'web' })
  })
})

describe('Elastic Load Balancing', () => {
  const TargetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef'

  it('shows the health of what is registered, and `unused` for what is not', async () => {
    const simulator = await openSimulator(SEED)
    const all = await ask(simulator, 'elasticloadbalancing', { Action: 'DescribeTargetHealth', TargetGroupArn })
    expect(all.result.TargetHealthDescriptions.member).toMatchObject([
      { Target: { Id: spotId, Port: '80' }, TargetHealth: { State: 'healthy' } },
      { Target: { Port: '8080' }, TargetHealth: { State: 'draining' } },
    ])
    const one = await ask(simulator, 'elasticloadbalancing', {
      Action: 'DescribeTargetHealth',
      TargetGroupArn,
      'Targets.member.1.Id': 'i-9',
    })
    expect(one.result.TargetHealthDescriptions.member.TargetHealth).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' })
  })

  it('knows target groups by name and ARN, and no other', async () => {
    const simulator = await openSimulator(SEED)
    for (const params of [{}, { 'Names.member.1': 'web' }, { 'TargetGroupArns.member.1': TargetGroupArn }]) {
      const { result } = await ask(simulator, 'elasticloadbalancing', { Action: 'DescribeTargetGroups', ...params })
      expect(result.TargetGroups.member).toMatchObject({ TargetGroupArn, TargetType: 'instance' })
    }
    const { status, text } = await ask(simulator, 'elasticloadbalancing', { Action: 'DescribeTargetGroups', 'Names.member.1': 'x' })
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('<Code>TargetGroupNotFound</Code>') })
  })
})

describe('Amazon ECS', () => {
  it('shows services, and a failure for what is not there', async () => {
    const simulator = await openSimulator(SEED)
    const { body, type } = await callJson(simulator, ['ecs', 'DescribeServices'], { body: { services: ['web', 'nothing'] } })
    expect(type).toBe('application/x-amz-json-1.1')
    expect(body.services).toMatchObject([{ serviceName: 'web', desiredCount: 2, runningCount: 1, createdAt: 1767222000 }])
    expect(body.failures).toEqual([{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/default/nothing', reason: 'MISSING' }])
  })

  it('maps tasks to container instances, and these to instances', async () => {
    const simulator = await openSimulator(SEED)
    const { body: listed } = await callJson(simulator, ['ecs', 'ListTasks'], { body: { serviceName: 'web' } })
    const { body: tasks } = await callJson(simulator, ['ecs', 'DescribeTasks'], { body: { tasks: listed.taskArns } })
    const containerInstances = [tasks.tasks?.[0]?.containerInstanceArn]
    const { body } = await callJson(simulator, ['ecs', 'DescribeContainerInstances'], { body: { containerInstances } })
    expect(body.containerInstances).toMatchObject([{ ec2InstanceId: spotId, status: 'ACTIVE', runningTasksCount: 1 }])
  })

  it.each([
    ['all', {}, 2],
    ['those that drain', { status: 'DRAINING' }, 1],
    ['the one on an instance', { filter: `ec2InstanceId == '${spotId}'` }, 1],
    ['those on instances', { filter: `ec2InstanceId in ['${spotId}', 'i-0000000000000000b']` }, 2],
  ])('lists %s of the container instances', async (_, body, count) => {
    const simulator = await openSimulator(SEED)
    const { body: listed } = await callJson(simulator, ['ecs', 'ListContainerInstances'], { body })
    expect(listed.containerInstanceArns).toHaveLength(count)
  })

  it.each([
    ['a cluster that is not there', 'ListTasks', { cluster: 'x' }, 'ClusterNotFoundException'],
    ['a service that is not there', 'ListTasks', { serviceName: 'x' }, 'ServiceNotFoundException'],
    ['eleven services', 'DescribeServices', { services: Array(11).fill('web') }, 'InvalidParameterException'],
    ['a filter that it does not know', 'ListContainerInstances', { filter: 'agentConnected == true' }, 'InvalidParameterException'],
  ])('refuses %s', async (_, operation, body, code) => {
    const simulator = await openSimulator(SEED)
    expect(await callJson(simulator, ['ecs', operation], { body })).toMatchObject({ status: 400, body: { __type: code } })
  })
})

describe('CloudWatch', () => {
  it.each([
    ['metric alarms only, unless others are asked for', {}, ['errors', 'slow'], []],
    ['every kind that is asked for', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }, ['errors', 'slow'], ['any']],
    ['those of the names, without a word of the missing', { AlarmNames: ['slow', 'nothing'] }, ['slow'], []],
    ['those in a state', { StateValue: 'OK' }, ['errors'], []],
    ['those with a prefix', { AlarmNamePrefix: 'err' }, ['errors'], []],
  ])('shows %s', async (_, body, metric, composite) => {
    const simulator = await openSimulator(SEED)
    const answer = await callJson(simulator, ['monitoring', 'DescribeAlarms'], { body })
    const names = (alarms: Answer['MetricAlarms']) => alarms?.map(({ AlarmName }) => AlarmName)
    expect([names(answer.body.MetricAlarms), names(answer.body.CompositeAlarms)]).toEqual([metric, composite])
    expect(answer.type).toBe('application/x-amz-json-1.0')
  })

  it('pages', async () => {
    const simulator = await openSimulator(SEED)
    const { body } = await callJson(simulator, ['monitoring', 'DescribeAlarms'], { body: { MaxRecords: 1 } })
    const next = await callJson(simulator, ['monitoring', 'DescribeAlarms'], { body: { MaxRecords: 1, NextToken: body.NextToken } })
    expect(next.body.MetricAlarms).toMatchObject([{ AlarmName: 'slow', StateValue: 'ALARM' }])
    expect(next.body.NextToken).toBeUndefined()
  })
})

describe('what is not known is refused and marked, in every service by one mechanism', () => {
  type Refused = (simulator: TestSimulator) => Promise<{ readonly status: number }>
  const query =
    (service: string, params: Changes): Refused =>
    (simulator) =>
      simulator.query(service, params)
  const json =
    (service: JsonService, operation: string, body: unknown = {}): Refused =>
    (simulator) =>
      callJson(simulator, [service, operation], { body })
  const rest =
    (method: string, path: string, body?: unknown): Refused =>
    (simulator) =>
      simulator.rest(method, path, body)

  it.each<readonly [string, Refused, string, string]>([
    ['fis operation', rest('GET', '/targetResourceTypes'), 'operation', 'GET /targetResourceTypes'],
    ['fis member', rest('POST', '/experiments', { clientToken: 't', experimentTemplateId: 'EXT1', more: 1 }), 'member', 'more'],
    ['fis member in the query string', rest('GET', '/actions?more=1'), 'member', 'search.more'],
    [
      'fis member in the wrong place',
      rest('POST', '/tags/arn:aws:fis:us-east-1:123456789012:experiment/EXP1', { resourceArn: 'x', tags: {} }),
      'member',
      'body.resourceArn',
    ],
    ['ec2 operation', query('ec2', { Action: 'DescribeVpcs' }), 'operation', 'DescribeVpcs'],
    ['ec2 member', query('ec2', { Action: 'DescribeInstances', More: '1' }), 'member', 'More'],
    ['ec2 member without a value', query('ec2', { Action: 'DescribeInstances', More: '' }), 'member', 'More'],
    ['ec2 list written as in the other protocol', query('ec2', { Action: 'DescribeInstances', 'Filter.member.1.Name': 'x' }), 'shape', ''],
    ['ec2 filter', query('ec2', { Action: 'DescribeInstances', 'Filter.1.Name': 'more', 'Filter.1.Value.1': 'x' }), 'filter', 'more'],
    ['iam operation', query('iam', { Action: 'ListUsers' }), 'operation', 'ListUsers'],
    [
      'iam operation of another version',
      query('iam', { Action: 'ListRoles', Version: '2000-01-01' }),
      'operation',
      'ListRoles of version 2000-01-01',
    ],
    ['iam member', query('iam', { Action: 'ListRoles', More: '' }), 'member', 'More'],
    ['sts operation', query('sts', { Action: 'GetSessionToken' }), 'operation', 'GetSessionToken'],
    ['sts member', query('sts', { Action: 'GetCallerIdentity', More: '1' }), 'member', 'More'],
    ['autoscaling operation', query('autoscaling', { Action: 'SetDesiredCapacity' }), 'operation', 'SetDesiredCapacity'],
    ['autoscaling member', query('autoscaling', { Action: 'DescribeAutoScalingGroups', More: '1' }), 'member', 'More'],
    [
      'autoscaling filter',
      query('autoscaling', { Action: 'DescribeAutoScalingGroups', 'Filters.member.1.Name': 'more' }),
      'filter',
      'more',
    ],
    ['elb operation', query('elasticloadbalancing', { Action: 'DescribeRules' }), 'operation', 'DescribeRules'],
    ['elb member', query('elasticloadbalancing', { Action: 'DescribeTargetGroups', More: '1' }), 'member', 'More'],
    ['ecs operation', json('ecs', 'UpdateService'), 'operation', 'UpdateService'],
    ['ecs member', json('ecs', 'ListTasks', { more: 1 }), 'member', 'more'],
    ['ecs member that would change the answer', json('ecs', 'ListTasks', { startedBy: 'x' }), 'member', 'startedBy'],
    ['monitoring operation', json('monitoring', 'PutMetricAlarm'), 'operation', 'PutMetricAlarm'],
    ['monitoring member', json('monitoring', 'DescribeAlarms', { more: 1 }), 'member', 'more'],
  ])('%s', async (_, send, what, name) => {
    const simulator = await openSimulator(SEED)
    const { status } = await send(simulator)
    expect(status).toBe(400)
    expect(simulator.leftovers().strict).toMatchObject(what === 'shape' ? [] : [{ what, name }])
  })

  it.each<readonly [string, Changes, string]>([
    ['another content type', { 'content-type': 'application/json' }, 'SerializationException'],
    ['the content type of another version', { 'content-type': 'application/x-amz-json-1.0' }, 'SerializationException'],
    ['the target of another service', { 'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms' }, 'UnknownOperationException'],
    ['no target', { 'x-amz-target': '' }, 'UnknownOperationException'],
  ])('a JSON call with %s', async (_, headers, code) => {
    const simulator = await openSimulator(SEED)
    const answer = await callJson(simulator, ['ecs', 'ListTasks'], { headers })
    expect(answer).toMatchObject({ status: 400, body: { __type: code, message: expect.any(String) } })
    expect(simulator.leftovers().strict).toMatchObject([{ what: 'operation' }])
  })
})
