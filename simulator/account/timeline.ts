import { minutes } from '../clock.ts'
import type { Experiment, Instance, Model } from './account.ts'
import { type Run, runOf, type Strike } from './experiment.ts'
import type { Happening } from './instance.ts'

/** A signal as the instance's metadata service shows it. */
export type Signal = {
  readonly rebalanceAt: number
  readonly noticeAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly action: 'terminate' | 'stop' | 'hibernate'
}

export type Story = {
  readonly runs: ReadonlyMap<string, Run>
  readonly happenings: (id: string) => readonly Happening[]
  readonly signals: (id: string) => readonly Signal[]
}

type Draft = { runs: Map<string, Run>; happenings: Map<string, Happening[]>; signals: Map<string, Signal[]> }

const told = new WeakMap<Model, Story>()

/**
 * What happens to every instance and experiment, past and to come, if nothing more is asked. Experiments are told in the order
 * of their t0, for a later one sees the instances as the earlier ones left them.
 */
export function tell(model: Model): Story {
  const known = told.get(model)
  if (known) return known
  const draft: Draft = { runs: new Map(), happenings: new Map(), signals: new Map() }
  for (const instance of model.instances.values()) draft.happenings.set(instance.id, ownHappenings(model, instance))
  const inOrder = [...model.experiments.values()].sort((a, b) => a.actsAt - b.actsAt)
  for (const experiment of inOrder) tellExperiment(model, draft, experiment)
  const story: Story = {
    runs: draft.runs,
    happenings: (id) => draft.happenings.get(id) ?? [],
    signals: (id) => draft.signals.get(id) ?? [],
  }
  told.set(model, story)
  return story
}

function tellExperiment(model: Model, draft: Draft, experiment: Experiment): void {
  const run = runOf(model, experiment, (id) => draft.happenings.get(id) ?? [])
  draft.runs.set(experiment.id, run)
  for (const strike of run.strikes) {
    const instance = model.instances.get(strike.instanceId)
    if (instance) tellStrike(model, draft, instance, strike)
  }
}

function tellStrike(model: Model, draft: Draft, instance: Instance, strike: Strike): void {
  const first = !draft.signals.has(instance.id)
  const action = instance.behaviour
  const coming = strike.endsAt === undefined ? undefined : { noticeAt: strike.noticeAt ?? strike.endsAt, at: strike.endsAt }
  const recalled = strike.recalledAt !== undefined && coming !== undefined && strike.recalledAt < coming.at
  const happening: Happening[] = coming && !recalled ? [{ ...coming, do: action, by: 'experiment' }] : []
  const scripted = first ? actors(model, instance, strike) : []
  append(draft.happenings, instance.id, [...happening, ...scripted])
  append(draft.signals, instance.id, [
    recalled
      ? { rebalanceAt: strike.startedAt, action }
      : { rebalanceAt: strike.startedAt, noticeAt: coming?.noticeAt, endsAt: coming?.at, action },
  ])
}

function append<T>(book: Map<string, T[]>, key: string, more: readonly T[]): void {
  book.set(key, [...(book.get(key) ?? []), ...more])
}

/** What befalls an instance without any experiment. */
function ownHappenings(model: Model, instance: Instance): Happening[] {
  const orders = instance.orders.map((order): Happening => ({ ...order, noticeAt: order.at, by: 'user' }))
  const scripted = model.script
    .filter((line) => line.instance === instance.id && line.at === 'launch')
    .map((line) => actorHappening(line, instance.launchedAt))
  return [...orders, ...scripted]
}

function actors(model: Model, instance: Instance, strike: Strike): Happening[] {
  const anchors = { launch: undefined, start: strike.startedAt, notice: strike.noticeAt, interruption: strike.endsAt }
  return model.script.flatMap((line) => {
    const anchor = line.instance === instance.id ? anchors[line.at] : undefined
    return anchor === undefined ? [] : [actorHappening(line, anchor)]
  })
}

/** EC2's own interruptions are announced two minutes ahead, but never before the moment the script counts from. */
function actorHappening(line: Model['script'][number], anchor: number): Happening {
  const at = anchor + line.afterSeconds * 1000
  const announced = line.by === 'no-capacity' || line.by === 'by-price'
  return { at, noticeAt: announced ? Math.max(Math.min(anchor, at), at - minutes(2)) : at, do: line.do, by: line.by }
}
