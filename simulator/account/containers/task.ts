import { createHash } from 'node:crypto'
import { valueAt } from '../agenda.ts'
import { type EcsService, regionalKey } from '../capacity.ts'
import { register } from '../registration.ts'
import { type Host, isRunning, lagOf, type Scheduler, type Task } from './state.ts'

/** Called when a task has changed, so that its service compares itself with its goal. */
export type Reconcile = (at: number) => void

/** Places a task on a container instance. It is pending until its containers run. */
export function startTask(
  scheduler: Scheduler,
  { service, host, reconcile }: { service: EcsService; host: Host; reconcile: Reconcile },
  at: number,
): void {
  const { draft, state } = scheduler
  const id = taskId(scheduler)
  const task: Task = {
    id,
    service: service.name,
    containerInstance: host.id,
    launchType: service.launchType,
    address: addressOf(id),
    createdAt: at,
    status: [{ at, value: { last: 'PENDING', desired: 'RUNNING' } }],
    registrations: [],
  }
  state.tasks.push(task)
  draft.agenda.add(at + lagOf(scheduler, 'taskStartSeconds'), (later) => {
    if (valueAt(task.status, later)?.last !== 'PENDING') return
    task.status.push({ at: later, value: { last: 'RUNNING', desired: 'RUNNING' } })
    registerTask(scheduler, task, { registeredAt: later, upAt: later })
    reconcile(later)
  })
}

/** Puts a task into the target groups of its service: by its own address, or by its instance and a port. */
export function registerTask({ registry, state }: Scheduler, task: Task, since: { registeredAt: number; upAt: number }): void {
  const service = state.config.services.find(({ name }) => name === task.service)
  const runsOn = state.hosts.find(({ id }) => id === task.containerInstance)?.instanceId
  task.registrations = (service?.targetGroupArns ?? []).flatMap((arn) => {
    const isByAddress = registry.groups.get(arn)?.targetType === 'ip'
    const id = isByAddress ? task.address : runsOn
    const port = isByAddress ? undefined : portOf(task.id)
    const target = id === undefined ? undefined : register(registry, arn, { ...since, id, runsOn, port })
    return target === undefined ? [] : [{ arn, target }]
  })
}

/** Stops a task gracefully: it leaves its target groups, and its containers get time to end. */
export function stopTask(
  scheduler: Scheduler,
  task: Task,
  { reason, reconcile, at }: { reason: string; reconcile: Reconcile; at: number },
): void {
  task.stoppedReason = reason
  const ran = isRunning(task, at)
  task.status.push({ at, value: { last: ran ? 'DEACTIVATING' : 'STOPPED', desired: 'STOPPED' } })
  deregisterTask(task, at)
  if (!ran) return
  scheduler.draft.agenda.add(at + lagOf(scheduler, 'taskStopSeconds'), (later) => {
    task.status.push({ at: later, value: { last: 'STOPPED', desired: 'STOPPED' } })
    reconcile(later)
  })
}

/** Stops a task whose instance is lost. A reason that it already has stays. */
export function loseTask(task: Task, at: number): void {
  task.stoppedReason ??= 'Host EC2 instance terminated.'
  task.status.push({ at, value: { last: 'STOPPED', desired: 'STOPPED' } })
  deregisterTask(task, at)
}

function deregisterTask(task: Task, at: number): void {
  for (const { target } of task.registrations) target.deregisteredAt ??= at
}

function taskId({ draft, state }: Scheduler): string {
  const name = `task/${regionalKey(state.config)}/${state.tasks.length}`
  return createHash('sha256').update(`${draft.account.salt}/${name}`).digest('hex').slice(0, 32)
}

/** An address derived from the id. Two tasks of a cluster practically never get the same one. */
function addressOf(id: string): string {
  const [a = 0, b = 0, c = 0] = Buffer.from(id.slice(0, 6), 'hex')
  return `10.${a}.${b}.${c}`
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html has the range of dynamic ports. */
function portOf(id: string): number {
  return 32_768 + (Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 6), 16) % 28_232)
}
