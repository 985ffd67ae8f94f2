import { last, type Timeline } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { type Due, readDue, readExperiment, readStart, type Start } from '../timeline/schedule.ts'
import type { ExperimentSnapshot } from '../timeline/snapshot.ts'
import { type TargetOutcome, toOutcomes } from './outcome.ts'

/** The facts that a timeline shows, before anything is judged. Every judgement starts from this one record. */
export type Observed = {
  readonly timeline: Timeline
  /** Undefined if the run ended before its inputs were checked. */
  readonly plan: Planned | undefined
  /** The latest snapshot of the experiment of the last attempt; undefined if none was started. */
  readonly experiment: ExperimentSnapshot | undefined
  readonly start: Start | undefined
  /** Undefined before the start, and in a mode that interrupts nothing. */
  readonly due: Due | undefined
  /** One for each target, in the order of the plan. */
  readonly outcomes: readonly TargetOutcome[]
}

/** Reads the timeline once, for all judgements. By default `plan` is the last plan on the timeline. */
export function toObserved(timeline: Timeline, plan: Planned | undefined = last(timeline, 'planned')?.plan): Observed {
  const start = readStart(timeline)
  return {
    timeline,
    plan,
    experiment: readExperiment(timeline),
    start,
    due: plan === undefined ? undefined : readDue(plan, start),
    outcomes: plan === undefined ? [] : toOutcomes(timeline, plan),
  }
}
