import { toBatches } from '../plan/template.ts'
import { last, lastAttempt, type Of, type Planned, type Timeline } from '../timeline/event.ts'
import { readDue, readExperiment, readStart, type Start } from '../timeline/schedule.ts'
import type { ExperimentSnapshot } from '../timeline/snapshot.ts'

/** What became of one target; the contract's five words. */
export type Outcome = 'interrupted' | 'drained' | 'ended-early' | 'running' | 'unknown'

/** The conclusion on one target. `leftMs` and `endedMs` are monotonic; the Dates are when we saw it, by our clock. */
export type TargetOutcome = {
  readonly id: string
  readonly outcome: Outcome
  readonly evidence: string
  /** Counts as the fault having reached its target. */
  readonly landed: boolean
  readonly state: string
  readonly behaviour: string
  readonly leftAt?: Date
  readonly leftMs?: number
  readonly endedAt?: Date
  readonly endedMs?: number
  /** Ended, and it is known by whom: no further look can tell more. */
  readonly settled: boolean
}

/** An end without a known cause this near before the interruption was due may be the interruption. */
const ABOUT_MS = 30_000
/** AWS's times come in whole seconds in places. */
const ROUNDING_MS = 1000

/** One finding per target, in the order of the plan. */
export function toOutcomes(timeline: Timeline, plan: Planned): readonly TargetOutcome[] {
  const start = readStart(timeline)
  const failed = failedTargets(plan, readExperiment(timeline))
  const cut = isCut(timeline)
  return plan.instanceIds.map((id) => {
    const polls = timeline.filter((event): event is TargetEvent => event.kind === 'target' && event.snapshot.id === id)
    return findTarget(id, polls, { start, plan, actionFailed: failed.has(id), cut })
  })
}

/** What is worth a warning though it counts as landed: an end at about the right time that nobody is named for. */
export function toOutcomeWarnings(outcomes: readonly TargetOutcome[]): readonly string[] {
  const doubtful = outcomes.filter(({ outcome, endedAt }) => outcome === 'unknown' && endedAt !== undefined)
  return doubtful.map(
    ({ id }) => `${id} ended at about the time of the interruption, but EC2 names no cause: it may have been something else.`,
  )
}

/** `true` when the fault reached every target, `false` when it certainly missed one, or was never sent. */
export function judgeInterrupted(outcomes: readonly TargetOutcome[], started: boolean): 'true' | 'false' | 'unknown' {
  if (!started) return 'false'
  if (outcomes.every(({ outcome }) => outcome === 'interrupted' || outcome === 'drained')) return 'true'
  return outcomes.some(({ outcome }) => outcome === 'running' || outcome === 'ended-early') ? 'false' : 'unknown'
}

/** `cut`: nobody watched to the end, though the interruption may be on its way. */
type OutcomeContext = { readonly start: Start | undefined; readonly plan: Planned; readonly actionFailed: boolean; readonly cut: boolean }
type TargetEvent = Of<'target'>
type End = { readonly left: TargetEvent; readonly ended: TargetEvent }
type Cause = { readonly by: 'experiment' | 'other'; readonly text: string }

function findTarget(id: string, polls: readonly TargetEvent[], context: OutcomeContext): TargetOutcome {
  const behaviour = polls.findLast(({ snapshot }) => snapshot.spot !== undefined)?.snapshot.spot?.behaviour ?? ''
  const base = { id, behaviour, state: readState(polls.at(-1)) }
  const end = findEnd(polls, context)
  if (end === undefined) return { ...base, ...findUnended(polls, context.cut) }
  const cause = findCause(polls, context.start)
  const outcome = nameOutcome(end, cause, context)
  return {
    ...base,
    outcome,
    evidence: cause?.text ?? 'EC2 tells no cause',
    landed: outcome !== 'ended-early' && !(outcome === 'unknown' && context.actionFailed),
    settled: cause !== undefined,
    leftAt: end.left.seenAt,
    leftMs: end.left.atMs,
    endedAt: end.ended.seenAt,
    endedMs: end.ended.atMs,
  }
}

function findUnended(polls: readonly TargetEvent[], cut: boolean): Pick<TargetOutcome, 'outcome' | 'evidence' | 'landed' | 'settled'> {
  const shown = polls.some(({ snapshot }) => snapshot.instance !== undefined)
  if (!shown) return { outcome: 'unknown', evidence: 'EC2 did not show it', landed: false, settled: false }
  if (!cut) return { outcome: 'running', evidence: '', landed: false, settled: false }
  return {
    outcome: 'unknown',
    evidence: `EC2 showed it ${readState(polls.at(-1))} when the watch was cut short`,
    landed: false,
    settled: false,
  }
}

