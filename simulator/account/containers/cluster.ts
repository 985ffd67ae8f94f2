import { createHash } from 'node:crypto'
import type { ServiceLine } from '../actors.ts'
import { type Cluster, type EcsService, regionalKey } from '../capacity.ts'
import { type Draft, type Happening, isUp } from '../draft.ts'
import { followLines } from '../follow-script.ts'
import type { Lag } from '../lags.ts'
import type { Registry } from '../registration.ts'
import {
  type ClusterState,
  type Host,
  hostOf,
  isActive,
  isDraining,
  isRunning,
  isWanted,
  lagOf,
  type Scheduler,
  type Task,
  toState,
} from './state.ts'
import { loseTask, registerTask, startTask, stopTask } from './task.ts'

/**
 * An ECS cluster at work. A container instance drains on the interruption notice if its agent has ECS_ENABLE_SPOT_INSTANCE_DRAINING.
 * Otherwise ECS notices the loss only when the agent is disconnected.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-spot.html
 */
export function startCluster(draft: Draft, registry: Registry, config: Cluster): ClusterState {
  const scheduler: Scheduler = { draft, registry, state: toState(config) }
  for (const task of scheduler.state.tasks.filter((one) => isRunning(one, config.seededAt))) registerSeeded(scheduler, task)
  draft.listeners.push((what, id, at) => {
    if (at >= config.seededAt) react(scheduler, { what, id }, at)
  })
  followScript(scheduler)
  return scheduler.state
}

function react(scheduler: Scheduler, { what, id }: { readonly what: Happening; readonly id: string }, at: number): void {
  if (what === 'launched') join(scheduler, id, at)
  const host = scheduler.state.hosts.find(({ instanceId }) => instanceId === id)
  if (host === undefined) return
  const later = (lag: Lag, act: (scheduler: Scheduler, host: Host, at: number) => void) =>
    scheduler.draft.agenda.add(at + lagOf(scheduler, lag), (moment) => act(scheduler, host, moment))
  if (what === 'notice' && host.spotDraining) later('signalSeconds', drain)
  if (what === 'ended') later('agentLostSeconds', lose)
}

function followScript(scheduler: Scheduler): void {
  const { draft, state } = scheduler
  const { name, seededAt, services } = state.config
  const known = (service: string) => services.some((one) => one.name === service && one.schedulingStrategy === 'REPLICA')
  const lines = draft.account.script.filter(
    (line): line is ServiceLine => 'service' in line && line.cluster === name && known(line.service),
  )
  const isOwn = (id: string) => state.hosts.some(({ instanceId }) => instanceId === id)
  followLines(draft, { lines, seededAt, isOwn }, ({ service, desiredCount }, at) => {
    state.desired.set(service, [...(state.desired.get(service) ?? []), { at, value: desiredCount }])
    state.goals.set(service, desiredCount - (state.unlisted.get(service) ?? 0))
    compareAll(scheduler, at)
  })
}

/** Registers a seeded task that has an address in the target groups of its service, unless the seed of a target group has it already. */
function registerSeeded(scheduler: Scheduler, task: Task): void {
  if (task.address === undefined) return
  const { seededAt } = scheduler.state.config
  const known = [...scheduler.registry.registrations.values()].flat().some(({ id }) => id === task.address)
  if (!known) registerTask(scheduler, task, { registeredAt: seededAt, upAt: Number.NEGATIVE_INFINITY })
}

/** Registers a new instance of one of the cluster's groups, once it has booted. */
function join(scheduler: Scheduler, instanceId: string, at: number): void {
  const { draft, state } = scheduler
  const { config } = state
  const instance = draft.instances.get(instanceId)
  const group = instance?.tags['aws:autoscaling:groupName']
  if (instance?.region !== config.region || group === undefined || !config.autoScalingGroups.includes(group)) return
  draft.agenda.add(at + lagOf(scheduler, 'bootSeconds'), (registeredAt) => {
    if (!isUp(draft, instanceId, registeredAt)) return
    const id = createHash('sha256')
      .update(`${draft.account.salt}/${regionalKey(config)}/${instanceId}`)
      .digest('hex')
      .slice(0, 32)
    const status = [{ at: registeredAt, value: 'ACTIVE' }]
    const agentConnected = [{ at: registeredAt, value: true }]
    state.hosts.push({ id, instanceId, spotDraining: config.spotDraining, registeredAt, status, agentConnected })
    compareAll(scheduler, registeredAt)
  })
}

