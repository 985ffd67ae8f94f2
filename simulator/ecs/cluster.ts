import { ecsArn } from '../account/arn.ts'
import { type ClusterView, clusterAt } from '../account/containers/view.ts'
import { type Context, type Handlers, operation, refuse, refuseMembers, refuseUnknown } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { toCluster, toContainerInstance, toService, toTask } from './response.ts'
import {
  describeClusters,
  describeContainerInstances,
  describeServices,
  describeTasks,
  listClusters,
  listContainerInstances,
  listTasks,
} from './schema.ts'

/** Amazon ECS: the operations that read the services, tasks and container instances of a cluster. */
export const clusterHandlers: Handlers = {
  ListClusters: operation(listClusters, (context, input) => {
    const page = pageOf(context, clustersIn(context), input)
    return { reply: { clusterArns: page.items.map(({ name }) => ecsArn(context.scope, `cluster/${name}`)), nextToken: page.next } }
  }),
  DescribeClusters: operation(describeClusters, (context, input) => {
    const all = clustersIn(context).map((one) => ({ ...one, id: one.name }))
    const { found, failures } = pick(context, { names: input.clusters, all }, 'cluster')
    return { reply: { clusters: found.map((cluster) => toCluster(context, cluster)), failures } }
  }),
  DescribeServices: operation(describeServices, (context, input) => {
    const cluster = findCluster(context, input.cluster)
    const { found, failures } = pick(
      context,
      { names: input.services, all: cluster.services.map((one) => ({ ...one, id: one.name })) },
      `service/${cluster.name}`,
    )
    return { reply: { services: found.map((service) => toService(context, cluster, service)), failures } }
  }),
  ListTasks: operation(listTasks, (context, input) => {
    const cluster = findCluster(context, input.cluster)
    const { serviceName, containerInstance, desiredStatus } = input
    refuseMembers(context, input, ['startedBy', 'daemonName'])
    if (serviceName !== undefined && !cluster.services.some(({ name }) => name === lastPart(serviceName))) {
      refuse('ServiceNotFoundException', 'Service not found.')
    }
    const tasks = cluster.tasks.filter(
      (task) =>
        task.desiredStatus === desiredStatus &&
        (serviceName === undefined || task.service === lastPart(serviceName)) &&
        (containerInstance === undefined || task.containerInstance === lastPart(containerInstance)) &&
        (input.launchType === undefined || task.launchType === input.launchType) &&
        (input.family === undefined || input.family === (task.service ?? 'task')),
    )
    const page = pageOf(context, tasks, input)
    return { reply: { taskArns: page.items.map(({ id }) => ecsArn(context.scope, `task/${cluster.name}/${id}`)), nextToken: page.next } }
  }),
  DescribeTasks: operation(describeTasks, (context, input) => {
    const cluster = findCluster(context, input.cluster)
    const { found, failures } = pick(context, { names: input.tasks, all: cluster.tasks }, `task/${cluster.name}`)
    return { reply: { tasks: found.map((task) => toTask(context, cluster, task)), failures } }
  }),
  ListContainerInstances: operation(listContainerInstances, (context, input) => {
    const cluster = findCluster(context, input.cluster)
    const instanceIds = parseFilter(input.filter)
    const listed = cluster.containerInstances.filter(
      ({ status, instanceId }) =>
        (input.status === undefined ? status !== 'INACTIVE' : status === input.status) && (instanceIds?.includes(instanceId) ?? true),
    )
    const page = pageOf(context, listed, input)
    const arns = page.items.map(({ id }) => ecsArn(context.scope, `container-instance/${cluster.name}/${id}`))
    return { reply: { containerInstanceArns: arns, nextToken: page.next } }
  }),
  DescribeContainerInstances: operation(describeContainerInstances, (context, input) => {
    const cluster = findCluster(context, input.cluster)
    const asked = { names: input.containerInstances, all: cluster.containerInstances }
    const { found, failures } = pick(context, asked, `container-instance/${cluster.name}`)
    return { reply: { containerInstances: found.map((one) => toContainerInstance(context, cluster, one)), failures } }
  }),
}

function clustersIn({ account, call, at }: Context): readonly ClusterView[] {
  return [...account.clusters.values()].filter(({ region }) => region === call.region).map((one) => clusterAt(account, one, at))
}

function findCluster({ account, call, at }: Context, nameOrArn: string): ClusterView {
  const cluster = account.clusters.get(`${call.region}/${lastPart(nameOrArn)}`)
  return cluster === undefined ? refuse('ClusterNotFoundException', 'Cluster not found.') : clusterAt(account, cluster, at)
}

type Lookup<T> = { readonly names: readonly string[]; readonly all: readonly T[] }

/** Finds items by short id or ARN. Lists a missing item under `failures`; the call itself succeeds. */
function pick<T extends { readonly id: string }>(context: Context, { names, all }: Lookup<T>, prefix: string) {
  const found = names.flatMap((name) => all.find(({ id }) => id === lastPart(name)) ?? [])
  const missing = names.filter((name) => !all.some(({ id }) => id === lastPart(name)))
  const failures = missing.map((name) => ({
    arn: name.startsWith('arn:') ? name : ecsArn(context.scope, `${prefix}/${name}`),
    reason: 'MISSING',
  }))
  return { found, failures }
}

/**
 * Parses a filter of the cluster query language. Only the two forms that select by instance id are supported.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
function parseFilter(filter: string | undefined): readonly string[] | undefined {
  if (filter === undefined) return undefined
  const one = /^ec2InstanceId *== *'?(i-[0-9a-f]+)'?$/.exec(filter)?.[1]
  const several = /^ec2InstanceId +in +\[(.*)\]$/.exec(filter)?.[1]
  if (one !== undefined) return [one]
  if (several !== undefined) return several.split(',').map((id) => id.trim().replace(/^['"]|['"]$/g, ''))
  refuseUnknown('InvalidParameterException', `The filter '${filter}' is not simulated`, { what: 'filter', name: filter })
}

function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)
}

type Paging = { readonly maxResults: number; readonly nextToken?: string | undefined }

function pageOf<T>({ call }: Context, all: readonly T[], { maxResults, nextToken }: Paging) {
  return paginate(all, {
    operation: call.operation,
    size: maxResults,
    token: nextToken,
    refuse: () => refuse('InvalidParameterException', 'Invalid token'),
  })
}
