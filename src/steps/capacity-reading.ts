import type { CapacityReading, Member } from '../model/capacity/reading.ts'
import type { Capacity } from '../model/capacity/source.ts'
import { ActionError, toActionError } from '../model/errors.ts'
import type { InstanceSnapshot } from '../model/timeline/snapshot.ts'
import type { EcsService, Group } from '../world/capacity.ts'
import type { ReadWorld } from '../world.ts'
import { createTaskReader, type ReadTasks } from './tasks.ts'

type Ports = Pick<ReadWorld, 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'log'>

/** What a source shows, and the notes for preflight. */
export type Seen = {
  readonly reading: CapacityReading
  readonly problems: readonly string[]
  readonly notes: readonly string[]
  /** An Auto Scaling group with Capacity Rebalancing. */
  readonly rebalances?: boolean
}

/** For each capacity, by its name: what its source shows, or why it cannot be read. */
export type SeenByName = ReadonlyMap<string, Seen | ActionError>

export type CapacityReader = {
  /** Reads all of them side by side, the groups of Auto Scaling with one call. `ids`: instances whose container instances are read again. */
  readonly read: (capacities: readonly Capacity[], ids: readonly string[]) => Promise<SeenByName>
}

/** Reads capacities from their sources. Its reads never reject: a capacity that cannot be read has its error instead. */
export function createCapacityReader(world: Ports): CapacityReader {
  const types = new Map<string, string>()
  const tasks = createTaskReader(world)
  return {
    read: async (capacities, ids) => {
      const groups = readGroups(world, capacities)
      const services = readServices(world, capacities)
      const batch = { groups, services, types, readTasks: tasks.poll(ids) }
      const entries = capacities.map(async (capacity) => {
        const seen = await readOne(world, capacity, batch).catch(toActionError)
        return [capacity.name, seen] as const
      })
      return new Map(await Promise.all(entries))
    },
  }
}

type Batch = {
  readonly groups: Promise<readonly Group[]>
  /** By cluster. */
  readonly services: ReadonlyMap<string, Promise<readonly EcsService[]>>
  /** Types of target groups, which never change, by ARN. */
  readonly types: Map<string, string>
  readonly readTasks: ReadTasks
}

/** Every capacity of a batch awaits it later. Until then, a failed batch must not count as an unhandled rejection. */
function readGroups({ autoscaling }: Ports, capacities: readonly Capacity[]): Promise<readonly Group[]> {
  const names = capacities.flatMap(({ source }) => (source.by === 'asg' ? [source.group] : []))
  return names.length === 0 ? Promise.resolve([]) : quiet(autoscaling.readGroups([...new Set(names)]))
}

function readServices({ ecs }: Ports, capacities: readonly Capacity[]): Batch['services'] {
  const sources = capacities.flatMap(({ source }) => (source.by === 'ecs' ? [source] : []))
  const clusters = Map.groupBy(sources, ({ cluster }) => cluster)
  return new Map(
    [...clusters].map(([cluster, all]) => [cluster, quiet(ecs.readServices(cluster, [...new Set(all.map(({ service }) => service))]))]),
  )
}

function quiet<T>(asked: Promise<T>): Promise<T> {
  asked.catch(() => undefined)
  return asked
}

async function readOne(world: Ports, capacity: Capacity, batch: Batch): Promise<Seen> {
  const { source, shown } = capacity
  switch (source.by) {
    case 'asg':
      return toGroup(
        capacity,
        (await batch.groups).find(({ name }) => name === source.group),
      )
    case 'target-group':
      return await readTargetGroup(world, { ...capacity, arn: source.arn }, batch)
    case 'ecs': {
      const service = (await batch.services.get(source.cluster))?.find(({ name }) => name === source.service)
      return await readService(capacity, { ...source, found: service }, batch)
    }
    case 'tags':
      return plain({ members: (await world.ec2.listInstances({ [source.key]: source.value })).flatMap(toInstance(source)), traced: true })
    case 'own-asg':
      throw new ActionError('internal', `${shown} was to be read before its group was known`)
  }
}

