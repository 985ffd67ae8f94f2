import type { Host, Member } from '../model/capacity/reading.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { EcsHost, EcsTask } from '../world/fleet.ts'
import type { ReadWorld } from '../world.ts'

type Ports = Pick<ReadWorld, 'ecs' | 'log'>

/** The tasks of a service, and the container instances of the instances that were asked for. */
export type Tasks = { readonly members: readonly Member[]; readonly hosts: readonly Host[] }

export type TaskReader = {
  /**
   * Undefined if the caller may not list the tasks, or may not see where they run. `ids`: the instances whose container instances are read.
   */
  readonly read: (cluster: string, service: string, ids: readonly string[]) => Promise<Tasks | undefined>
}

const RUNNING = 'RUNNING'

/**
 * Reads the tasks of services. It reads constant facts once: the container instance of a task, and the instance of a container instance.
 * ECS lists a running task until it has to stop, so a listed task is not read again, either.
 */
export function createTaskReader({ ecs, log }: Ports): TaskReader {
  const running = new Map<string, EcsTask>()
  const hosts = new Map<string, EcsHost>()
  const blind = new Set<string>()
  const read = async (cluster: string, service: string, ids: readonly string[]): Promise<Tasks> => {
    const arns = await ecs.listTasks(cluster, service)
    const fresh = await ecs.readTasks(
      cluster,
      arns.filter((arn) => !running.has(arn)),
    )
    for (const task of fresh) if (task.state === RUNNING) running.set(task.arn, task)
    const known = new Map(fresh.map((task) => [task.arn, task]))
    const tasks = arns.flatMap((arn) => running.get(arn) ?? known.get(arn) ?? [])
    const needed = tasks.flatMap(({ host }) => (host === undefined || hosts.has(host) ? [] : [host]))
    const wanted = [...hosts.values()].filter(({ arn, instanceId }) => ids.includes(instanceId) && arn.includes(`/${cluster}/`))
    const seen = await ecs.readHosts(cluster, [...new Set([...needed, ...wanted.map(({ arn }) => arn)])])
    for (const host of seen) hosts.set(host.arn, host)
    // A container instance that ECS does not show any more cannot show a reaction.
    const shown = seen.filter(({ instanceId }) => ids.includes(instanceId)).map(toHost)
    return { members: tasks.map((task) => toMember(task, hosts)), hosts: shown }
  }
  return {
    read: async (cluster, service, ids) => {
      const path = `${cluster}/${service}`
      if (blind.has(path)) return undefined
      try {
        return await read(cluster, service, ids)
      } catch (thrown) {
        if (!isFault(thrown, 'denied')) throw thrown
        blind.add(path)
        const why = explain(toActionError(thrown))
        log.record({
          kind: 'warned',
          what: `The tasks of ${path} are counted, but nobody can see here on which instances they run: ${why}`,
        })
        return undefined
      }
    },
  }
}

function toHost({ instanceId, state }: EcsHost): Host {
  return { instanceId, state, draining: state === 'DRAINING' }
}

function toMember({ arn, state, host }: EcsTask, hosts: ReadonlyMap<string, EcsHost>): Member {
  const instanceId = host === undefined ? undefined : hosts.get(host)?.instanceId
  const about = { id: arn.slice(arn.lastIndexOf('/') + 1), state, serving: state === RUNNING, draining: false }
  return instanceId === undefined ? about : { ...about, instanceId }
}
