/** The same fleet on the simulator and on moto_server, which both lose the same members: what AWS's clients see of it. */
import { deepEqual } from 'node:assert/strict'
import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs'
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateExperimentTemplateCommand, FisClient, StartExperimentCommand } from '@aws-sdk/client-fis'
import { FLEET_DIFFERENCES } from './differences.ts'
import { ACCOUNT, EAGER, type FleetServer, HALTED, ROLE, withMoto, withSimulator } from './fleet-servers.ts'
import { type Clients, closeClients, GROUP, openClients } from './moto-fleet.ts'
import { credentials, type Moto, REGION } from './moto-server.ts'
import { CLUSTER, IDLE, SERVICE } from './moto-service.ts'
import type { Scenario } from './table.ts'

/** Long enough for the simulated fleet to be whole again. */
const WATCH_MS = 10_000
const LOOK_MS = 25

type Seen = Readonly<Record<string, unknown>>
/** One look at everything. */
type Look = {
  readonly groups: readonly AutoScalingGroup[]
  readonly health: ReadonlyMap<string, string>
}

/** Each step that ends otherwise on moto is known, with the reason; and what is said to differ does. */
export function fleetDifferenceScenario(moto: Moto): Scenario {
  return {
    name: 'a fleet that loses members differs from the one on the simulator only where it is meant to',
    run: async () => {
      const [ours, theirs] = await Promise.all([withSimulator(watch), withMoto(moto, watch)])
      const differing = Object.keys(ours).filter((step) => JSON.stringify(ours[step]) !== JSON.stringify(theirs[step]))
      deepEqual(differing.toSorted(), Object.keys(FLEET_DIFFERENCES).toSorted(), JSON.stringify({ ours, theirs }))
    },
  }
}

/** A member of two groups is ended, and that of the third gets a notice. What is seen before, on the way and in the end, each in a word. */
async function watch(server: FleetServer): Promise<Seen> {
  const clients = openClients(server)
  const [dead = '', , , halted = '', eager = ''] = server.ids
  try {
    const before = await lookBefore(clients)
    await notify(server, eager)
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [dead, halted] }))
    const looks: Look[] = []
    const untilMs = performance.now() + WATCH_MS
    while (performance.now() < untilMs) {
      looks.push(await look(clients, server))
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
    return { ...before, ...(await judgeGroups(clients, server, looks)), ...(await judgeTasks(clients, dead)) }
  } finally {
    closeClients(clients)
  }
}

async function lookBefore({ autoscaling, ecs }: Clients): Promise<Seen> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }))
  const { taskArns: idle = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, serviceName: IDLE }))
  const refreshes = autoscaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: GROUP })).then(
    () => 'answered',
    () => 'refused',
  )
  return {
    'the count of running tasks': services[0]?.runningCount,
    'the tasks of a service without tasks': idle.length,
    'instance refreshes': await refreshes,
  }
}

async function look({ autoscaling, elb }: Clients, { targetGroup }: FleetServer): Promise<Look> {
  const [{ AutoScalingGroups = [] }, { TargetHealthDescriptions = [] }] = await Promise.all([
    autoscaling.send(new DescribeAutoScalingGroupsCommand({})),
    elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup })),
  ])
  const health = TargetHealthDescriptions.map(({ Target, TargetHealth }) => [Target?.Id ?? '', TargetHealth?.State ?? ''] as const)
  return { groups: AutoScalingGroups, health: new Map(health) }
}

async function judgeGroups({ autoscaling }: Clients, { ids }: FleetServer, looks: readonly Look[]): Promise<Seen> {
  const [dead = ''] = ids
  const membersOf = ({ groups }: Look, name: string) => groups.find((one) => one.AutoScalingGroupName === name)?.Instances ?? []
  const last = looks.at(-1) ?? { groups: [], health: new Map<string, string>() }
  const [added] = membersOf(last, GROUP).flatMap(({ InstanceId = '' }) => (ids.includes(InstanceId) ? [] : [InstanceId]))
  const everIn = (name: string, state: RegExp) =>
    looks.some((one) => membersOf(one, name).some(({ LifecycleState = '' }) => state.test(LifecycleState)))
  const { Activities = [] } = await autoscaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: GROUP }))
  return {
    'the group is whole again': membersOf(last, GROUP).filter(({ LifecycleState }) => LifecycleState === 'InService').length,
    'a dead member in its group': looks.some((one) => membersOf(one, GROUP).some(({ InstanceId }) => InstanceId === dead)),
    'a member that is launched': everIn(GROUP, /^Pending/),
    'a group with Launch suspended': membersOf(last, HALTED).length,
    'a notice to a group with Capacity Rebalancing': everIn(EAGER, /^Terminating/),
    'scaling activities': Activities.length > 0,
    'a target that leaves': looks.some(({ health }) => health.get(dead) === 'draining'),
    'a target that comes': looks.some(({ health }) => [...health].some(([id, state]) => !ids.includes(id) && state === 'initial')),
    'the target group after a replacement': last.health.get(added ?? '') ?? 'absent',
  }
}

async function judgeTasks({ ecs }: Clients, dead: string): Promise<Seen> {
  const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster: CLUSTER }))
  const { containerInstances = [] } = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster: CLUSTER, containerInstances: containerInstanceArns }),
  )
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, serviceName: SERVICE, desiredStatus: 'RUNNING' }))
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }))
  const host = containerInstances.find(({ ec2InstanceId }) => ec2InstanceId === dead)
  const onDead = tasks.filter(({ containerInstanceArn }) => containerInstanceArn === host?.containerInstanceArn)
  return {
    'the agent of a dead instance': host?.agentConnected ?? false,
    'a task on a dead instance': onDead.some(({ lastStatus }) => lastStatus === 'RUNNING'),
    'a task that has to be replaced': tasks.filter((task) => task.lastStatus === 'RUNNING' && !onDead.includes(task)).length,
  }
}

async function notify({ url }: FleetServer, id: string): Promise<void> {
  const fis = new FisClient({ region: REGION, endpoint: url, credentials })
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      description: 'a notice',
      stopConditions: [{ source: 'none' }],
      targets: {
        spot: {
          resourceType: 'aws:ec2:spot-instance',
          resourceArns: [`arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`],
          selectionMode: 'ALL',
        },
      },
      actions: {
        cut: {
          actionId: 'aws:ec2:send-spot-instance-interruptions',
          parameters: { durationBeforeInterruption: 'PT2M' },
          targets: { SpotInstances: 'spot' },
        },
      },
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`,
    }),
  )
  await fis.send(new StartExperimentCommand({ experimentTemplateId: experimentTemplate?.id }))
  fis.destroy()
}
