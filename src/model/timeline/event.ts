import type { Samples } from '../probes/samples.ts'
import type { CapacityEvent } from './capacity-event.ts'
import type { Planned } from './planned.ts'
import type { ExperimentSnapshot, TargetSnapshot } from './snapshot.ts'

export type Phase = 'setup' | 'dry-run' | 'experiment' | 'cleanup'

/** How the role came to be used. `given` = by `role-arn`, no IAM call made. */
export type RoleOrigin = 'given' | 'reused' | 'created' | 'mended'

/**
 * Why a watch ended.
 * - `landed`: nothing more can happen to any target. Whether the interruption reached each of them is judged afterwards.
 * - `signal-sent`: the experiment completed, and nothing more was to be waited for.
 * - `never-started`: the experiment ended before any action started.
 * - `action-failed`: the experiment completed without one of its actions, so a target of that action cannot land.
 * - `experiment-failed`: the experiment failed, or was stopped or cancelled, after an action had started.
 * - `timed-out`: the time-out came first.
 * - `unreadable`: AWS could not be read several times in a row.
 * - `early-stopped`: the experiment was stopped on purpose, and nothing more can happen to any target.
 * - `outage`: a probe was down longer than allowed, and `abort-on-outage` is set.
 * - `cancelled`: the job was cancelled.
 */
export type Ending =
  | 'landed'
  | 'signal-sent'
  | 'never-started'
  | 'action-failed'
  | 'experiment-failed'
  | 'timed-out'
  | 'unreadable'
  | 'early-stopped'
  | 'outage'
  | 'cancelled'

export type Resource = 'role' | 'template' | 'experiment'

