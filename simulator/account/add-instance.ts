import { minutes } from '../clock.ts'
import type { Account, Instance, SpotRequest } from './account.ts'
import type { InstanceLine } from './actors.ts'
import { addEvents, type Draft, notify } from './draft.ts'
import type { InstanceEvent } from './instance.ts'

/** Adds an instance that exists from its launch on, with the events that happen to it without an experiment. */
export function addInstance(draft: Draft, instance: Instance, request?: SpotRequest): void {
  draft.instances.set(instance.id, instance)
  if (request !== undefined) draft.requests.set(request.id, request)
  addEvents(draft, instance, ownEvents(draft.account, instance))
  notify(draft, 'launched', { id: instance.id, at: instance.launchedAt })
}

function ownEvents(account: Account, instance: Instance): InstanceEvent[] {
  const changes = instance.changes.map((change): InstanceEvent => ({ ...change, noticeAt: change.at, by: 'user' }))
  const scripted = linesFor(account, instance.id).filter((line) => line.at === 'launch')
  return [...changes, ...scripted.map((line) => toActorEvent(line, instance.launchedAt))]
}

/** The lines of the script for one instance. */
export function linesFor(account: Account, id: string): readonly InstanceLine[] {
  return account.script.filter((line): line is InstanceLine => 'instance' in line && line.instance === id)
}

/**
 * A line as an event. EC2 announces its own interruptions two minutes before, but never before `anchor`, the moment that the script counts
 * from.
 */
export function toActorEvent(line: InstanceLine, anchor: number): InstanceEvent {
  const at = anchor + line.afterSeconds * 1000
  const announced = line.by === 'no-capacity' || line.by === 'by-price'
  return { at, noticeAt: announced ? Math.max(Math.min(anchor, at), at - minutes(2)) : at, do: line.do, by: line.by }
}
