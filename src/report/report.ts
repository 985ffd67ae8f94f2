import type { Samples } from '../model/probes/samples.ts'
import { all, type EventOf, last, type Timeline } from '../model/timeline/event.ts'
import type { ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import type { Conclusion } from '../model/verdict/conclusion.ts'

/** Everything that is shown of a run, as data. Outputs, summary, report file and JUnit render it. */
export type Report = Conclusion & {
  readonly account: string
  /** The calls of this run went to a simulated AWS. */
  readonly rehearsal: boolean
  readonly templateId: string
  readonly role: EventOf<'role'> | undefined
  readonly elapsedMs: number | undefined
  readonly allSamples: readonly Samples[]
  readonly removed: readonly EventOf<'removed'>[]
  readonly kept: readonly EventOf<'kept'>[]
  readonly left: readonly EventOf<'left'>[]
  readonly warnings: readonly string[]
  readonly timeline: Timeline
}

/** Combines the conclusion with everything else that the timeline shows, including later events of clean-up. */
export function toReport(timeline: Timeline, conclusion: Conclusion): Report {
  return {
    ...conclusion,
    account: last(timeline, 'caller')?.account ?? '',
    rehearsal: last(timeline, 'rehearsal') !== undefined,
    templateId: last(timeline, 'template')?.id ?? '',
    role: last(timeline, 'role'),
    elapsedMs: readElapsed(timeline, conclusion.experiment),
    allSamples: last(timeline, 'probed')?.allSamples ?? [],
    removed: all(timeline, 'removed'),
    kept: all(timeline, 'kept'),
    left: all(timeline, 'left'),
    warnings: all(timeline, 'warned').map(({ what }) => what),
    timeline,
  }
}

/** Converts a moment of the monotonic clock to AWS's clock, so that it fits the times of AWS even if the runner's clock is wrong. */
export function toWall({ start, timeline }: Pick<Report, 'start' | 'timeline'>, ms: number): Date {
  const anchor = start ?? (timeline[0] === undefined ? undefined : { at: timeline[0].awsAt, ms: timeline[0].atMs })
  return new Date((anchor?.at.getTime() ?? 0) + ms - (anchor?.ms ?? 0))
}

/** The time from the experiment's start to its end by AWS's clock; if AWS gives no times, up to the last poll by our clock. */
function readElapsed(timeline: Timeline, experiment: ExperimentSnapshot | undefined): number | undefined {
  if (experiment === undefined) return undefined
  if (experiment.startAt !== undefined && experiment.endAt !== undefined) return experiment.endAt.getTime() - experiment.startAt.getTime()
  const begun = last(timeline, 'starting')?.atMs ?? 0
  const seen = last(timeline, 'ended')?.atMs ?? last(timeline, 'experiment')?.atMs ?? begun
  return seen - begun
}
