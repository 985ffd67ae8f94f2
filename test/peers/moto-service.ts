/** An ECS service on moto_server, with the tasks that ECS itself would start. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type ECSClient,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  StartTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs'
import type { Moto } from './moto-server.ts'

export const CLUSTER = 'shop'
export const SERVICE = 'web'

export type MotoService = {
  /** Makes container instances of these instances, and starts a task on each; the ids of the tasks. */
  readonly host: (ids: readonly string[]) => Promise<readonly string[]>
  /** Lets ECS drain the container instance of an instance. */
  readonly drain: (id: string) => Promise<void>
  readonly listTasks: () => Promise<readonly string[]>
}

/** A cluster with one service. moto starts no task for it. */
export async function createService(moto: Moto, ecs: ECSClient): Promise<MotoService> {
  await keepTasks(moto)
  const cluster = CLUSTER
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }))
  const container = { name: SERVICE, image: 'nginx', memory: 64 }
  await ecs.send(new RegisterTaskDefinitionCommand({ family: SERVICE, containerDefinitions: [container] }))
  await ecs.send(new CreateServiceCommand({ cluster, serviceName: SERVICE, taskDefinition: SERVICE, desiredCount: 3 }))
  const hosts = new Map<string, string>()
  return {
    host: async (ids) => {
      for (const instanceId of ids.filter((id) => !hosts.has(id))) {
        const instanceIdentityDocument = JSON.stringify({ instanceId })
        const { containerInstance } = await ecs.send(new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument }))
        hosts.set(instanceId, containerInstance?.containerInstanceArn ?? '')
      }
      const containerInstances = ids.map((id) => hosts.get(id) ?? '')
      const { tasks = [] } = await ecs.send(
        new StartTaskCommand({ cluster, taskDefinition: SERVICE, containerInstances, group: `service:${SERVICE}` }),
      )
      return tasks.map(({ taskArn = '' }) => taskArn.slice(taskArn.lastIndexOf('/') + 1))
    },
    drain: async (id) => {
      const containerInstances = [hosts.get(id) ?? '']
      await ecs.send(new UpdateContainerInstancesStateCommand({ cluster, containerInstances, status: 'DRAINING' }))
    },
    listTasks: async () => (await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }))).taskArns ?? [],
  }
}

/** Without this, each look at a task moves it on, from RUNNING to STOPPED. */
async function keepTasks({ url }: Moto): Promise<void> {
  const body = JSON.stringify({ model_name: 'ecs::task', transition: { progression: 'manual', times: 1_000_000 } })
  const answer = await fetch(`${url}/moto-api/state-manager/set-transition`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`moto_server refuses a transition: ${answer.status}`)
}
