import { seconds } from '../../clock.ts'
import type { Account } from '../account.ts'
import { valueAt } from '../agenda.ts'
import { type Cluster, type ContainerInstance, type EcsService, type EcsTask, regionalKey } from '../capacity.ts'
import { timelineOf } from '../timeline.ts'
import { type ClusterState, desiredAt, isRunning, type Task } from './state.ts'

export type TaskView = EcsTask & {
  readonly stoppedReason?: string | undefined
  readonly startedAt?: number | undefined
  readonly stoppedAt?: number | undefined
}
export type ClusterView = Omit<Cluster, 'tasks'> & { readonly tasks: readonly TaskView[] }

/** A stopped task is shown for an hour. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const STOPPED_SHOWN = seconds(3600)

/** A cluster as ECS shows it at a moment. The counts of its services are older than its lists. */
export function clusterAt(account: Account, config: Cluster, at: number): ClusterView {
  const state = timelineOf(account, at).clusters.get(regionalKey(config))
  if (state === undefined) return config
  const countedAt = Math.max(config.seededAt, at - seconds(account.switches.serviceCountSeconds))
  return {
    ...config,
    services: config.services.map((service) => serviceAt(state, service, countedAt)),
    containerInstances: state.hosts
      .filter(({ registeredAt }) => registeredAt <= at)
      .map(({ status, agentConnected, ...host }): ContainerInstance => {
        return { ...host, status: valueAt(status, at) ?? 'ACTIVE', agentConnected: valueAt(agentConnected, at) ?? false }
      }),
    tasks: state.tasks.flatMap((task) => taskAt(task, at) ?? []),
  }
}

function serviceAt(state: ClusterState, service: EcsService, at: number): EcsService {
  const own = state.tasks.filter((task) => task.service === service.name)
  const running = own.filter((task) => isRunning(task, at)).length
  const pending = own.filter(({ status }) => valueAt(status, at)?.last === 'PENDING').length
  const listed = state.config.tasks.filter((task) => task.service === service.name && task.lastStatus === 'PENDING').length
  return {
    ...service,
    desiredCount: desiredAt(state, service, at),
    runningCount: Math.max(0, running + (state.unlisted.get(service.name) ?? 0)),
    pendingCount: Math.max(0, service.pendingCount - listed + pending),
  }
}

function taskAt({ status, registrations, stoppedReason, ...task }: Task, at: number): TaskView | undefined {
  const now = valueAt(status, at)
  if (now === undefined) return undefined
  const startedAt = status.find(({ value }) => value.last === 'RUNNING')?.at
  const stoppedAt = status.find(({ value }) => value.last === 'STOPPED')?.at
  const isOver = stoppedAt !== undefined && Number.isFinite(stoppedAt) && stoppedAt <= at
  if (isOver && at >= stoppedAt + STOPPED_SHOWN) return undefined
  return {
    ...task,
    lastStatus: now.last,
    desiredStatus: now.desired,
    stoppedReason: now.desired === 'STOPPED' ? stoppedReason : undefined,
    startedAt: startedAt === undefined || startedAt > at ? undefined : Math.max(startedAt, task.createdAt),
    stoppedAt: isOver ? stoppedAt : undefined,
  }
}