function plain(reading: CapacityReading): Seen {
  return { reading, problems: [], notes: [] }
}

function missing({ name, shown }: Capacity, what: string): ActionError {
  return new ActionError('missing', `There is no ${what} for the capacity ${name} (${shown}).`, 'Check capacity, region and account.')
}

/**
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html: without these processes, members are not replaced
 * or do not get traffic.
 */
const NEEDED: readonly string[] = ['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AddToLoadBalancer']

function toGroup(capacity: Capacity, group: Group | undefined): Seen {
  if (group === undefined) throw missing(capacity, 'Auto Scaling group')
  const suspended = group.suspended.filter((name) => NEEDED.includes(name))
  const what = `The Auto Scaling group ${group.name} has suspended ${suspended.join(', ')}: it may not replace what is interrupted.`
  return {
    reading: {
      members: group.members.map(toGroupMember),
      ...(group.desired === undefined ? {} : { desired: group.desired }),
      traced: true,
      ...(group.rebalances ? { tells: true } : {}),
    },
    problems: [],
    notes: suspended.length === 0 ? [] : [what],
    rebalances: group.rebalances,
  }
}

function toGroupMember({ id, state, healthy, weight }: Group['members'][number]): Member {
  const about = { id, instanceId: id, state, serving: state === 'InService' && healthy, draining: state.startsWith('Terminating') }
  return weight === undefined ? about : { ...about, weight }
}

async function readTargetGroup({ elb }: Ports, { name, shown, arn }: Capacity & { readonly arn: string }, { types }: Batch): Promise<Seen> {
  const type = types.get(arn) ?? (await elb.readTargetGroup(arn)).type
  types.set(arn, type)
  const traced = type === 'instance'
  const members = (await elb.readTargets(arn)).map(({ id, port, state }): Member => {
    const about = { id: `${id}:${port}`, state, serving: state === 'healthy', draining: state.includes('draining') }
    return traced ? { ...about, shown: id, instanceId: id } : about
  })
  const bad = `The capacity ${name} (${shown}) has targets of the type ${type}: only instance and ip can be counted.`
  return { reading: { members, traced, ...(traced ? { tells: true } : {}) }, problems: traced || type === 'ip' ? [] : [bad], notes: [] }
}

type Service = { readonly cluster: string; readonly service: string; readonly found: EcsService | undefined }

async function readService(capacity: Capacity, { cluster, service, found }: Service, { readTasks }: Batch): Promise<Seen> {
  if (found === undefined || found.status !== 'ACTIVE') throw missing(capacity, `active ECS service ${service} in the cluster ${cluster}`)
  const { name, shown } = capacity
  const { desired, running, daemon, rolling } = found
  const listed = await readTasks(cluster, service)
  const reading =
    listed === undefined ? { members: [], unnamed: running, traced: false } : { ...listed, traced: true, tells: true as const }
  return {
    reading: { ...reading, desired },
    problems: daemon
      ? [`The capacity ${name} (${shown}) is a DAEMON service: its size follows the number of instances, so it has no level.`]
      : [],
    notes: rolling ? [`A deployment of the ECS service ${service} is under way: it replaces tasks, too.`] : [],
  }
}

/** EC2 may treat a value as a pattern, and may list an instance twice. */
function toInstance({
  key,
  value,
}: {
  readonly key: string
  readonly value: string
}): (one: InstanceSnapshot, at: number, all: readonly InstanceSnapshot[]) => readonly Member[] {
  return ({ id, state, tags }, at, all) => {
    const other = tags[key] !== value || state !== 'running' || all.findIndex((one) => one.id === id) < at
    return other ? [] : [{ id, instanceId: id, state, serving: true, draining: false }]
  }
}
