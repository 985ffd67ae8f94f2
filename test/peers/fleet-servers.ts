/** The same fleet on the simulator, from a seed, and on moto_server, by calls. */
import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling'
import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { closeClients, createFleet, createGroup, GROUP, openClients } from './moto-fleet.ts'
import { type Moto, REGION } from './moto-server.ts'
import { CLUSTER, createIdleService, IDLE, SERVICE } from './moto-service.ts'

export const ACCOUNT = '123456789012'
export const ROLE = 'experiment'
/** Groups of one member: one with Launch suspended, one with Capacity Rebalancing. */
export const HALTED = 'halted'
export const EAGER = 'eager'
const SPEED = 40

/** `ids`: three members of the first group, each with a target and a task; the member of HALTED; the member of EAGER. */
export type FleetServer = { readonly url: string; readonly ids: readonly string[]; readonly targetGroup: string }
type Watch<T> = (server: FleetServer) => Promise<T>

export async function withSimulator<T>(watch: Watch<T>): Promise<T> {
  const ids = ['a', 'b', 'c', 'd', 'e'].map((letter) => `i-0000000000000000${letter}`)
  const targetGroup = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${GROUP}/0123456789abcdef`
  const simulator = await startSimulator({ speed: SPEED })
  try {
    simulator.seed(toSeed(ids, targetGroup))
    return await watch({ url: simulator.url, ids, targetGroup })
  } finally {
    await simulator.close()
  }
}

function toSeed(ids: readonly string[], targetGroup: string): Parameters<Simulator['seed']>[0] {
  const [, , , halted = '', eager = ''] = ids
  const web = ids.slice(0, 3)
  const targets = web.map((id) => ({ id }))
  const statement = { Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }
  return {
    instances: ids.map((id) => ({ id, region: REGION })),
    roles: [{ name: ROLE, policies: { inline: { Version: '2012-10-17', Statement: [statement] } } }],
    autoScalingGroups: [
      { name: GROUP, region: REGION, members: targets, targetGroupArns: [targetGroup] },
      { name: HALTED, region: REGION, members: [{ id: halted }], suspendedProcesses: ['Launch'] },
      {
        name: EAGER,
        region: REGION,
        members: [{ id: eager }],
        capacityRebalance: true,
        hooks: [{ name: 'drain', transition: 'terminating' }],
      },
    ],
    targetGroups: [{ name: GROUP, region: REGION, arn: targetGroup, targets, healthCheckIntervalSeconds: 20, healthyThresholdCount: 2 }],
    clusters: [
      {
        name: CLUSTER,
        region: REGION,
        autoScalingGroups: [GROUP],
        services: [
          { name: SERVICE, desiredCount: 3 },
          { name: IDLE, desiredCount: 0 },
        ],
        containerInstances: web.map((instanceId, at) => ({ id: `host${at}`, instanceId })),
        tasks: web.map((_, at) => ({ id: `task${at}`, service: SERVICE, containerInstance: `host${at}` })),
      },
    ],
  }
}

export async function withMoto<T>(moto: Moto, watch: Watch<T>): Promise<T> {
  await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' })
  const clients = openClients(moto)
  const { Instances = [] } = await clients.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: 'm5.large',
      MinCount: 5,
      MaxCount: 5,
      InstanceMarketOptions: { MarketType: 'spot' },
    }),
  )
  const ids = Instances.flatMap(({ InstanceId }) => InstanceId ?? [])
  const fleet = await createFleet(moto, ids.slice(0, 3))
  try {
    await createIdleService(clients.ecs)
    await createGroup(clients, { name: HALTED, ids: ids.slice(3, 4) })
    await createGroup(clients, { name: EAGER, ids: ids.slice(4), rebalances: true })
    await clients.autoscaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: HALTED, ScalingProcesses: ['Launch'] }))
    return await watch({ url: moto.url, ids, targetGroup: fleet.targetGroup })
  } finally {
    fleet.close()
    closeClients(clients)
  }
}
