import { describe, expect, it } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { account, openSimulator, type TestSimulator } from './fixture.ts'
import { changesOf, ecs, fleetSeed, healthOf, IDS, interruptFleet, TARGET } from './fleet-fixture.ts'

type ClusterSeed = NonNullable<SeedInput['clusters']>[number]
type ServiceSeed = NonNullable<ClusterSeed['services']>[number]

/** Three container instances with a task each, in a cluster that the instances of the group join. */
function clusterSeed(
  service: Partial<ServiceSeed> = {},
  cluster: Partial<ClusterSeed> = {},
  host: { spotDraining?: boolean } = {},
): SeedInput {
  return {
    ...fleetSeed(),
    clusters: [
      {
        autoScalingGroups: ['web'],
        services: [{ name: 'web', desiredCount: 3, ...service }],
        containerInstances: IDS.map((instanceId, index) => ({ id: `host${index}`, instanceId, ...host })),
        tasks: IDS.map((_, index) => ({ id: `task${index}`, service: 'web', containerInstance: `host${index}` })),
        ...cluster,
      },
    ],
  }
}

async function serviceOf(simulator: TestSimulator) {
  return (await ecs(simulator, 'DescribeServices', { services: ['web'] })).services[0]
}

const countsOf = async (simulator: TestSimulator) => {
  const { desiredCount, runningCount, pendingCount } = await serviceOf(simulator)
  return [`${desiredCount} desired`, `${runningCount} running`, `${pendingCount} pending`]
}

async function hostsOf(simulator: TestSimulator): Promise<readonly string[]> {
  const { containerInstanceArns } = await ecs(simulator, 'ListContainerInstances')
  const { containerInstances } = await ecs(simulator, 'DescribeContainerInstances', { containerInstances: containerInstanceArns })
  return containerInstances.map(
    ({ ec2InstanceId, status, runningTasksCount }: Record<string, string>) =>
      `${(IDS as readonly string[]).includes(ec2InstanceId ?? '') ? ec2InstanceId?.slice(-1) : 'new'} ${status} ${runningTasksCount}`,
  )
}

describe('a service on instances that do not drain', () => {
  it('counts the tasks of a dead instance until its agent is missed, and its count is older still', async () => {
    const simulator = await interruptFleet(clusterSeed())
    expect(await changesOf(simulator, countsOf, { seconds: 400, step: 5 })).toEqual([
      '0: 3 desired, 3 running, 0 pending',
      '190: 3 desired, 2 running, 1 pending',
      '220: 3 desired, 3 running, 0 pending',
    ])
  })

  it('is deregistered with its instance, and the new instance of the group joins', async () => {
    const simulator = await interruptFleet(clusterSeed({}, { tasksPerInstance: 1 }))
    expect(await changesOf(simulator, hostsOf, { seconds: 400, step: 5 })).toEqual([
      '0: a ACTIVE 1, b ACTIVE 1, c ACTIVE 1',
      '180: b ACTIVE 1, c ACTIVE 1',
      '270: b ACTIVE 1, c ACTIVE 1, new ACTIVE 0',
      '300: b ACTIVE 1, c ACTIVE 1, new ACTIVE 1',
    ])
    const { tasks } = await ecs(simulator, 'DescribeTasks', { tasks: ['task0'] })
    expect(tasks).toMatchObject([{ lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stoppedReason: 'Host EC2 instance terminated.' }])
    simulator.advance(3700)
    expect((await ecs(simulator, 'DescribeTasks', { tasks: ['task0'] })).failures).toMatchObject([{ reason: 'MISSING' }])
  })
})

describe('a service on instances that drain on the notice', () => {
  it('starts the replacement first where all must be healthy', async () => {
    const simulator = await interruptFleet(clusterSeed({}, {}, { spotDraining: true }), 'PT4M')
    expect(await changesOf(simulator, hostsOf, { seconds: 260, step: 5 })).toEqual([
      '0: a ACTIVE 1, b ACTIVE 1, c ACTIVE 1',
      '125: a DRAINING 1, b ACTIVE 1, c ACTIVE 1',
      '155: a DRAINING 0, b ACTIVE 2, c ACTIVE 1',
    ])
    expect((await serviceOf(simulator)).runningCount).toBe(3)
  })

  it('dips first where less than all will do', async () => {
    const simulator = await interruptFleet(clusterSeed({ minimumHealthyPercent: 50, maximumPercent: 100 }, {}, { spotDraining: true }))
    expect(await changesOf(simulator, countsOf, { seconds: 100, step: 5 })).toEqual([
      '0: 3 desired, 3 running, 0 pending',
      '15: 3 desired, 2 running, 1 pending',
      '45: 3 desired, 3 running, 0 pending',
    ])
  })

  it('gets no notice where Capacity Rebalancing ends the instance before', async () => {
    const seed = clusterSeed({}, {}, { spotDraining: true })
    const groups = (seed.autoScalingGroups ?? []).map((one) => ({ ...one, capacityRebalance: true }))
    const simulator = await interruptFleet({ ...seed, autoScalingGroups: groups }, 'PT10M')
    expect((await changesOf(simulator, hostsOf, { seconds: 200, step: 5 })).join()).not.toContain('DRAINING')
    expect((await serviceOf(simulator)).runningCount).toBe(3)
  })
})

