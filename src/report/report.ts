import type { Samples } from '../model/probes/samples.ts'
import { all, last, type Of, type Planned, type Timeline } from '../model/timeline/event.ts'
import { readExperiment, readStart, type Start } from '../model/timeline/schedule.ts'
import type { ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import { isStartOpen } from '../model/verdict/cancelled.ts'
import { judgeInterrupted, type TargetOutcome, toOutcomes } from '../model/verdict/outcome.ts'
import type { StepResult } from '../model/verdict/result.ts'
import { judgeService, type Verdict } from '../model/verdict/service.ts'

/** How the run ended for the step: passed, or failed with what happened and what to do. */
export type Result = StepResult

/** Everything that is shown of a run, as data: outputs, summary and annotations are renderings of it. */
export type Report = {
  readonly result: Result
  readonly plan: Planned | undefined
  readonly account: string
  readonly experiment: ExperimentSnapshot | undefined
  readonly templateId: string
  readonly role: Of<'role'> | undefined
  readonly start: Start | undefined
  readonly outcomes: readonly TargetOutcome[]
  readonly interrupted: 'true' | 'false' | 'unknown'
  readonly elapsedMs: number | undefined
  readonly verdict: Verdict
  readonly allSamples: readonly Samples[]
  readonly removed: readonly Of<'removed'>[]
  readonly kept: readonly Of<'kept'>[]
  readonly left: readonly Of<'left'>[]
  readonly warnings: readonly string[]
  readonly timeline: Timeline
}

/** The report on what was seen, however far the run came. */
export function toReport(timeline: Timeline, result: Result): Report {
  const plan = last(timeline, 'planned')?.plan
  const experiment = readExperiment(timeline)
  const outcomes = plan === undefined ? [] : toOutcomes(timeline, plan)
  return {
    result,
    plan,
    account: last(timeline, 'caller')?.account ?? '',
    experiment,
    templateId: last(timeline, 'template')?.id ?? '',
    role: last(timeline, 'role'),
    start: readStart(timeline),
    outcomes,
    interrupted: judgeInterrupted(outcomes, isStartOpen(timeline)),
    elapsedMs: readElapsed(timeline, experiment),
    verdict: judgeService(timeline, plan),
    allSamples: last(timeline, 'probed')?.allSamples ?? [],
    removed: all(timeline, 'removed'),
    kept: all(timeline, 'kept'),
    left: all(timeline, 'left'),
    warnings: all(timeline, 'warned').map(({ what }) => what),
    timeline,
  }
}

/**
 * A moment of the monotonic clock in wall time: AWS's where t0 is known, so that it fits AWS's own times also when the runner's clock is
 * wrong; else ours.
 */
export function toWall({ start, timeline }: Pick<Report, 'start' | 'timeline'>, ms: number): Date {
  const anchor = start ?? (timeline[0] === undefined ? undefined : { at: timeline[0].seenAt, ms: timeline[0].atMs })
  return new Date((anchor?.at.getTime() ?? 0) + ms - (anchor?.ms ?? 0))
}

/** From the experiment's start to its end by AWS's clock; by ours, up to the last look, where AWS gives no times. */
function readElapsed(timeline: Timeline, experiment: ExperimentSnapshot | undefined): number | undefined {
  if (experiment === undefined) return undefined
  if (experiment.startAt !== undefined && experiment.endAt !== undefined) return experiment.endAt.getTime() - experiment.startAt.getTime()
  const begun = last(timeline, 'starting')?.atMs ?? 0
  const seen = last(timeline, 'ended')?.atMs ?? last(timeline, 'experiment')?.atMs ?? begun
  return seen - begun
}
