import { describe, expect, it } from 'vitest'
import { ACCOUNT, connect, expectFault, REGION } from './wire.ts'

const idOf = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const groupArn = (name: string) => `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`
const ecsArn = (path: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${path}`

describe('Auto Scaling', () => {
  it('shows members, weights, and what is suspended, of all groups at once', async () => {
    const { simulator, aws } = await connect()
    simulator.seed({
      instances: [1, 2].map((one) => ({ id: idOf(one), region: REGION })),
      autoScalingGroups: [
        {
          name: 'weighted',
          region: REGION,
          desiredCapacity: 8,
          capacityRebalance: true,
          suspendedProcesses: ['Launch'],
          members: [{ id: idOf(1), weightedCapacity: '4', healthStatus: 'Unhealthy' }],
        },
        { name: 'vcpus', region: REGION, desiredCapacity: 8, desiredCapacityType: 'vcpu', members: [{ id: idOf(2) }] },
      ],
    })
    expect(await aws.autoscaling.readGroups(['weighted', 'vcpus', 'missing'])).toEqual([
      {
        name: 'weighted',
        members: [{ id: idOf(1), state: 'InService', healthy: false, weight: 4 }],
        desired: 8,
        suspended: ['Launch'],
        rebalances: true,
      },
      { name: 'vcpus', members: [{ id: idOf(2), state: 'InService', healthy: true }], suspended: [], rebalances: false },
    ])
    expect(simulator.journal()).toHaveLength(1)
  })

  it('tells what a group did, and why', async () => {
    const { simulator, aws } = await connect()
    const activity = { id: 'a', description: 'Launching a new EC2 instance: i-1', cause: 'At the request of a user.', endedSecondsAgo: 10 }
    simulator.seed({ autoScalingGroups: [{ name: 'g', region: REGION, activities: [activity] }] })
    expect(await aws.autoscaling.readActivities('g')).toMatchObject([
      {
        description: activity.description,
        cause: activity.cause,
        status: 'Successful',
        startAt: expect.any(Date),
        endAt: expect.any(Date),
      },
    ])
  })
})

describe('a target group', () => {
  it('has a type, and targets by id and port', async () => {
    const { simulator, aws } = await connect()
    const targets = [{ id: idOf(1) }, { id: idOf(1), port: 81, state: 'draining' as const }]
    simulator.seed({ targetGroups: [{ name: 'web', region: REGION, arn: groupArn('web'), targets }] })
    expect(await aws.elb.readTargetGroup(groupArn('web'))).toEqual({ type: 'instance' })
    expect(await aws.elb.readTargets(groupArn('web'))).toEqual([
      { id: idOf(1), port: 80, state: 'healthy' },
      { id: idOf(1), port: 81, state: 'draining' },
    ])
  })

  it('that is not there is missing', async () => {
    const { aws } = await connect()
    await expectFault(aws.elb.readTargetGroup(groupArn('web')), 'missing')
    await expectFault(aws.elb.readTargets(groupArn('web')), 'missing')
  })
})

describe('an ECS service', () => {
  const cluster = {
    name: 'shop',
    region: REGION,
    services: [
      { name: 'web', desiredCount: 2 },
      { name: 'agent', schedulingStrategy: 'DAEMON' as const },
    ],
    containerInstances: [{ id: 'h1', instanceId: idOf(1), status: 'DRAINING' }],
    tasks: [
      { id: 't1', service: 'web', containerInstance: 'h1' },
      { id: 't2', service: 'web', launchType: 'FARGATE' as const, lastStatus: 'PENDING' },
      { id: 't3', service: 'agent', containerInstance: 'h1' },
      { id: 't4', service: 'web', containerInstance: 'h1', desiredStatus: 'STOPPED' },
    ],
  }

  it('has tasks on container instances', async () => {
    const { simulator, aws } = await connect()
    simulator.seed({ clusters: [cluster] })
    expect(await aws.ecs.readServices('shop', ['web', 'agent', 'missing'])).toMatchObject([
      { name: 'web', status: 'ACTIVE', daemon: false, desired: 2, running: 2 },
      { name: 'agent', daemon: true },
    ])
    const arns = await aws.ecs.listTasks('shop', 'web')
    expect(arns).toEqual(['t1', 't2'].map((id) => ecsArn(`task/shop/${id}`)))
    const host = ecsArn('container-instance/shop/h1')
    expect(await aws.ecs.readTasks('shop', arns)).toEqual([
      { arn: arns[0], state: 'RUNNING', host },
      { arn: arns[1], state: 'PENDING' },
    ])
    expect(await aws.ecs.readHosts('shop', [host])).toEqual([{ arn: host, instanceId: idOf(1), state: 'DRAINING' }])
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('asks for as many as ECS takes, and for nothing where there is nothing to ask', async () => {
    const { simulator, aws } = await connect()
    simulator.seed({ clusters: [cluster] })
    expect(await aws.ecs.readTasks('shop', [])).toEqual([])
    await aws.ecs.readTasks(
      'shop',
      Array.from({ length: 201 }, (_, index) => ecsArn(`task/shop/x${index}`)),
    )
    expect(simulator.journal()).toHaveLength(3)
  })

  it('of a cluster that is not there is missing', async () => {
    const { aws } = await connect()
    await expectFault(aws.ecs.readServices('none', ['web']), 'missing')
  })
})
