import type { HostReading, Member } from '../model/capacity/reading.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { EcsHost, EcsTask } from '../world/capacity.ts'
import type { ReadWorld } from '../world.ts'

type Ports = Pick<ReadWorld, 'ecs' | 'log'>

/** The tasks of a service, and the container instances of the instances that were asked for. */
export type Tasks = { readonly members: readonly Member[]; readonly hosts: readonly HostReading[] }

/** Reads the tasks of one service. Undefined if the caller may not list the tasks, or may not see where they run. */
export type ReadTasks = (cluster: string, service: string) => Promise<Tasks | undefined>

export type TaskReader = {
  /** Begins a poll. `ids`: the instances whose container instances are read again, with one call for all services of a cluster. */
  readonly poll: (ids: readonly string[]) => ReadTasks
}

/** The container instances that one poll reads. All reads of the poll share it. */
type HostPoll = {
  /** Reads the known container instances of `ids` in a cluster again. */
  readonly again: (cluster: string) => Promise<readonly EcsHost[]>
  /** Container instances that this poll reads for the first time, by ARN. */
  readonly fresh: Map<string, EcsHost>
  readonly ids: readonly string[]
}

const RUNNING = 'RUNNING'

/**
 * Reads the tasks of services. It reads constant facts once: the container instance of a task, and the instance of a container instance.
 * ECS lists a running task until it has to stop, so a listed task is not read again, either.
 */
export function createTaskReader({ ecs, log }: Ports): TaskReader {
  const running = new Map<string, EcsTask>()
  const hosts = createHostReader(ecs)
  const blind = new Set<string>()
  const readTasks = async (cluster: string, service: string) => {
    const arns = await ecs.listTasks(cluster, service)
    const fresh = await ecs.readTasks(
      cluster,
      arns.filter((arn) => !running.has(arn)),
    )
    for (const task of fresh) if (task.state === RUNNING) running.set(task.arn, task)
    const known = new Map(fresh.map((task) => [task.arn, task]))
    return arns.flatMap((arn) => running.get(arn) ?? known.get(arn) ?? [])
  }
  const read = async (cluster: string, service: string, poll: HostPoll): Promise<Tasks> => {
    const tasks = await readTasks(cluster, service)
    const own = new Set(tasks.flatMap(({ host }) => host ?? []))
    const [again] = await Promise.all([poll.again(cluster), hosts.readNew(cluster, [...own], poll)])
    // A container instance that ECS does not show any more cannot show a reaction.
    const seen = [...again, ...[...own].flatMap((arn) => poll.fresh.get(arn) ?? [])]
    const shown = seen.filter(({ instanceId }) => poll.ids.includes(instanceId)).map(toHost)
    return { members: tasks.map((task) => toMember(task, hosts.known)), hosts: shown }
  }
  const readSeen = async (cluster: string, service: string, poll: HostPoll): Promise<Tasks | undefined> => {
    const path = `${cluster}/${service}`
    if (blind.has(path)) return undefined
    try {
      return await read(cluster, service, poll)
    } catch (thrown) {
      if (!isFault(thrown, 'denied')) throw thrown
      blind.add(path)
      const why = explain(toActionError(thrown))
      log.record({ kind: 'warned', what: `The tasks of ${path} are counted, but nobody can see here on which instances they run: ${why}` })
      return undefined
    }
  }
  return {
    poll: (ids) => {
      const poll = hosts.poll(ids)
      return (cluster, service) => readSeen(cluster, service, poll)
    },
  }
}

type HostReader = {
  /** All container instances that any poll has read, by ARN. */
  readonly known: ReadonlyMap<string, EcsHost>
  readonly poll: (ids: readonly string[]) => HostPoll
  /** Reads those of these container instances that no poll has read yet. */
  readonly readNew: (cluster: string, arns: readonly string[], poll: HostPoll) => Promise<void>
}

function createHostReader(ecs: Ports['ecs']): HostReader {
  const known = new Map<string, EcsHost>()
  const clusters = new Map<string, string>()
  return {
    known,
    poll: (ids) => {
      const wanted = [...known.values()].flatMap(({ arn, instanceId }) => (ids.includes(instanceId) ? [arn] : []))
      const asked = new Map<string, Promise<readonly EcsHost[]>>()
      const ask = (cluster: string) => {
        const arns = wanted.filter((arn) => clusters.get(arn) === cluster)
        const reading = arns.length === 0 ? Promise.resolve([]) : ecs.readHosts(cluster, arns)
        asked.set(cluster, reading)
        return reading
      }
      return { again: (cluster) => asked.get(cluster) ?? ask(cluster), fresh: new Map(), ids }
    },
    readNew: async (cluster, arns, { fresh }) => {
      const needed = arns.filter((arn) => !known.has(arn))
      for (const host of needed.length === 0 ? [] : await ecs.readHosts(cluster, needed)) {
        known.set(host.arn, host)
        clusters.set(host.arn, cluster)
        fresh.set(host.arn, host)
      }
    },
  }
}

function toHost({ instanceId, state }: EcsHost): HostReading {
  return { instanceId, state, draining: state === 'DRAINING' }
}

function toMember({ arn, state, host }: EcsTask, hosts: ReadonlyMap<string, EcsHost>): Member {
  const instanceId = host === undefined ? undefined : hosts.get(host)?.instanceId
  const about = { id: arn.slice(arn.lastIndexOf('/') + 1), state, serving: state === RUNNING, draining: false }
  return instanceId === undefined ? about : { ...about, instanceId }
}
