import type { CapacityReading, Member } from '../../src/model/capacity/reading.ts'
import { type CapacityReadings, createReadingRecorder } from '../../src/model/capacity/readings.ts'
import type { Capacity, CapacityRules, CapacitySource } from '../../src/model/capacity/source.ts'
import type { Group, GroupMember } from '../../src/world/capacity.ts'

const GROUP_ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef'

/**
 * Every kind of source, as an adapter shows it. `asg-rebalancing`: with Capacity Rebalancing. `…-untraced`: its members cannot be traced to
 * instances.
 */
export const KINDS = ['asg', 'asg-rebalancing', 'target-group', 'target-group-untraced', 'ecs', 'ecs-untraced', 'tags'] as const
export type Kind = (typeof KINDS)[number]
/** Those that show whoever takes an instance out of service. */
export const TELLING: readonly Kind[] = ['asg-rebalancing', 'target-group', 'ecs']
export const TRACED: readonly Kind[] = ['asg', 'asg-rebalancing', 'target-group', 'ecs', 'tags']

/** How one instance of a fleet is: out of service, in service, being taken out, or dead and still shown as in service. */
export type Part = 'starting' | 'up' | 'draining' | 'dead' | 'gone'
/** A fleet at a moment: instances by their ids. */
export type Fleet = Readonly<Record<string, Part>>

export function capacity(kind: Kind, name = 'web'): Capacity {
  return { name, ...SOURCES[kind] }
}

export function capacityRules(capacities: readonly Capacity[], changes: Partial<CapacityRules> = {}): CapacityRules {
  return { capacities, observeMs: 60_000, recoveryMs: 300_000, ...changes }
}

/** What a source of this kind shows of a fleet. */
export function show(kind: Kind, fleet: Fleet, desired = Object.keys(fleet).length): CapacityReading {
  const parts = Object.entries(fleet).filter(([, part]) => part !== 'gone')
  if (kind === 'ecs-untraced')
    return { members: [], unnamed: parts.filter(([, part]) => part !== 'starting').length, desired, traced: false }
  const members = parts.map(([id, part]) => toMember(kind, id, part))
  const hosts = parts.map(([id, part]) => ({
    instanceId: id,
    state: part === 'draining' ? 'DRAINING' : 'ACTIVE',
    draining: part === 'draining',
  }))
  return {
    members: kind === 'tags' ? members.filter(({ serving }) => serving) : members,
    ...(kind === 'ecs' ? { hosts } : {}),
    ...(kind.startsWith('asg') || kind === 'ecs' ? { desired } : {}),
    traced: kind !== 'target-group-untraced',
    ...(TELLING.includes(kind) ? { tells: true } : {}),
  }
}

/** Polls at these seconds; undefined is a poll that failed. */
export function readings(
  polls: readonly (readonly [seconds: number, reading: CapacityReading | undefined])[],
  name = 'web',
): CapacityReadings {
  const recorder = createReadingRecorder(name)
  for (const [seconds, reading] of polls) recorder.add(seconds * 1000, reading)
  return recorder.readings()
}

const SOURCES: Readonly<Record<Kind, { readonly shown: string; readonly source: CapacitySource }>> = {
  asg: { shown: 'asg:web', source: { by: 'asg', group: 'web' } },
  'asg-rebalancing': { shown: 'asg:web', source: { by: 'asg', group: 'web' } },
  'target-group': { shown: 'target-group:web', source: { by: 'target-group', arn: GROUP_ARN } },
  'target-group-untraced': { shown: 'target-group:web', source: { by: 'target-group', arn: GROUP_ARN } },
  ecs: { shown: 'ecs:shop/web', source: { by: 'ecs', cluster: 'shop', service: 'web' } },
  'ecs-untraced': { shown: 'ecs:shop/web', source: { by: 'ecs', cluster: 'shop', service: 'web' } },
  tags: { shown: 'tags:app=web', source: { by: 'tags', key: 'app', value: 'web' } },
}

const STATES: Readonly<Record<string, Readonly<Record<Part, string>>>> = {
  asg: { starting: 'Pending', up: 'InService', draining: 'Terminating:Wait', dead: 'InService', gone: '' },
  'target-group': { starting: 'initial', up: 'healthy', draining: 'draining', dead: 'healthy', gone: '' },
  ecs: { starting: 'PENDING', up: 'RUNNING', draining: 'RUNNING', dead: 'RUNNING', gone: '' },
  tags: { starting: 'pending', up: 'running', draining: 'running', dead: 'running', gone: '' },
}

function toMember(kind: Kind, id: string, part: Part): Member {
  const source = kind.replace(/-(untraced|rebalancing)/, '')
  const state = STATES[source]?.[part] ?? ''
  const draining = part === 'draining' && (source === 'asg' || source === 'target-group')
  const about = { state, draining, serving: ['InService', 'healthy', 'RUNNING', 'running'].includes(state) }
  if (kind === 'target-group-untraced') return { id: `10.0.0.${id.at(-1)}:80`, ...about }
  if (kind === 'target-group') return { id: `${id}:80`, shown: id, instanceId: id, ...about }
  return { id: kind === 'ecs' ? `task-${id}` : id, instanceId: id, ...about }
}

/** An Auto Scaling group as its port shows it. */
export function asg(changes: Partial<Group> = {}): Group {
  return { name: 'web', members: [], suspended: [], rebalances: false, ...changes }
}

export function asgMember(id: string, changes: Partial<GroupMember> = {}): GroupMember {
  return { id, state: 'InService', healthy: true, ...changes }
}
