import { ecsArn } from '../account/arn.ts'
import type { ContainerInstance, EcsService } from '../account/capacity.ts'
import type { ClusterView, TaskView } from '../account/containers/view.ts'
import type { Context } from '../operation.ts'

export function toService({ scope }: Context, cluster: ClusterView, service: EcsService) {
  const { status, desiredCount, runningCount, pendingCount, launchType, schedulingStrategy } = service
  const counts = { desiredCount, runningCount, pendingCount }
  const taskDefinition = ecsArn(scope, `task-definition/${service.name}:1`)
  const createdAt = new Date(service.createdAt)
  return {
    serviceArn: ecsArn(scope, `service/${cluster.name}/${service.name}`),
    serviceName: service.name,
    clusterArn: ecsArn(scope, `cluster/${cluster.name}`),
    loadBalancers: service.targetGroupArns.map((targetGroupArn) => ({ targetGroupArn, containerName: service.name, containerPort: 80 })),
    status,
    ...counts,
    launchType,
    taskDefinition,
    deploymentConfiguration: { maximumPercent: service.maximumPercent, minimumHealthyPercent: service.minimumHealthyPercent },
    deployments: [
      {
        id: `ecs-svc/${service.createdAt}`,
        status: 'PRIMARY',
        taskDefinition,
        ...counts,
        failedTasks: 0,
        createdAt,
        updatedAt: createdAt,
        launchType,
        rolloutState: service.rolloutState,
      },
      ...(service.rolloutState === 'IN_PROGRESS' ? [toReplaced(service, taskDefinition)] : []),
    ],
    events: [],
    createdAt,
    schedulingStrategy,
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
  }
}

/** The deployment that the one in progress replaces. None of the simulated tasks belongs to it. */
function toReplaced({ createdAt, launchType }: EcsService, taskDefinition: string) {
  const at = new Date(createdAt)
  const counts = { desiredCount: 0, runningCount: 0, pendingCount: 0, failedTasks: 0 }
  return {
    id: `ecs-svc/${createdAt - 1}`,
    status: 'ACTIVE',
    taskDefinition,
    ...counts,
    createdAt: at,
    updatedAt: at,
    launchType,
    rolloutState: 'COMPLETED',
  }
}

export function toCluster({ scope }: Context, cluster: ClusterView) {
  const counted = (status: string) => cluster.tasks.filter(({ lastStatus }) => lastStatus === status).length
  return {
    clusterArn: ecsArn(scope, `cluster/${cluster.name}`),
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: cluster.containerInstances.filter(({ status }) => status === 'ACTIVE' || status === 'DRAINING')
      .length,
    runningTasksCount: counted('RUNNING'),
    pendingTasksCount: counted('PENDING'),
    activeServicesCount: cluster.services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  }
}

export function toTask({ scope }: Context, cluster: ClusterView, task: TaskView) {
  const { containerInstance } = task
  const createdAt = new Date(task.createdAt)
  return {
    taskArn: ecsArn(scope, `task/${cluster.name}/${task.id}`),
    clusterArn: ecsArn(scope, `cluster/${cluster.name}`),
    containerInstanceArn: containerInstance && ecsArn(scope, `container-instance/${cluster.name}/${containerInstance}`),
    taskDefinitionArn: ecsArn(scope, `task-definition/${task.service ?? 'task'}:1`),
    group: task.service === undefined ? 'family:task' : `service:${task.service}`,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    launchType: task.launchType,
    connectivity: 'CONNECTED',
    createdAt,
    startedAt: task.startedAt === undefined ? undefined : new Date(task.startedAt),
    stoppedAt: task.stoppedAt === undefined ? undefined : new Date(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    containers: [],
    attachments: task.address === undefined ? [] : [toAttachment(task.id, task.address)],
    version: 1,
  }
}

/** The network interface of a task in the network mode awsvpc. */
function toAttachment(id: string, address: string) {
  return { id: `eni-${id}`, type: 'ElasticNetworkInterface', status: 'ATTACHED', details: [{ name: 'privateIPv4Address', value: address }] }
}

export function toContainerInstance({ scope }: Context, cluster: ClusterView, instance: ContainerInstance) {
  const running = cluster.tasks.filter((task) => task.containerInstance === instance.id && task.lastStatus === 'RUNNING')
  return {
    containerInstanceArn: ecsArn(scope, `container-instance/${cluster.name}/${instance.id}`),
    ec2InstanceId: instance.instanceId,
    status: instance.status,
    agentConnected: instance.agentConnected,
    runningTasksCount: running.length,
    pendingTasksCount: cluster.tasks.filter((task) => task.containerInstance === instance.id && task.lastStatus === 'PENDING').length,
    registeredAt: new Date(instance.registeredAt),
    version: 1,
  }
}
