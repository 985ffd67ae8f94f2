/**
 * A fleet on moto_server: an Auto Scaling group, the target group in front of it and an ECS service on it. moto replaces a member of the
 * group by itself; the rest of what AWS does (register, drain, place tasks) is played here, by calls.
 */
import {
  AttachInstancesCommand,
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
} from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { credentials, type Moto, REGION } from './moto-server.ts'
import { createService, type MotoService } from './moto-service.ts'

export const GROUP = 'web'
const FOLLOW_MS = 60_000
const LOOK_MS = 100

export type Clients = {
  readonly ec2: EC2Client
  readonly autoscaling: AutoScalingClient
  readonly elb: ElasticLoadBalancingV2Client
  readonly ecs: ECSClient
}

export type FleetOptions = {
  readonly rebalances?: boolean
  /** Tags that the group gives to the instances that it launches. */
  readonly tags?: Readonly<Record<string, string>>
}

type GroupOptions = FleetOptions & { readonly name: string; readonly ids: readonly string[] }

export type MotoFleet = MotoService & {
  readonly targetGroup: string
  /** Registers instances with the target group. */
  readonly register: (ids: readonly string[]) => Promise<void>
  readonly members: () => Promise<readonly string[]>
  /** Waits for a member that none of these is; its id. */
  readonly follow: (known: readonly string[]) => Promise<string>
  readonly markUnhealthy: (id: string) => Promise<void>
  readonly resize: (desired: number) => Promise<void>
  readonly close: () => void
}

/** The instances become the members of the group and the targets of the target group, and each has a task of the service. */
export async function createFleet(moto: Moto, ids: readonly string[], options: FleetOptions = {}): Promise<MotoFleet> {
  const clients = openClients(moto)
  await createGroup(clients, { ...options, name: GROUP, ids })
  const targetGroup = await createTargetGroup(clients)
  const service = await createService(moto, clients.ecs)
  const register = async (some: readonly string[]) => {
    await clients.elb.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroup, Targets: some.map((Id) => ({ Id })) }))
  }
  await register(ids)
  await service.host(ids)
  return {
    ...service,
    ...watchGroup(clients),
    targetGroup,
    register,
    close: () => closeClients(clients),
  }
}

export function closeClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy()
}

export function openClients({ url }: Moto): Clients {
  const config = { region: REGION, endpoint: url, credentials }
  return {
    ec2: new EC2Client(config),
    autoscaling: new AutoScalingClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    ecs: new ECSClient(config),
  }
}

/** A group that instances are attached to: those that moto launches for a group are no Spot Instances. */
export async function createGroup({ ec2, autoscaling }: Clients, { name, ids, rebalances, tags = {} }: GroupOptions): Promise<void> {
  const LaunchTemplateName = name
  await ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { ImageId: 'ami-12c6146b', InstanceType: 'm5.large' } }),
  )
  await autoscaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: 9,
      DesiredCapacity: 0,
      AvailabilityZones: [`${REGION}a`],
      LaunchTemplate: { LaunchTemplateName, Version: '$Latest' },
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true })),
      ...(rebalances === undefined ? {} : { CapacityRebalance: rebalances }),
    }),
  )
  await autoscaling.send(new AttachInstancesCommand({ AutoScalingGroupName: name, InstanceIds: [...ids] }))
}

function watchGroup({ autoscaling }: Clients): Pick<MotoFleet, 'members' | 'follow' | 'markUnhealthy' | 'resize'> {
  const members = async () => {
    const { AutoScalingGroups = [] } = await autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }))
    return AutoScalingGroups.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId }) => InstanceId ?? []))
  }
  return {
    members,
    follow: async (known) => {
      const untilMs = performance.now() + FOLLOW_MS
      while (performance.now() < untilMs) {
        const added = (await members()).find((id) => !known.includes(id))
        if (added !== undefined) return added
        await new Promise((done) => setTimeout(done, LOOK_MS))
      }
      throw new Error(`${GROUP} had no new member within ${FOLLOW_MS / 1000} s`)
    },
    markUnhealthy: async (id) => {
      await autoscaling.send(new SetInstanceHealthCommand({ InstanceId: id, HealthStatus: 'Unhealthy' }))
    },
    resize: async (desired) => {
      await autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: desired }))
    },
  }
}

async function createTargetGroup({ ec2, elb }: Clients): Promise<string> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}))
  const { TargetGroups = [] } = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: Vpcs[0]?.VpcId }),
  )
  return TargetGroups[0]?.TargetGroupArn ?? ''
}
