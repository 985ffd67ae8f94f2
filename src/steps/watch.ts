import type { Ledger } from '../model/cleanup/ledger.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { Plan } from '../model/plan/plan.ts'
import { type Ending, last, lastAttempt, type Timeline } from '../model/timeline/event.ts'
import { nextPollAt } from '../model/timeline/polling.ts'
import { type Due, isOver, readDue, readExperiment, readRequestedMs, readStart, readStarts } from '../model/timeline/schedule.ts'
import type { ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import { readDeadline } from '../model/timeline/timeout.ts'
import { FIS_GRACE_MS, findEnding, readSettledMs } from '../model/verdict/ending.ts'
import { type TargetOutcome, toOutcomes } from '../model/verdict/outcome.ts'
import type { World } from '../world.ts'
import { pollExperiment, pollTargets } from './poll.ts'
import { removeTemplate } from './template-removal.ts'

type Ports = Pick<World, 'fis' | 'ec2' | 'clock' | 'log' | 'cancel'>
type Source = 'fis' | 'ec2'

/** After this long without an event, a progress line is recorded. */
const SILENT_MS = 25_000
/** Before the notice, EC2 is polled only every 1.25 times `poll-interval`, because FIS changes nothing yet and nothing reacts yet. */
const QUIET = 1.25

/**
 * Polls FIS and EC2, each at its own pace, until the Timeline shows an ending. It decides nothing itself: `findEnding` does. It deletes the
 * template as soon as an action has started, because the running experiment has its own copy. `breach` wakes the watch early.
 */
export async function watch(world: Ports, plan: Plan, made: { ledger: Ledger; templateId: string; breach?: AbortSignal }): Promise<Ending> {
  const timeline = () => world.log.timeline()
  const startMs = readRequestedMs(timeline())
  const polledMs: Record<Source, number> = { fis: startMs, ec2: startMs }
  const failed: Record<Source, number> = { fis: 0, ec2: 0 }
  const halt = made.breach === undefined ? world.cancel : AbortSignal.any([world.cancel, made.breach])
  let removal: Promise<unknown> | undefined
  while (!world.cancel.aborted) {
    const due = findDue(world, plan, polledMs)
    for (const source of due) polledMs[source] = world.clock.monotonicMs()
    await Promise.all(due.map((source) => pollSource(world, plan, { source, failed, made })))
    if (readStart(timeline()) !== undefined) removal ??= removeTemplate(world, made.ledger, made.templateId)
    if (plan.earlyStop) await stopEarly(world)
    const ending = findEnding(timeline(), plan, world.clock.monotonicMs())
    if (ending !== undefined) return await recordAfter(removal, world, ending)
    recordWaiting(world, plan)
    await world.clock.sleep(Math.max(0, findWake(world, plan, polledMs) - world.clock.monotonicMs()), halt)
  }
  // It does not wait for the removal of the template, because the experiment has to be stopped first.
  return recordEnded(world, 'cancelled')
}

/** Once every action has started, the experiment is stopped; a stop that fails is sent again after the next poll. */
async function stopEarly({ fis, log }: Ports): Promise<void> {
  const timeline = log.timeline()
  const experiment = readExperiment(timeline)
  const sent = last(lastAttempt(timeline), 'stopping') !== undefined
  if (experiment === undefined || isOver(timeline) || sent || !haveAllStarted(experiment)) return
  try {
    await fis.stopExperiment(experiment.id)
    log.record({ kind: 'stopping', id: experiment.id })
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) return
    log.record({ kind: 'warned', what: `Experiment ${experiment.id} could not be stopped: ${explain(toActionError(thrown))}` })
  }
}

/** Whether every action has started; false if FIS shows no action yet. */
function haveAllStarted({ actions }: ExperimentSnapshot): boolean {
  return actions.length > 0 && actions.every(({ startAt }) => startAt !== undefined)
}

async function recordAfter(removal: Promise<unknown> | undefined, world: Ports, ending: Ending): Promise<Ending> {
  // At the time-out it does not wait for this removal, which may hang: clean-up removes the template, too.
  if (ending !== 'timed-out') await removal
  return recordEnded(world, ending)
}

function recordEnded(world: Ports, ending: Ending): Ending {
  world.log.record({ kind: 'ended', ending })
  return ending
}

type LastPolls = Readonly<Record<Source, number>>

/** The sources that are due for a poll. At the deadline EC2 is always polled once more, because its last state decides. */
function findDue(world: Ports, plan: Plan, polledMs: LastPolls): readonly Source[] {
  const timeline = world.log.timeline()
  const nowMs = world.clock.monotonicMs()
  const late = nowMs >= readDeadline(timeline, plan)
  return (['fis', 'ec2'] as const).filter(
    (source) => (late && source === 'ec2') || nowMs >= nextAt(source, timeline, { plan, lastMs: polledMs[source] }),
  )
}