function drain(scheduler: Scheduler, host: Host, at: number): void {
  if (!isActive(host, at)) return
  host.status.push({ at, value: 'DRAINING' })
  compareAll(scheduler, at)
}

/** A lost container instance is deregistered, and its tasks are stopped. */
function lose(scheduler: Scheduler, host: Host, at: number): void {
  if (isUp(scheduler.draft, host.instanceId, at)) return
  host.agentConnected.push({ at, value: false })
  host.status.push({ at, value: 'INACTIVE' })
  const { tasks } = scheduler.state
  for (const task of tasks.filter((one) => one.containerInstance === host.id && !isStopped(one, at))) loseTask(task, at)
  compareAll(scheduler, at)
}

function isStopped(task: Task, at: number): boolean {
  return !isWanted(task, at) && task.status.at(-1)?.value.last === 'STOPPED'
}

function compareAll(scheduler: Scheduler, at: number): void {
  for (const service of scheduler.state.config.services) {
    if (service.launchType !== 'EC2') continue
    if (service.schedulingStrategy === 'DAEMON') compareDaemon(scheduler, service, at)
    else compareReplicas(scheduler, service, at)
  }
}

/** Tasks of a service that are pending or running, and not being stopped. */
function wantedOf({ state }: Scheduler, { name }: EcsService, at: number): readonly Task[] {
  return state.tasks.filter((task) => task.service === name && isWanted(task, at))
}

function compareDaemon(scheduler: Scheduler, service: EcsService, at: number): void {
  const reconcile = (later: number) => compareDaemon(scheduler, service, later)
  const wanted = wantedOf(scheduler, service, at)
  for (const host of scheduler.state.hosts) {
    const own = wanted.find((task) => task.containerInstance === host.id)
    if (own === undefined && isActive(host, at)) startTask(scheduler, { service, host, reconcile }, at)
    if (own !== undefined && isDraining(host, at)) stopTask(scheduler, own, { reason: DRAINED, reconcile, at })
  }
}

const DRAINED = 'Task stopped by: Container Instance draining.'

/**
 * Replaces the tasks of draining instances, never below the minimum nor above the maximum in per cent of what is desired.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
function compareReplicas(scheduler: Scheduler, service: EcsService, at: number): void {
  const { state } = scheduler
  const reconcile = (later: number) => compareReplicas(scheduler, service, later)
  const goal = state.goals.get(service.name) ?? 0
  const least = Math.ceil((goal * service.minimumHealthyPercent) / 100)
  const most = Math.floor((goal * service.maximumPercent) / 100)
  const wanted = () => wantedOf(scheduler, service, at)
  const leaving = () => wanted().filter((task) => isOnDraining(state, task, at))
  const stop = () => {
    for (const task of leaving()) {
      const others = wanted().filter((one) => one !== task && isRunning(one, at)).length
      if (others >= least) stopTask(scheduler, task, { reason: DRAINED, reconcile, at })
    }
  }
  stop()
  const staying = wanted().filter((task) => !isOnDraining(state, task, at))
  const scaled = `Scaling activity initiated by (deployment ecs-svc/${service.createdAt})`
  for (const task of staying.slice(Math.max(0, goal))) stopTask(scheduler, task, { reason: scaled, reconcile, at })
  while (wanted().length - leaving().length < goal && wanted().length < Math.max(most, goal)) {
    const host = placeFor(scheduler, at)
    if (host === undefined) return
    startTask(scheduler, { service, host, reconcile }, at)
  }
}

function isOnDraining(state: ClusterState, task: Task, at: number): boolean {
  const host = hostOf(state, task)
  return host !== undefined && isDraining(host, at)
}

/** The active instance with the fewest tasks, if it has room. */
function placeFor({ state }: Scheduler, at: number): Host | undefined {
  const strategies = new Map(state.config.services.map(({ name, schedulingStrategy }) => [name, schedulingStrategy]))
  const load = ({ id }: Host) =>
    state.tasks.filter((task) => task.containerInstance === id && isWanted(task, at) && strategies.get(task.service ?? '') !== 'DAEMON')
      .length
  const open = state.hosts.filter((host) => isActive(host, at) && load(host) < state.config.tasksPerInstance)
  return open.sort((a, b) => load(a) - load(b))[0]
}
