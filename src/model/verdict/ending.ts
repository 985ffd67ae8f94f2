import { toBatches } from '../plan/template.ts'
import { all, type Ending, type Timeline } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { readExperiment, readStart } from '../timeline/schedule.ts'
import { type ActionSnapshot, type ExperimentSnapshot, isTerminal, isUnsent } from '../timeline/snapshot.ts'
import { readDeadline } from '../timeline/timeout.ts'
import { type TargetOutcome, toOutcomes } from './outcome.ts'

/** Once all targets are settled, the experiment gets this long to end by itself, so that its last state does not come from a stop. */
export const FIS_GRACE_MS = 30_000
/** Give up after this many failed reads in a row. Each read has its own retries. */
const LOST_AFTER = 5

/** What the watch knows at one moment. The rows below use it. */
type Facts = {
  /** Failed reads of FIS or of EC2 in a row, the higher of the two. */
  readonly unread: number
  /** A probe was down for longer than `max-outage`, and `abort-on-outage` is set. */
  readonly outage: boolean
  /**
   * The experiment in FIS: not shown yet, still able to act, `completed`, or ended as `failed`, `stopped` or `cancelled`. `stopped-early`: the
   * run itself stopped it as soon as it had started (`rebalance-fallback: early-stop`), and it is over.
   */
  readonly fis: 'silent' | 'active' | 'completed' | 'ended' | 'stopped-early'
  readonly started: boolean
  /** Whether the run waits until the targets have left, and not only until FIS is done. */
  readonly awaitsLanding: boolean
  readonly rebalances: boolean
  /** An action did not complete, and one of its targets cannot land any more. */
  readonly actionLost: boolean
  readonly allLeft: boolean
  /** Nothing more can happen to any target. */
  readonly allSettled: boolean
  readonly allLanded: boolean
  /** The last target settled at least 30 s ago. */
  readonly graceOver: boolean
  /** The time-out has come. */
  readonly late: boolean
  /** The last state of the experiment is terminal and not `completed`. */
  readonly unfinished: boolean
}

type Row = { readonly ending: Ending; readonly when: (facts: Facts) => boolean }

/**
 * The ending for the facts: the first row that fits. If none fits, the watch goes on. `completed` only means that the signal was sent, not
 * that the instance is gone: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
const ROWS: readonly Row[] = [
  { ending: 'unreadable', when: ({ unread }) => unread >= LOST_AFTER },
  { ending: 'outage', when: ({ outage }) => outage },
  { ending: 'early-stopped', when: ({ fis, allSettled }) => fis === 'stopped-early' && allSettled },
  { ending: 'signal-sent', when: ({ fis, awaitsLanding }) => fis === 'completed' && !awaitsLanding },
  { ending: 'action-failed', when: ({ fis, actionLost }) => fis === 'completed' && actionLost },
  // The watch waits up to the time-out for a target that still runs after its signal, because its interruption may come late.
  { ending: 'landed', when: ({ fis, allLeft, allSettled }) => fis === 'completed' && allLeft && allSettled },
  { ending: 'landed', when: ({ fis, awaitsLanding, allLeft, graceOver }) => fis === 'active' && awaitsLanding && allLeft && graceOver },
  { ending: 'never-started', when: ({ fis, started }) => fis === 'ended' && !started },
  // The targets of such an experiment may still be interrupted, so the watch goes on until that is settled.
  { ending: 'experiment-failed', when: ({ fis, rebalances, allSettled }) => fis === 'ended' && (rebalances || allSettled) },
  { ending: 'experiment-failed', when: ({ late, unfinished }) => late && unfinished },
  { ending: 'landed', when: ({ late, awaitsLanding, allLanded }) => late && awaitsLanding && allLanded },
  { ending: 'timed-out', when: ({ late }) => late },
]

/** Whether the watch is over at `nowMs`, and why. Undefined: poll again. */
export function findEnding(timeline: Timeline, plan: Planned, nowMs: number): Ending | undefined {
  const facts = toFacts(timeline, plan, nowMs)
  return ROWS.find(({ when }) => when(facts))?.ending
}

/** When the last target settled, in monotonic milliseconds; undefined while one has not. */
export function readSettledMs(outcomes: readonly TargetOutcome[]): number | undefined {
  return outcomes.every(({ settled }) => settled) ? Math.max(...outcomes.map(({ settledMs }) => settledMs ?? 0)) : undefined
}

/** The actions that did not complete and have a target which cannot land any more. */
export function findLostActions(
  plan: Planned,
  experiment: ExperimentSnapshot,
  outcomes: readonly TargetOutcome[],
): readonly ActionSnapshot[] {
  const lost = new Set(outcomes.filter(isLost).map(({ id }) => id))
  const names = toBatches(plan.instanceIds).flatMap(({ action, ids }) => (ids.some((id) => lost.has(id)) ? [action] : []))
  return experiment.actions.filter((action) => names.includes(action.name) && isUnsent(action))
}

function toFacts(timeline: Timeline, plan: Planned, nowMs: number): Facts {
  const outcomes = toOutcomes(timeline, plan, nowMs)
  const experiment = readExperiment(timeline)
  const status = experiment?.status ?? ''
  const started = readStart(timeline) !== undefined
  const settledMs = readSettledMs(outcomes)
  return {
    unread: Math.max(countUnread(timeline, 'fis'), countUnread(timeline, 'ec2')),
    outage: all(timeline, 'breach').length > 0,
    fis: toFisState(experiment, plan.earlyStop === true && started),
    started,
    awaitsLanding: plan.mode === 'interruption' && plan.waitFor === 'interruption',
    rebalances: plan.mode === 'rebalance',
    actionLost: experiment !== undefined && findLostActions(plan, experiment, outcomes).length > 0,
    allLeft: outcomes.every(({ leftMs }) => leftMs !== undefined),
    allSettled: outcomes.every(({ settled }) => settled),
    allLanded: outcomes.every(({ landed }) => landed),
    graceOver: settledMs !== undefined && nowMs >= settledMs + FIS_GRACE_MS,
    late: nowMs >= readDeadline(timeline, plan),
    unfinished: isTerminal(status) && status !== 'completed',
  }
}

function toFisState(experiment: ExperimentSnapshot | undefined, stopsEarly: boolean): Facts['fis'] {
  if (experiment === undefined) return 'silent'
  if (!isTerminal(experiment.status)) return 'active'
  if (stopsEarly) return 'stopped-early'
  return experiment.status === 'completed' ? 'completed' : 'ended'
}

/** Whether a target has not landed and cannot land any more: it has not left although its action is over, or it left too early. */
function isLost({ landed, leftMs, settled }: TargetOutcome): boolean {
  return !landed && (leftMs === undefined || settled)
}

/** The number of failed reads of a source in a row. The first good read after them is recorded as a count of 0. */
function countUnread(timeline: Timeline, source: 'fis' | 'ec2'): number {
  const latest = timeline.findLast((event) => event.kind === 'unread' && event.source === source)
  return latest?.kind === 'unread' ? latest.inARow : 0
}