function findWake(world: Ports, plan: Plan, polledMs: LastPolls): number {
  const timeline = world.log.timeline()
  const next = (['fis', 'ec2'] as const).map((one) => nextAt(one, timeline, { plan, lastMs: polledMs[one] }))
  return Math.min(readDeadline(timeline, plan), ...next)
}

/** Records a progress line if nothing else was recorded for a while, because FIS is done and EC2 shows no change. */
function recordWaiting(world: Ports, plan: Plan): void {
  const timeline = world.log.timeline()
  const due = readDue(plan, readStart(timeline))
  const nowMs = world.clock.monotonicMs()
  if (due === undefined || nowMs - (timeline.at(-1)?.atMs ?? nowMs) < SILENT_MS) return
  const ended = toOutcomes(timeline, plan, nowMs).filter(({ leftMs }) => leftMs !== undefined).length
  const sinceMs = nowMs - readRequestedMs(timeline)
  world.log.record({ kind: 'waiting', ended, of: plan.instanceIds.length, sinceMs, dueInMs: due.interruptionMs - nowMs })
}

/** When to poll a source next; FIS is never polled again once it is done. */
function nextAt(source: Source, timeline: Timeline, { plan, lastMs }: { plan: Plan; lastMs: number }): number {
  if (source === 'fis') {
    return isOver(timeline) ? Number.POSITIVE_INFINITY : nextPollAt(lastMs, findExpectedOfFis(timeline, plan), plan.pollIntervalMs)
  }
  const gapMs = isQuiet(timeline, plan, lastMs) ? plan.pollIntervalMs * QUIET : plan.pollIntervalMs
  return nextPollAt(lastMs, findExpectedOfEc2(timeline, plan), gapMs)
}

/** Whether no change of a target is expected yet, because the notice of every started action is still to come. */
function isQuiet(timeline: Timeline, plan: Plan, nowMs: number): boolean {
  const due = readAllDue(timeline, plan)
  return plan.reactTo === 'notice' && due.length > 0 && due.every(({ noticeMs }) => nowMs < noticeMs)
}

function readAllDue(timeline: Timeline, plan: Plan): readonly Due[] {
  return readStarts(timeline).flatMap((start) => readDue(plan, start) ?? [])
}

/** When EC2 is expected to show a change: after a signal, and when an outcome settles. */
function findExpectedOfEc2(timeline: Timeline, plan: Plan): readonly number[] {
  const signals = readAllDue(timeline, plan).flatMap(({ noticeMs, interruptionMs }) => [noticeMs, interruptionMs])
  return [...signals, ...readOutcomes(timeline, plan).flatMap(({ settledMs }) => settledMs ?? [])]
}

/**
 * When FIS is expected to show a change. A run that waits for the interruption needs FIS only when the interruption is due. A run that
 * waits for the experiment also polls it after the start request and after the notice.
 */
function findExpectedOfFis(timeline: Timeline, plan: Plan): readonly number[] {
  const due = readAllDue(timeline, plan)
  const awaitsInstances = plan.waitFor === 'interruption' && plan.earlyStop !== true && due.length > 0
  const first = awaitsInstances ? [] : [readRequestedMs(timeline), ...due.map(({ noticeMs }) => noticeMs)]
  const settledMs = readSettledMs(readOutcomes(timeline, plan))
  return [...first, ...due.map(({ interruptionMs }) => interruptionMs), ...(settledMs === undefined ? [] : [settledMs + FIS_GRACE_MS])]
}

/** The outcomes as they would settle without a further change. */
function readOutcomes(timeline: Timeline, plan: Plan): readonly TargetOutcome[] {
  return toOutcomes(timeline, plan, Number.POSITIVE_INFINITY)
}

/** A poll that fails is an event; `findEnding` says how many in a row end the watch. */
async function pollSource(
  world: Ports,
  plan: Plan,
  { source, failed, made }: { source: Source; failed: Record<Source, number>; made: { ledger: Ledger } },
): Promise<void> {
  try {
    await (source === 'fis' ? pollExperiment(world, plan, made.ledger) : pollTargets(world, plan))
    if (failed[source] > 0) world.log.record({ kind: 'unread', source, why: '', inARow: 0 })
    failed[source] = 0
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) return
    failed[source] += 1
    world.log.record({ kind: 'unread', source, why: explain(toActionError(thrown)), inARow: failed[source] })
  }
}
