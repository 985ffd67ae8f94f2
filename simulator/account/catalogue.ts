import type { Switches } from './switches.ts'

export const interruption = 'aws:ec2:send-spot-instance-interruptions'
export const wait = 'aws:fis:wait'
export const rebalance = 'aws:ec2:send-spot-instance-rebalance-recommendations'

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/initiate-a-spot-instance-interruption.html */
const withoutInterruption = ['ap-southeast-3', 'ap-northeast-3', 'cn-north-1', 'cn-northwest-1', 'me-central-1']

export type CatalogueAction = {
  readonly id: string
  readonly description: string
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly required: boolean }>>
  /** Target slot → resource type. */
  readonly targets: Readonly<Record<string, string>>
  /** The simulator lists more actions than it can run. */
  readonly runs: boolean
}

const spotTarget = { SpotInstances: 'aws:ec2:spot-instance' }
const roleTarget = { Roles: 'aws:iam:role' }
const groupTarget = { AutoScalingGroups: 'aws:ec2:autoscaling-group' }
const instanceTarget = { Instances: 'aws:ec2:instance' }

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html, and the rebalance action, which no page of AWS has. */
const listed: readonly CatalogueAction[] = [
  only('aws:ec2:api-insufficient-instance-capacity-error', 'Inject InsufficientInstanceCapacity errors on API requests.', roleTarget),
  only('aws:ec2:asg-insufficient-instance-capacity-error', 'Inject InsufficientInstanceCapacity errors on Auto Scaling.', groupTarget),
  only('aws:ec2:reboot-instances', 'Reboot the specified EC2 instances.', instanceTarget),
  {
    id: interruption,
    description: 'Interrupt the specified EC2 Spot instances.',
    parameters: {
      durationBeforeInterruption: {
        description: 'The time to wait before interrupting the instances, from 2 to 15 minutes (ISO 8601 duration).',
        required: true,
      },
    },
    targets: spotTarget,
    runs: true,
  },
  {
    id: rebalance,
    description: 'Send a rebalance recommendation to the specified EC2 Spot instances.',
    parameters: {},
    targets: spotTarget,
    runs: true,
  },
  only('aws:ec2:stop-instances', 'Stop the specified EC2 instances.', instanceTarget),
  only('aws:ec2:terminate-instances', 'Terminate the specified EC2 instances.', instanceTarget),
  only('aws:ecs:drain-container-instances', 'Drain percentage of underlying EC2 instances on an ECS cluster.', {
    Clusters: 'aws:ecs:cluster',
  }),
  only('aws:eks:terminate-nodegroup-instances', 'Terminate a percentage of the underlying EC2 instances in an EKS cluster.', {
    Nodegroups: 'aws:eks:nodegroup',
  }),
  {
    id: wait,
    description: 'Wait for the specified duration.',
    parameters: { duration: { description: 'The duration, from one minute to 12 hours (ISO 8601 duration).', required: true } },
    targets: {},
    runs: true,
  },
  only('aws:rds:reboot-db-instances', 'Reboot the specified DB instances.', { DBInstances: 'aws:rds:db' }),
  only('aws:ssm:send-command', 'Run the specified SSM document on the specified EC2 instances.', instanceTarget),
]

/** The FIS actions that ListActions shows in a region. */
export function catalogueOf(region: string, switches: Switches): readonly CatalogueAction[] {
  return listed.filter((action) => isOffered(action.id, region, switches))
}

export function findAction(id: string, region: string, switches: Switches): CatalogueAction | undefined {
  return catalogueOf(region, switches).find((action) => action.id === id)
}

function isOffered(id: string, region: string, switches: Switches): boolean {
  if (id === interruption) return !withoutInterruption.includes(region)
  return id !== rebalance || switches.rebalanceRegions.includes(region)
}

function only(id: string, description: string, targets: Readonly<Record<string, string>>): CatalogueAction {
  return { id, description, parameters: {}, targets, runs: false }
}
