import { hours, seconds } from '../clock.ts'
import type { Instance, InstanceState } from './account.ts'
import type { Actor } from './actors.ts'

/** An event that ends, stops or starts an instance; `noticeAt` is when the instance gets its notice. */
export type InstanceEvent = {
  readonly at: number
  readonly noticeAt: number
  readonly do: 'terminate' | 'stop' | 'hibernate' | 'start'
  readonly by: Actor
}

/** The events that took effect, and the state that they led to. */
export type History = { readonly state: InstanceState; readonly events: readonly InstanceEvent[] }

const transition: Record<InstanceEvent['do'], { from: readonly InstanceState[]; via: InstanceState; to: InstanceState; lasts: number }> = {
  terminate: { from: ['pending', 'running', 'stopping', 'stopped'], via: 'shutting-down', to: 'terminated', lasts: seconds(5) },
  stop: { from: ['pending', 'running'], via: 'stopping', to: 'stopped', lasts: seconds(5) },
  hibernate: { from: ['running'], via: 'stopping', to: 'stopped', lasts: seconds(20) },
  start: { from: ['stopped'], via: 'pending', to: 'running', lasts: seconds(5) },
}

/** Actors that affect only a running instance: EC2 does not interrupt a stopped Spot Instance. */
const interrupters: readonly Actor[] = ['experiment', 'no-capacity', 'by-price']

/**
 * The state of an instance at a moment, and the events that led to it. An event that is not possible in the state of its moment has no
 * effect.
 */
export function historyAt(instance: Instance, events: readonly InstanceEvent[], at: number): History {
  const due = events.filter((event) => event.at <= at).sort((a, b) => a.at - b.at)
  const pastEvents: InstanceEvent[] = []
  for (const event of due) {
    if (canHappen(event, stateOf(instance, pastEvents.at(-1), event.at))) pastEvents.push(event)
  }
  return { state: stateOf(instance, pastEvents.at(-1), at), events: pastEvents }
}

/** DescribeInstances stops showing a terminated instance after about an hour. */
export function isVisible(history: History, at: number): boolean {
  const last = history.events.at(-1)
  return history.state !== 'terminated' || last === undefined || at < last.at + hours(1)
}

function canHappen(event: InstanceEvent, state: InstanceState): boolean {
  if (interrupters.includes(event.by)) return state === 'running' || state === 'pending'
  return transition[event.do].from.includes(state)
}

function stateOf(instance: Instance, last: InstanceEvent | undefined, at: number): InstanceState {
  if (last) {
    const { via, to, lasts } = transition[last.do]
    return at < last.at + lasts ? via : to
  }
  return instance.state === 'pending' && at >= instance.launchedAt + seconds(5) ? 'running' : instance.state
}