/** The run was cancelled after a start, or never learned whether a start came to anything. */
function isCut(timeline: Timeline): boolean {
  const attempt = lastAttempt(timeline)
  const started = last(attempt, 'started') !== undefined
  const unanswered = last(attempt, 'unanswered') !== undefined
  return (started && last(attempt, 'ended')?.ending === 'cancelled') || (unanswered && !started)
}

function readState(poll: TargetEvent | undefined): string {
  return poll === undefined ? '' : (poll.snapshot.instance?.state ?? 'absent')
}

function nameOutcome({ left }: End, cause: Cause | undefined, { start, plan, actionFailed }: OutcomeContext): Outcome {
  const saidAt = readTransition(left.snapshot.instance?.transition ?? '')
  if (start === undefined || left.atMs < start.ms || (saidAt !== undefined && saidAt < start.at.getTime() - ROUNDING_MS))
    return 'ended-early'
  if (cause?.by === 'experiment') return 'interrupted'
  if (actionFailed) return 'unknown'
  const due = readDue(plan, start)
  return cause !== undefined || due === undefined || left.atMs < due.interruptionMs - ABOUT_MS ? 'drained' : 'unknown'
}

/**
 * The look that shows the target ended, and the first of those that show it on its way there without a break. Absence counts only
 * from the notice on, and only in two looks in a row: EC2 is eventually consistent.
 */
function findEnd(polls: readonly TargetEvent[], { start, plan }: OutcomeContext): End | undefined {
  const absentFromMs = readDue(plan, start)?.noticeMs ?? start?.ms ?? Number.POSITIVE_INFINITY
  const telling = polls.filter((poll) => poll.snapshot.instance !== undefined || poll.atMs >= absentFromMs)
  const at = telling.findIndex((poll, index) => isEnd(poll, telling[index - 1]))
  const ended = telling[at]
  if (ended === undefined) return undefined
  const path = telling.slice(0, at + 1)
  const left = path[path.findLastIndex(isUp) + 1] ?? ended
  return { left, ended }
}

function isUp(poll: TargetEvent): boolean {
  return poll.snapshot.instance?.state === 'running' || poll.snapshot.instance?.state === 'pending'
}

function isEnd(poll: TargetEvent, before: TargetEvent | undefined): boolean {
  const state = poll.snapshot.instance?.state
  if (state === undefined) return before !== undefined && before.snapshot.instance === undefined
  return state === 'terminated' || state === 'stopped'
}

/** The first evidence seen is kept: EC2 may tell another story later, when a persistent request is filled again. */
function findCause(polls: readonly TargetEvent[], start: Start | undefined): Cause | undefined {
  for (const { snapshot } of polls) {
    const cause = readSpotCause(snapshot.spot, start) ?? readInstanceCause(snapshot.instance)
    if (cause !== undefined) return cause
  }
  return undefined
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
function readSpotCause(spot: TargetEvent['snapshot']['spot'], start: Start | undefined): Cause | undefined {
  if (spot === undefined || !/^(instance-(terminated|stopped)|marked-for)-/.test(spot.code)) return undefined
  const text = `Spot request ${spot.code}`
  if (!spot.code.endsWith('-by-experiment')) return { by: 'other', text }
  const fresh = start !== undefined && spot.updatedAt !== undefined && spot.updatedAt.getTime() >= start.at.getTime() - ROUNDING_MS
  return fresh ? { by: 'experiment', text } : undefined
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-interrupted-Spot-Instance.html */
function readInstanceCause(instance: TargetEvent['snapshot']['instance']): Cause | undefined {
  if (instance === undefined || instance.reasonCode === '' || instance.state === 'running' || instance.state === 'pending') return undefined
  return { by: instance.reasonCode.startsWith('Server.SpotInstance') ? 'experiment' : 'other', text: `StateReason ${instance.reasonCode}` }
}

/** When EC2 says that the state changed, in milliseconds since 1970. */
export function readTransition(text: string): number | undefined {
  const found = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(text)
  return found === null ? undefined : Date.parse(`${found[1]}T${found[2]}Z`)
}

function failedTargets(plan: Planned, snapshot: ExperimentSnapshot | undefined): ReadonlySet<string> {
  const failed = new Set(snapshot?.actions.filter(({ status }) => status === 'failed').map(({ name }) => name))
  return new Set(toBatches(plan.instanceIds).flatMap(({ action, ids }) => (failed.has(action) ? ids : [])))
}