describe('what others do to a service', () => {
  it.each([
    ['scale it out', 5],
    ['scale it in', 1],
    ['leave it', 3],
  ])('%s', async (_, desiredCount) => {
    const line = { service: 'web', at: 'notice', afterSeconds: 10, do: 'set-desired-count', desiredCount } as const
    const simulator = await interruptFleet(clusterSeed({}, {}, { spotDraining: true }), 'PT2M', ({ setScript }) => setScript([line]))
    expect(await countsOf(simulator)).toEqual(['3 desired', '3 running', '0 pending'])
    simulator.advance(400)
    expect(await countsOf(simulator)).toEqual([`${desiredCount} desired`, `${desiredCount} running`, '0 pending'])
  })

  it('is for services of the cluster, and not for a DAEMON', async () => {
    const line = { service: 'web', at: 'launch', do: 'set-desired-count', desiredCount: 9 } as const
    const daemon = clusterSeed({ schedulingStrategy: 'DAEMON' })
    const simulators = await Promise.all([
      interruptFleet(daemon, 'PT15M', ({ setScript }) => setScript([line])),
      interruptFleet(clusterSeed(), 'PT15M', ({ setScript }) => setScript([{ ...line, cluster: 'other' }])),
    ])
    for (const simulator of simulators) expect((await countsOf(simulator))[0]).toBe('3 desired')
  })
})

describe('a DAEMON service', () => {
  it('has one task on every active instance, and desires as many', async () => {
    const daemon = { schedulingStrategy: 'DAEMON' as const }
    const simulator = await interruptFleet(clusterSeed(daemon, {}, { spotDraining: true }))
    expect(await changesOf(simulator, countsOf, { seconds: 400, step: 5 })).toEqual([
      '0: 3 desired, 3 running, 0 pending',
      '15: 2 desired, 2 running, 0 pending',
      '280: 3 desired, 2 running, 1 pending',
      '310: 3 desired, 3 running, 0 pending',
    ])
  })
})

describe('the targets of a service', () => {
  it('come and go with its tasks, by address', async () => {
    const arn = `arn:aws:elasticloadbalancing:us-east-1:${account}:targetgroup/web/0123456789abcdef`
    const seed = clusterSeed({ targetGroupArns: [arn] }, {}, { spotDraining: true })
    const clusters = (seed.clusters ?? []).map((one) => ({
      ...one,
      tasks: (one.tasks ?? []).map((task, index) => ({ ...task, address: `10.0.0.${index}` })),
    }))
    const targetGroups = [{ name: 'web', targetType: 'ip' as const, deregistrationDelaySeconds: 60 }]
    const simulator = await interruptFleet({ ...seed, clusters, targetGroups }, 'PT4M')
    const states = async () => [...(await healthOf(simulator))].map((one) => one.replace('new ', '')).sort()
    expect(await changesOf(simulator, states, { seconds: 250, step: 5 })).toEqual([
      '0: healthy, healthy, healthy',
      '155: draining, healthy, healthy, healthy',
      '215: healthy, healthy, healthy',
    ])
  })
})

describe('clusters', () => {
  it('are listed and described, with their counts', async () => {
    const simulator = await openSimulator(clusterSeed())
    expect(await ecs(simulator, 'ListClusters')).toEqual({ clusterArns: [`arn:aws:ecs:us-east-1:${account}:cluster/default`] })
    const { clusters, failures } = await ecs(simulator, 'DescribeClusters', { clusters: ['default', 'other'] })
    expect(clusters).toMatchObject([
      { clusterName: 'default', status: 'ACTIVE', registeredContainerInstancesCount: 3, runningTasksCount: 3, activeServicesCount: 1 },
    ])
    expect(failures).toMatchObject([{ reason: 'MISSING' }])
  })

  it('show a deployment under way beside the one that it replaces', async () => {
    const simulator = await openSimulator(clusterSeed({ rolloutState: 'IN_PROGRESS' }))
    const { deployments } = await serviceOf(simulator)
    expect(deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', rolloutState: 'COMPLETED' },
    ])
  })

  it('keep standalone tasks where they are', async () => {
    const simulator = await interruptFleet(clusterSeed({}, { tasks: [{ id: 'alone', containerInstance: 'host1' }] }))
    simulator.advance(300)
    expect((await ecs(simulator, 'ListTasks', { containerInstance: 'host1' })).taskArns).toHaveLength(1)
    expect((await ecs(simulator, 'ListTasks', { containerInstance: 'host0' })).taskArns).toEqual([])
    expect(simulator.instance(TARGET)?.state).toBe('terminated')
  })
})
