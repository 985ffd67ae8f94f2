import type { Account, Instance, SpotRequest } from './account.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import type { ActionEffect } from './effect.ts'
import type { ExperimentRun } from './experiment.ts'
import { type History, historyAt, type InstanceEvent } from './instance.ts'

/** A signal as the instance's metadata service shows it. */
export type Signal = {
  readonly rebalanceAt: number
  readonly noticeAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly action: 'terminate' | 'stop' | 'hibernate'
}

/** What services of AWS react to. `ended`: the instance does not run any more, no matter who ended it. */
export type Happening = 'launched' | 'rebalance' | 'notice' | 'ended'
export type Listener = (what: Happening, id: string, at: number) => void

/**
 * A timeline that is still being computed. It advances in order of time and only grows. Every entry has its moment, so a later entry does
 * not change what an earlier moment shows.
 */
export type Draft = {
  readonly account: Account
  readonly agenda: Agenda
  /** The instances of the account, and those that AWS launched by itself. */
  readonly instances: Map<string, Instance>
  readonly requests: Map<string, SpotRequest>
  readonly runs: Map<string, ExperimentRun>
  readonly events: Map<string, readonly InstanceEvent[]>
  readonly signals: Map<string, readonly Signal[]>
  readonly listeners: Listener[]
  /** Called with every effect of an experiment, when the experiment starts. */
  readonly effectListeners: ((effect: ActionEffect) => void)[]
}

/** The draft of an account in which nothing has happened yet. */
export function createDraft(account: Account): Draft {
  return {
    account,
    agenda: createAgenda(),
    instances: new Map(),
    requests: new Map([...account.requests].filter(([, { made }]) => made !== 'aws')),
    runs: new Map(),
    events: new Map(),
    signals: new Map(),
    listeners: [],
    effectListeners: [],
  }
}

/** The state of an instance at `at`, and the events that led to it. */
export function historyIn({ events }: Pick<Draft, 'events'>, instance: Instance, at: number): History {
  return historyAt(instance, events.get(instance.id) ?? [], at)
}

/** Whether an instance exists and has not been terminated. */
export function isAlive(draft: Draft, id: string, at: number): boolean {
  const instance = draft.instances.get(id)
  return instance !== undefined && !['shutting-down', 'terminated'].includes(historyIn(draft, instance, at).state)
}

export function isUp(draft: Draft, id: string, at: number): boolean {
  const instance = draft.instances.get(id)
  return instance !== undefined && ['pending', 'running'].includes(historyIn(draft, instance, at).state)
}

/** Calls every listener: something happened to the instance `id` at `at`. */
export function notify(draft: Draft, what: Happening, { id, at }: { id: string; at: number }): void {
  for (const listener of draft.listeners) listener(what, id, at)
}

/** Adds events of an instance. Listeners hear of each event at its moment, unless the instance has ended before. */
export function addEvents(draft: Draft, instance: Instance, more: readonly InstanceEvent[]): void {
  const { id } = instance
  draft.events.set(id, [...(draft.events.get(id) ?? []), ...more])
  for (const event of more) {
    if (event.do === 'start') continue
    if (event.noticeAt < event.at && event.by !== 'experiment') announce(draft, id, event.noticeAt)
    draft.agenda.add(event.at, (at) => {
      // An event has no effect if the instance has ended before it.
      if (historyIn(draft, instance, at).events.includes(event)) notify(draft, 'ended', { id, at })
    })
  }
}

/** Adds the signals of an experiment to an instance. Listeners hear of the recommendation and of the notice if the instance is up then. */
export function addSignal(draft: Draft, id: string, signal: Signal): void {
  draft.signals.set(id, [...(draft.signals.get(id) ?? []), signal])
  draft.agenda.add(signal.rebalanceAt, (at) => isUp(draft, id, at) && notify(draft, 'rebalance', { id, at }))
  if (signal.noticeAt !== undefined) announce(draft, id, signal.noticeAt)
}

function announce(draft: Draft, id: string, noticeAt: number): void {
  draft.agenda.add(noticeAt, (at) => isUp(draft, id, at) && notify(draft, 'notice', { id, at }))
}