/** Everything that the run sees or does. A new kind does not compile until `report/log.ts` has its sentence. */
export type Event =
  | { readonly kind: 'phase-begun'; readonly phase: Phase }
  | { readonly kind: 'phase-ended'; readonly phase: Phase; readonly ok: boolean; readonly tookMs: number }
  | { readonly kind: 'planned'; readonly plan: Planned }
  | { readonly kind: 'announced'; readonly plan: Planned }
  /** The calls of this run go to a simulated AWS, at these addresses. */
  | { readonly kind: 'rehearsal'; readonly at: string }
  | { readonly kind: 'caller'; readonly account: string; readonly arn: string; readonly source: string }
  | {
      readonly kind: 'selected'
      readonly ids: readonly string[]
      /** The text of the input: `COUNT(1)`. */
      readonly selection: string
      readonly candidates: number
      /** How many instances match, and why others are not candidates, in sentences. */
      readonly numbers: string
    }
  | {
      readonly kind: 'reselected'
      readonly ids: readonly string[]
      /** The former targets that are not targets any more, and those that replace them. */
      readonly gone: readonly string[]
      readonly added: readonly string[]
      readonly numbers: string
    }
  | { readonly kind: 'checked'; readonly targets: number }
  | { readonly kind: 'alarm'; readonly arn: string; readonly state: string }
  /** FIS runs as many experiments as it allows at once; the start is tried again after `pauseMs`, until `leftMs` are over. */
  | { readonly kind: 'queued'; readonly why: string; readonly pauseMs: number; readonly leftMs: number }
  /** In a dry run: what a run would do. */
  | { readonly kind: 'would'; readonly what: string }
  /** In a dry run: whether the caller would be allowed a call. `statement` is the one that grants it, as compact JSON. */
  | {
      readonly kind: 'permission'
      readonly action: string
      readonly resource: string
      readonly answer: 'allowed' | 'denied' | 'unknown'
      readonly statement: string
    }
  | { readonly kind: 'warned'; readonly what: string }
  | { readonly kind: 'role'; readonly origin: RoleOrigin; readonly name: string; readonly arn: string }
  | { readonly kind: 'template'; readonly id: string }
  | { readonly kind: 'starting'; readonly templateId: string; readonly attempt: number }
  | { readonly kind: 'started'; readonly snapshot: ExperimentSnapshot }
  | { readonly kind: 'unanswered'; readonly templateId: string }
  | { readonly kind: 'repeated'; readonly reason: string; readonly pauseMs: number }
  | {
      readonly kind: 'experiment'
      readonly poll: number
      readonly snapshot: ExperimentSnapshot
      readonly sinceMs: number
      readonly more: boolean
    }
  | { readonly kind: 'target'; readonly snapshot: TargetSnapshot }
  | { readonly kind: 'waiting'; readonly ended: number; readonly of: number; readonly sinceMs: number; readonly dueInMs: number }
  | { readonly kind: 'unread'; readonly source: 'fis' | 'ec2'; readonly why: string; readonly inARow: number }
  | { readonly kind: 'cancelled'; readonly by: string }
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'baseline'; readonly ok: boolean; readonly why: string }
  | {
      readonly kind: 'probe'
      readonly name: string
      /** The number of this change among the changes of the probe between healthy and failed, from 1. */
      readonly nth: number
      readonly healthy: boolean
      readonly sentAt: Date
      readonly sentMs: number
      readonly why: string
    }
  | { readonly kind: 'breach'; readonly name: string; readonly downMs: number; readonly allowedMs: number }
  | { readonly kind: 'observing'; readonly forMs: number }
  /** The probes (`names`) and the capacities that the run still waits for. */
  | { readonly kind: 'recovering'; readonly names: readonly string[]; readonly capacities?: readonly string[]; readonly forMs: number }
  | { readonly kind: 'probed'; readonly allSamples: readonly Samples[]; readonly untilMs: number; readonly whole: boolean }
  | { readonly kind: 'stopping'; readonly id: string }
  | { readonly kind: 'recalled'; readonly id: string }
  | { readonly kind: 'removed'; readonly resource: Resource; readonly id: string; readonly how: 'deleted' | 'stopped' | 'ended' | 'gone' }
  | { readonly kind: 'kept'; readonly resource: Resource; readonly id: string }
  | { readonly kind: 'left'; readonly resource: Resource; readonly id: string; readonly why: string; readonly commands: readonly string[] }
  | { readonly kind: 'swept'; readonly resource: Resource; readonly id: string; readonly run: string; readonly because: 'run' | 'expired' }
  | { readonly kind: 'unswept'; readonly why: string }
  | { readonly kind: 'found'; readonly resource: Resource; readonly id: string; readonly run: string; readonly because: 'run' | 'expired' }
  | { readonly kind: 'spared'; readonly resource: Resource; readonly id: string; readonly run: string }
  /** The comment on the pull request, and its address. */
  | { readonly kind: 'commented'; readonly how: 'written' | 'updated'; readonly url: string }
  | { readonly kind: 'passed'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }
  | CapacityEvent

export type EventKind = Event['kind']

/**
 * An event, and when it was seen, by three clocks: the runner's wall clock (`seenAt`, shown in the log), AWS's (`awsAt`, compared with the
 * times that AWS gives), and our monotonic one (`atMs`, for durations and deadlines).
 */
export type Stamped = Event & { readonly seenAt: Date; readonly awsAt: Date; readonly atMs: number }

export type Timeline = readonly Stamped[]

/** The stamped event of one kind. */
export type EventOf<K extends EventKind> = Extract<Stamped, { kind: K }>

/** Every event of a kind, in order. */
export function all<K extends EventKind>(timeline: Timeline, kind: K): readonly EventOf<K>[] {
  return timeline.filter((event): event is EventOf<K> => event.kind === kind)
}

/** The latest event of a kind; undefined when there is none. */
export function last<K extends EventKind>(timeline: Timeline, kind: K): EventOf<K> | undefined {
  return timeline.findLast((event): event is EventOf<K> => event.kind === kind)
}

/** The events of the last attempt to start. Earlier events concern another experiment. */
export function lastAttempt(timeline: Timeline): Timeline {
  const at = timeline.findLastIndex((event) => event.kind === 'starting')
  return at < 0 ? [] : timeline.slice(at)
}

/** The timeline up to the end of the last watch, or all of it while that watch goes on. */
export function untilEnd(timeline: Timeline): Timeline {
  const at = timeline.findLastIndex(({ kind }) => kind === 'ended' || kind === 'starting')
  return timeline[at]?.kind === 'ended' ? timeline.slice(0, at + 1) : timeline
}
