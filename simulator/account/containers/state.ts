import { seconds } from '../../clock.ts'
import { type Log, valueAt } from '../agenda.ts'
import type { Cluster, ContainerInstance, EcsService, EcsTask } from '../capacity.ts'
import type { Draft } from '../draft.ts'
import type { Lag } from '../lags.ts'
import type { Registration, Registry } from '../registration.ts'

const ALWAYS = Number.NEGATIVE_INFINITY

/** A container instance from its registration on. A `Log` has each value that ECS showed, with the time from which it did. */
export type Host = Pick<ContainerInstance, 'id' | 'instanceId' | 'spotDraining' | 'registeredAt'> & {
  readonly status: Log<string>
  readonly agentConnected: Log<boolean>
}

export type TaskStatus = { readonly last: string; readonly desired: string }

export type Task = Pick<EcsTask, 'id' | 'service' | 'containerInstance' | 'launchType' | 'address' | 'createdAt'> & {
  readonly status: Log<TaskStatus>
  /** Its place in the target groups of its service. */
  registrations: readonly { readonly arn: string; readonly target: Registration }[]
  stoppedReason?: string | undefined
}

export type ClusterState = {
  readonly config: Cluster
  readonly hosts: Host[]
  readonly tasks: Task[]
  /** For each service: how many tasks the seed counts but does not list. */
  readonly unlisted: ReadonlyMap<string, number>
  /**
   * For each service: the number of listed tasks that it keeps running. A seeded service counts as steady: even with fewer tasks than
   * desired it starts none by itself.
   */
  readonly goals: Map<string, number>
  /** For each service: the desired counts that others have set. */
  readonly desired: Map<string, Log<number>>
}

/** A cluster that acts: its state, and the draft of the timeline that it writes to. */
export type Scheduler = { readonly draft: Draft; readonly registry: Registry; readonly state: ClusterState }

/** The state of a cluster when it is seeded. Each value that can change is a log. */
export function toState(config: Cluster): ClusterState {
  const hosts = config.containerInstances.map(({ status, agentConnected, ...host }): Host => {
    return { ...host, status: [{ at: ALWAYS, value: status }], agentConnected: [{ at: ALWAYS, value: agentConnected }] }
  })
  const tasks = config.tasks.map(({ lastStatus, desiredStatus, ...task }): Task => {
    return { ...task, status: [{ at: ALWAYS, value: { last: lastStatus, desired: desiredStatus } }], registrations: [] }
  })
  const listed = (name: string) => tasks.filter((task) => task.service === name && isRunning(task, config.seededAt)).length
  const unlisted = new Map(config.services.map(({ name, runningCount }) => [name, runningCount - listed(name)]))
  const goals = new Map(
    config.services.map(({ name, desiredCount, runningCount }) => {
      return [name, Math.min(desiredCount, runningCount) - (unlisted.get(name) ?? 0)]
    }),
  )
  return { config, hosts, tasks, unlisted, goals, desired: new Map() }
}

export function isRunning({ status }: Task, at: number): boolean {
  return valueAt(status, at)?.last === 'RUNNING'
}

/** Whether a task is pending or running, and not being stopped. */
export function isWanted({ status }: Task, at: number): boolean {
  const now = valueAt(status, at)
  return now?.desired === 'RUNNING' && now.last !== 'STOPPED'
}

/** The container instance that a task runs on; undefined for a task without one. */
export function hostOf({ hosts }: ClusterState, task: Task): Host | undefined {
  return hosts.find(({ id }) => id === task.containerInstance)
}

/** Whether a container instance takes new tasks. */
export function isActive({ status, agentConnected, registeredAt }: Host, at: number): boolean {
  return valueAt(status, at) === 'ACTIVE' && valueAt(agentConnected, at) === true && registeredAt <= at
}

export function isDraining({ status }: Host, at: number): boolean {
  return valueAt(status, at) === 'DRAINING'
}

/** A DAEMON has a task on every active instance. */
export function desiredAt({ hosts, desired }: ClusterState, service: EcsService, at: number): number {
  if (service.schedulingStrategy === 'DAEMON' && hosts.length > 0) return hosts.filter((host) => isActive(host, at)).length
  return valueAt(desired.get(service.name) ?? [], at) ?? service.desiredCount
}

/** A lag of the switches, in milliseconds. */
export function lagOf({ draft }: Pick<Scheduler, 'draft'>, name: Lag): number {
  return seconds(draft.account.switches[name])
}
