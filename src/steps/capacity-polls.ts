import { createMissingFinder, type MissingFinder } from '../model/capacity/metrics.ts'
import { createReadingRecorder, type ReadingRecorder } from '../model/capacity/readings.ts'
import type { Capacity } from '../model/capacity/source.ts'
import { type ActionError, explain, isActionError, isFault, toActionError } from '../model/errors.ts'
import type { CapacityFacts } from '../model/plan/capacity.ts'
import type { Plan } from '../model/plan/plan.ts'
import { last } from '../model/timeline/event.ts'
import type { Planned } from '../model/timeline/planned.ts'
import { readStart } from '../model/timeline/schedule.ts'
import { toOutcomes } from '../model/verdict/outcome.ts'
import { readLeftMs } from '../model/verdict/window.ts'
import type { World } from '../world.ts'
import type { BaselineReading } from './capacity-baseline-reading.ts'
import { type ChangeRecorder, createChangeRecorder } from './capacity-changes.ts'
import { nextCapacityPollAt } from './capacity-polling.ts'
import type { CapacityReader, Seen } from './capacity-reading.ts'

type Ports = Pick<World, 'clock' | 'log'>

/** The polls of all capacities of a run. They are sent together, so that each source needs as few calls as possible. */
export type CapacityPolls = {
  readonly run: () => Promise<void>
  /** Whether every poll that was sent until then has its answer. */
  readonly isSettled: (untilMs: number) => boolean
  /** The capacities that are not back at a moment. */
  readonly findMissing: (untilMs: number) => readonly string[]
  /** Ends the polls, and records nothing. */
  readonly drop: () => void
  /** Ends the polls, and records them all. */
  readonly end: (untilMs: number, whole: boolean) => void
}

type Given = { readonly baseline: BaselineReading; readonly plan: Plan; readonly signal: AbortSignal }

/** @param signal ends all polls at once when it aborts */
export function createCapacityPolls(world: Ports, reader: CapacityReader, { baseline, plan, signal }: Given): CapacityPolls {
  const { clock, log } = world
  const allPolled = baseline.facts.flatMap((one) => openPolled(world, one, one.readMs ?? baseline.sentMs))
  const capacities = allPolled.map(({ capacity }) => capacity)
  const stop = new AbortController()
  const ended = AbortSignal.any([stop.signal, signal])
  const readPlan = () => last(log.timeline(), 'planned')?.plan ?? plan
  let pendingMs: number | undefined
  const poll = async (sentMs: number) => {
    pendingMs = sentMs
    const { instanceIds } = readPlan()
    const seen = await reader.read(capacities, instanceIds)
    pendingMs = undefined
    if (ended.aborted) return
    for (const polled of allPolled) polled.add(sentMs, seen.get(polled.capacity.name), instanceIds)
  }
  return {
    run: async () => {
      while (!ended.aborted) {
        const sentMs = clock.monotonicMs()
        await poll(sentMs)
        await clock.sleep(Math.max(0, nextCapacityPollAt(log.timeline(), readPlan(), sentMs) - clock.monotonicMs()), ended)
      }
    },
    isSettled: (untilMs) => pendingMs === undefined || pendingMs > untilMs,
    findMissing: createFinder(world, allPolled, readPlan),
    drop: () => stop.abort(),
    end: (untilMs, whole) => {
      if (stop.signal.aborted) return
      stop.abort()
      log.record({ kind: 'capacity-read', allReadings: allPolled.map(({ recorder }) => recorder.readings()), untilMs, whole })
    },
  }
}

/** One capacity: its polls, and the recorder of its changes. */
type Polled = {
  readonly capacity: Capacity
  readonly recorder: ReadingRecorder
  readonly add: (sentMs: number, seen: Seen | ActionError | undefined, targets: readonly string[]) => void
}

function openPolled(world: Ports, { capacity, reading: baseline }: CapacityFacts, baselineMs: number): readonly Polled[] {
  if (baseline === undefined) return []
  const recorder = createReadingRecorder(capacity.name)
  recorder.add(baselineMs, baseline)
  const record: ChangeRecorder = createChangeRecorder(world, capacity, baseline)
  let failed = false
  const add: Polled['add'] = (sentMs, seen, targets) => {
    const reading = seen === undefined || isActionError(seen) ? undefined : seen.reading
    if (reading === undefined && !failed) warn(world, capacity, seen)
    failed = reading === undefined
    if (recorder.add(sentMs, reading) && reading !== undefined) record(sentMs, reading, targets)
  }
  return [{ capacity, recorder, add }]
}

/** Warns of the first of several failures in a row. */
function warn({ log }: Pick<World, 'log'>, { name, shown }: Capacity, thrown: unknown): void {
  if (isFault(thrown, 'cancelled')) return
  log.record({ kind: 'warned', what: `The capacity ${name} (${shown}) cannot be read: ${explain(toActionError(thrown))}` })
}

/** Makes `findMissing`. It is called often, and only a poll can change the result, so the result is kept. */
function createFinder({ log }: Pick<World, 'log'>, allPolled: readonly Polled[], readPlan: () => Planned): CapacityPolls['findMissing'] {
  let answer: { readonly polls: number; readonly names: readonly string[] } | undefined
  let ids: readonly string[] | undefined
  let finders: readonly (readonly [name: string, isMissing: MissingFinder])[] = []
  const find = (untilMs: number) => {
    const [timeline, plan] = [log.timeline(), readPlan()]
    const start = readStart(timeline)
    if (start === undefined) return []
    if (ids !== plan.instanceIds) {
      ids = plan.instanceIds
      const targets = new Set(ids)
      finders = allPolled.map(({ capacity, recorder }) => [capacity.name, createMissingFinder(recorder.readings(), targets)])
    }
    const window = { startMs: start.ms, leftMs: readLeftMs(plan, start, toOutcomes(timeline, plan)), untilMs, whole: false }
    return finders.flatMap(([name, isMissing]) => (isMissing(window) ? [name] : []))
  }
  return (untilMs) => {
    const polls = allPolled[0]?.recorder.readings().polls.length ?? 0
    if (answer?.polls !== polls) answer = { polls, names: find(untilMs) }
    return answer.names
  }
}
