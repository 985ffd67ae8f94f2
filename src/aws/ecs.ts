import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  type Service,
} from '@aws-sdk/client-ecs'
import type { Ecs, EcsService } from '../world/capacity.ts'
import type { Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'
import { parseChangesOnly } from './unchanged.ts'

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html: 10 services, and 100 of everything else. */
const MOST_SERVICES = 10
const MOST_OTHERS = 100

/** Amazon ECS. Its answers leave out unknown names; only an unknown cluster is an error. */
export function createEcs(config: ClientConfig): Ecs {
  const client = parseChangesOnly(new ECSClient(config))
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, send: Send<T>) => call({ action: `ecs:${operation}`, region, patience: 'read', limits, setting }, send)
  return {
    readServices: (cluster, names) =>
      inParts(names, MOST_SERVICES, (services) =>
        ask('DescribeServices', async (options) => {
          const { services: found } = await client.send(new DescribeServicesCommand({ cluster, services }), options)
          return promised(found, 'services').map(toService)
        }),
      ),
    listTasks: (cluster, serviceName) =>
      ask('ListTasks', async (options) => {
        const arns: string[] = []
        for await (const { taskArns } of paginateListTasks({ client }, { cluster, serviceName, desiredStatus: 'RUNNING' }, options))
          arns.push(...promised(taskArns, 'tasks'))
        return arns
      }),
    readTasks: (cluster, arns) =>
      inParts(arns, MOST_OTHERS, (tasks) =>
        ask('DescribeTasks', async (options) => {
          const { tasks: found } = await client.send(new DescribeTasksCommand({ cluster, tasks }), options)
          return promised(found, 'tasks').map(({ taskArn = '', lastStatus = '', containerInstanceArn }) => ({
            arn: taskArn,
            state: lastStatus,
            ...(containerInstanceArn ? { host: containerInstanceArn } : {}),
          }))
        }),
      ),
    readHosts: (cluster, arns) =>
      inParts(arns, MOST_OTHERS, (containerInstances) =>
        ask('DescribeContainerInstances', async (options) => {
          const { containerInstances: found } = await client.send(
            new DescribeContainerInstancesCommand({ cluster, containerInstances }),
            options,
          )
          return promised(found, 'container instances').map(({ containerInstanceArn = '', ec2InstanceId = '', status = '' }) => ({
            arn: containerInstanceArn,
            instanceId: ec2InstanceId,
            state: status,
          }))
        }),
      ),
  }
}

/** The rollout state of a deployment exists only with ECS's own deployment controller. */
function toService({
  serviceName = '',
  status = '',
  schedulingStrategy,
  desiredCount = 0,
  runningCount = 0,
  deployments = [],
}: Service): EcsService {
  const rolling = deployments.length > 1 || deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
  return { name: serviceName, status, daemon: schedulingStrategy === 'DAEMON', desired: desiredCount, running: runningCount, rolling }
}

async function inParts<T>(all: readonly string[], most: number, ask: (part: string[]) => Promise<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = []
  for (let at = 0; at < all.length; at += most) found.push(...(await ask(all.slice(at, at + most))))
  return found
}
