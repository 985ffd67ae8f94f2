import type { Ledger } from '../model/cleanup/ledger.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { Plan } from '../model/plan/plan.ts'
import type { Ending, Timeline } from '../model/timeline/event.ts'
import { nextLookAt } from '../model/timeline/polling.ts'
import { isOver, readAskedMs, readDue, readStart } from '../model/timeline/schedule.ts'
import { findEnding, readDeadline } from '../model/verdict/ending.ts'
import { findTargets } from '../model/verdict/outcome.ts'
import type { World } from '../world.ts'
import { lookAtExperiment, lookAtTargets } from './poll.ts'
import { removeTemplate } from './undo.ts'

type Ports = Pick<World, 'fis' | 'ec2' | 'clock' | 'log' | 'cancel'>
type Source = 'fis' | 'ec2'

const QUIET_MS = 25_000

/**
 * Looks at FIS and EC2, each at its own pace, until the Timeline shows an ending. It decides nothing itself: `findEnding` does. The
 * template goes as soon as an action has started, for a running experiment has a copy of it. `breach` wakes it early.
 */
export async function watch(world: Ports, plan: Plan, made: { ledger: Ledger; templateId: string; breach?: AbortSignal }): Promise<Ending> {
  const timeline = () => world.log.timeline()
  const startMs = readAskedMs(timeline())
  const looked: Record<Source, number> = { fis: startMs, ec2: startMs }
  const failed: Record<Source, number> = { fis: 0, ec2: 0 }
  const halt = made.breach === undefined ? world.cancel : AbortSignal.any([world.cancel, made.breach])
  let removal: Promise<unknown> | undefined
  while (!world.cancel.aborted) {
    const due = findDue(world, plan, looked)
    for (const source of due) looked[source] = world.clock.monotonicMs()
    await Promise.all(due.map((source) => look(world, plan, { source, failed, made })))
    if (readStart(timeline()) !== undefined) removal ??= removeTemplate(world, made.ledger, made.templateId)
    const ending = findEnding(timeline(), plan, world.clock.monotonicMs())
    if (ending !== undefined) {
      await removal
      return tellEnded(world, ending)
    }
    tellWaiting(world, plan)
    await world.clock.sleep(Math.max(0, findWake(world, plan, looked) - world.clock.monotonicMs()), halt)
  }
  // The removal of the template is not waited for: the experiment has to be stopped before anything else.
  return tellEnded(world, 'cancelled')
}

function tellEnded(world: Ports, ending: Ending): Ending {
  world.log.tell({ kind: 'ended', ending })
  return ending
}

type Looked = Readonly<Record<Source, number>>

/** Which sources it is time to look at; at the deadline EC2 in any case, for its last word decides. */
function findDue(world: Ports, plan: Plan, looked: Looked): readonly Source[] {
  const timeline = world.log.timeline()
  const nowMs = world.clock.monotonicMs()
  const late = nowMs >= readDeadline(timeline, plan)
  return (['fis', 'ec2'] as const).filter(
    (source) => (late && source === 'ec2') || nowMs >= nextAt(source, timeline, { plan, lastMs: looked[source] }),
  )
}

function findWake(world: Ports, plan: Plan, looked: Looked): number {
  const timeline = world.log.timeline()
  const next = (['fis', 'ec2'] as const).map((one) => nextAt(one, timeline, { plan, lastMs: looked[one] }))
  return Math.min(readDeadline(timeline, plan), ...next)
}

/** A sign of life when nothing else has been told for a while: FIS is done, and EC2 shows no change. */
function tellWaiting(world: Ports, plan: Plan): void {
  const timeline = world.log.timeline()
  const due = readDue(plan, readStart(timeline))
  const nowMs = world.clock.monotonicMs()
  if (due === undefined || nowMs - (timeline.at(-1)?.atMs ?? nowMs) < QUIET_MS) return
  const ended = findTargets(timeline, plan).filter(({ endedMs }) => endedMs !== undefined).length
  const sinceMs = nowMs - readAskedMs(timeline)
  world.log.tell({ kind: 'waiting', ended, of: plan.instanceIds.length, sinceMs, dueInMs: due.interruptionMs - nowMs })
}

/** When a source is to be looked at next; never again once FIS is done. */
function nextAt(source: Source, timeline: Timeline, { plan, lastMs }: { plan: Plan; lastMs: number }): number {
  if (source === 'fis' && isOver(timeline)) return Number.POSITIVE_INFINITY
  const due = readDue(plan, readStart(timeline))
  const expected = due === undefined ? [] : [due.noticeMs, due.interruptionMs]
  const startMs = readAskedMs(timeline)
  return nextLookAt(lastMs, source === 'fis' ? [startMs, ...expected] : expected, plan.pollIntervalMs)
}

/** A look that fails is an event; how many in a row end the watch is for `findEnding` to say. */
async function look(
  world: Ports,
  plan: Plan,
  { source, failed, made }: { source: Source; failed: Record<Source, number>; made: { ledger: Ledger } },
): Promise<void> {
  try {
    await (source === 'fis' ? lookAtExperiment(world, plan, made.ledger) : lookAtTargets(world, plan))
    if (failed[source] > 0) world.log.tell({ kind: 'unread', source, why: '', inARow: 0 })
    failed[source] = 0
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) return
    failed[source] += 1
    world.log.tell({ kind: 'unread', source, why: explain(toActionError(thrown)), inARow: failed[source] })
  }
}
