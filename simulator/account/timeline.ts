import type { Account, Instance, InstanceState, SpotRequest } from './account.ts'
import { addInstance, linesFor, toActorEvent } from './add-instance.ts'
import { startCluster } from './containers/cluster.ts'
import type { ClusterState } from './containers/state.ts'
import { addEvents, addSignal, createDraft, type Draft, type Signal } from './draft.ts'
import type { ActionEffect } from './effect.ts'
import { computeExperiment, type ExperimentRun } from './experiment.ts'
import { type History, historyAt, type InstanceEvent } from './instance.ts'
import { createRegistry, type Registration } from './registration.ts'
import { startGroup } from './scaling/group.ts'
import type { GroupState } from './scaling/state.ts'
import type { Experiment } from './template.ts'

export type { Signal } from './draft.ts'

/** Everything that happens in an account up to a moment, and events that are announced for later. */
export type Timeline = {
  readonly runs: ReadonlyMap<string, ExperimentRun>
  readonly events: (id: string) => readonly InstanceEvent[]
  readonly signals: (id: string) => readonly Signal[]
  /** Includes instances that AWS launched by itself, and some that it will launch later. */
  readonly instances: ReadonlyMap<string, Instance>
  readonly requests: ReadonlyMap<string, SpotRequest>
  /** By region and name. */
  readonly groups: ReadonlyMap<string, GroupState>
  /** By region and name. */
  readonly clusters: ReadonlyMap<string, ClusterState>
  /** By the ARN of the target group. */
  readonly registrations: ReadonlyMap<string, readonly Registration[]>
}

type Made = { readonly timeline: Timeline; readonly draft: Draft }

const made = new WeakMap<Account, Made>()

/**
 * Everything that happens in the account, past and future, if no caller changes anything more. It is computed once, in order of time, as
 * far as `at`; so the result for a moment does not depend on earlier calls. It contains every experiment as a whole, also after `at`.
 */
export function timelineOf(account: Account, at: number = Number.NEGATIVE_INFINITY): Timeline {
  const { timeline, draft } = made.get(account) ?? make(account)
  draft.agenda.advance(at)
  return timeline
}

function make(account: Account): Made {
  const draft = createDraft(account)
  // The account stores an instance that a group launched only if a caller changed it. The group launches it again here.
  for (const instance of account.instances.values()) if (instance.made !== 'aws') addInstance(draft, instance)
  const registry = createRegistry(draft)
  const groups = new Map([...account.autoScalingGroups].map(([key, config]) => [key, startGroup(draft, registry, config)]))
  const clusters = new Map([...account.clusters].map(([key, config]) => [key, startCluster(draft, registry, config)]))
  const experiments = [...account.experiments.values()].sort((a, b) => a.actsAt - b.actsAt)
  for (const experiment of experiments) draft.agenda.add(experiment.actsAt, () => addExperiment(draft, experiment))
  draft.agenda.advance(experiments.at(-1)?.actsAt ?? Number.NEGATIVE_INFINITY)
  const timeline: Timeline = {
    runs: draft.runs,
    events: (id) => draft.events.get(id) ?? [],
    signals: (id) => draft.signals.get(id) ?? [],
    instances: draft.instances,
    requests: draft.requests,
    groups,
    clusters,
    registrations: registry.registrations,
  }
  const entry = { timeline, draft }
  made.set(account, entry)
  return entry
}

/** Later experiments see the instances as the earlier ones left them. */
function addExperiment(draft: Draft, experiment: Experiment): void {
  const run = computeExperiment(draft.account, experiment, { instances: draft.instances, events: (id) => draft.events.get(id) ?? [] })
  draft.runs.set(experiment.id, run)
  for (const effect of run.effects) addEffect(draft, effect)
}

function addEffect(draft: Draft, effect: ActionEffect): void {
  const instance = draft.instances.get(effect.instanceId)
  if (instance === undefined) return
  const scripted = draft.signals.has(instance.id) ? [] : actorEvents(draft.account, instance, effect)
  const { signal, event } = toSignal(instance, effect)
  addEvents(draft, instance, [...event, ...scripted])
  addSignal(draft, instance.id, signal)
  for (const listener of draft.effectListeners) listener(effect)
}

/** The signal of an effect, and the event that follows unless a stop recalls it in time. */
function toSignal(instance: Instance, effect: ActionEffect): { readonly signal: Signal; readonly event: readonly InstanceEvent[] } {
  const action = instance.behaviour
  const signal = { rebalanceAt: effect.startedAt, action }
  if (effect.endsAt === undefined) return { signal, event: [] }
  if (effect.recalledAt !== undefined && effect.recalledAt < effect.endsAt) return { signal, event: [] }
  const noticeAt = effect.noticeAt ?? effect.endsAt
  return {
    signal: { ...signal, noticeAt, endsAt: effect.endsAt },
    event: [{ noticeAt, at: effect.endsAt, do: action, by: 'experiment' }],
  }
}

function actorEvents(account: Account, instance: Instance, effect: ActionEffect): InstanceEvent[] {
  const anchors = { launch: undefined, start: effect.startedAt, notice: effect.noticeAt, interruption: effect.endsAt }
  return linesFor(account, instance.id).flatMap((line) => {
    const anchor = anchors[line.at]
    return anchor === undefined ? [] : [toActorEvent(line, anchor)]
  })
}

/** An instance at a moment, and whether its interruption notice is out. */
export type InstanceStatus = { readonly state: InstanceState; readonly noticed: boolean }

/** The status of an instance; undefined if it does not exist, or not yet. */
export function statusOf(account: Account, id: string, at: number): InstanceStatus | undefined {
  const { instances, signals } = timelineOf(account, at)
  const instance = instances.get(id)
  if (instance === undefined || at < instance.launchedAt) return undefined
  const { state } = historyOf(account, instance, at)
  return { state, noticed: signals(id).some(({ noticeAt }) => noticeAt !== undefined && noticeAt <= at) }
}

/** The history of an instance up to a moment. */
export function historyOf(account: Account, instance: Instance, at: number): History {
  return historyAt(instance, timelineOf(account, at).events(instance.id), at)
}

/** The ids of the instances of an Auto Scaling group that were launched by a moment; ended ones too. */
export function launchedFor(account: Account, group: string, at: number): readonly string[] {
  return instancesAt(account, at).flatMap(({ id, tags }) => (tags['aws:autoscaling:groupName'] === group ? [id] : []))
}

/** The instances that were launched by a moment; terminated ones too. */
export function instancesAt(account: Account, at: number): readonly Instance[] {
  return [...timelineOf(account, at).instances.values()].filter(({ launchedAt }) => launchedAt <= at)
}
