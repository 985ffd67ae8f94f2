import { ecsArn } from '../account/arn.ts'
import type { Cluster, ContainerInstance, EcsService, EcsTask } from '../account/capacity.ts'
import type { Context } from '../operation.ts'

export function toService({ scope }: Context, cluster: Cluster, service: EcsService) {
  const { status, desiredCount, runningCount, pendingCount, launchType, schedulingStrategy } = service
  const counts = { desiredCount, runningCount, pendingCount }
  const taskDefinition = ecsArn(scope, `task-definition/${service.name}:1`)
  const createdAt = new Date(service.createdAt)
  const isStable = runningCount === desiredCount && pendingCount === 0
  return {
    serviceArn: ecsArn(scope, `service/${cluster.name}/${service.name}`),
    serviceName: service.name,
    clusterArn: ecsArn(scope, `cluster/${cluster.name}`),
    loadBalancers: service.targetGroupArns.map((targetGroupArn) => ({ targetGroupArn, containerName: service.name, containerPort: 80 })),
    status,
    ...counts,
    launchType,
    taskDefinition,
    deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
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
        rolloutState: isStable ? 'COMPLETED' : 'IN_PROGRESS',
      },
    ],
    events: [],
    createdAt,
    schedulingStrategy,
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
  }
}

export function toTask({ scope }: Context, cluster: Cluster, task: EcsTask) {
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
    startedAt: createdAt,
    containers: [],
    attachments: [],
    version: 1,
  }
}

export function toContainerInstance({ scope }: Context, cluster: Cluster, instance: ContainerInstance) {
  const running = cluster.tasks.filter((task) => task.containerInstance === instance.id && task.lastStatus === 'RUNNING')
  return {
    containerInstanceArn: ecsArn(scope, `container-instance/${cluster.name}/${instance.id}`),
    ec2InstanceId: instance.instanceId,
    status: instance.status,
    agentConnected: instance.agentConnected,
    runningTasksCount: running.length,
    pendingTasksCount: 0,
    registeredAt: new Date(instance.registeredAt),
    version: 1,
  }
}
