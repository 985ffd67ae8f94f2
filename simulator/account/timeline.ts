import { minutes } from '../clock.ts'
import type { Account, Instance, InstanceState } from './account.ts'
import type { ActionEffect } from './effect.ts'
import { type ExperimentRun, runOf } from './experiment.ts'
import { type History, historyAt, type InstanceEvent } from './instance.ts'
import type { Experiment } from './template.ts'

/** A signal as the instance's metadata service shows it. */
export type Signal = {
  readonly rebalanceAt: number
  readonly noticeAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly action: 'terminate' | 'stop' | 'hibernate'
}

export type Timeline = {
  readonly runs: ReadonlyMap<string, ExperimentRun>
  readonly events: (id: string) => readonly InstanceEvent[]
  readonly signals: (id: string) => readonly Signal[]
}

type Draft = { runs: Map<string, ExperimentRun>; events: Map<string, InstanceEvent[]>; signals: Map<string, Signal[]> }

const timelines = new WeakMap<Account, Timeline>()

/**
 * What happens to every instance and experiment, past and to come, if nothing more is asked. Experiments are taken in the order
 * of their t0, because a later one sees the instances as the earlier ones left them.
 */
export function timelineOf(account: Account): Timeline {
  const known = timelines.get(account)
  if (known) return known
  const draft: Draft = { runs: new Map(), events: new Map(), signals: new Map() }
  for (const instance of account.instances.values()) draft.events.set(instance.id, ownEvents(account, instance))
  const inOrder = [...account.experiments.values()].sort((a, b) => a.actsAt - b.actsAt)
  for (const experiment of inOrder) addExperiment(account, draft, experiment)
  const timeline: Timeline = {
    runs: draft.runs,
    events: (id) => draft.events.get(id) ?? [],
    signals: (id) => draft.signals.get(id) ?? [],
  }
  timelines.set(account, timeline)
  return timeline
}

function addExperiment(account: Account, draft: Draft, experiment: Experiment): void {
  const run = runOf(account, experiment, (id) => draft.events.get(id) ?? [])
  draft.runs.set(experiment.id, run)
  for (const effect of run.effects) {
    const instance = account.instances.get(effect.instanceId)
    if (instance === undefined) continue
    const first = !draft.signals.has(instance.id)
    const scripted = first ? actorEvents(account, instance, effect) : []
    const { signal, event } = toSignal(instance, effect)
    append(draft.events, instance.id, [...event, ...scripted])
    append(draft.signals, instance.id, [signal])
  }
}

/** The signal that an effect sends, and the event that follows unless it is recalled in time. */
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

function append<T>(lists: Map<string, T[]>, key: string, more: readonly T[]): void {
  lists.set(key, [...(lists.get(key) ?? []), ...more])
}

/** What befalls an instance without any experiment. */
function ownEvents(account: Account, instance: Instance): InstanceEvent[] {
  const changes = instance.changes.map((change): InstanceEvent => ({ ...change, noticeAt: change.at, by: 'user' }))
  const scripted = account.script
    .filter((line) => line.instance === instance.id && line.at === 'launch')
    .map((line) => toActorEvent(line, instance.launchedAt))
  return [...changes, ...scripted]
}

function actorEvents(account: Account, instance: Instance, effect: ActionEffect): InstanceEvent[] {
  const anchors = { launch: undefined, start: effect.startedAt, notice: effect.noticeAt, interruption: effect.endsAt }
  return account.script.flatMap((line) => {
    const anchor = line.instance === instance.id ? anchors[line.at] : undefined
    return anchor === undefined ? [] : [toActorEvent(line, anchor)]
  })
}

/** EC2's own interruptions are announced two minutes ahead, but never before the moment the script counts from. */
function toActorEvent(line: Account['script'][number], anchor: number): InstanceEvent {
  const at = anchor + line.afterSeconds * 1000
  const announced = line.by === 'no-capacity' || line.by === 'by-price'
  return { at, noticeAt: announced ? Math.max(Math.min(anchor, at), at - minutes(2)) : at, do: line.do, by: line.by }
}

/** An instance at a moment, and whether its interruption notice is out. */
export type InstanceStatus = { readonly state: InstanceState; readonly noticed: boolean }

/** Undefined for an instance that does not exist, or not yet. */
export function statusOf(account: Account, id: string, at: number): InstanceStatus | undefined {
  const instance = account.instances.get(id)
  if (instance === undefined || at < instance.launchedAt) return undefined
  const { state } = historyOf(account, instance, at)
  const noticed = timelineOf(account)
    .signals(id)
    .some(({ noticeAt }) => noticeAt !== undefined && noticeAt <= at)
  return { state, noticed }
}

/** What became of an instance up to a moment. */
export function historyOf(account: Account, instance: Instance, at: number): History {
  return historyAt(instance, timelineOf(account).events(instance.id), at)
}
