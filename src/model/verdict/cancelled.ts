import { toWords } from '../duration.ts'
import { joinSentences } from '../errors.ts'
import { last, lastAttempt, type Timeline } from '../timeline/event.ts'
import { readExperiment, readRequestedMs } from '../timeline/schedule.ts'
import { isTerminal } from '../timeline/snapshot.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'
import { fail, type StepResult } from './result.ts'

const MAY_COME = 'AWS does not promise that stopping recalls an interruption: look at the instances.'

/**
 * The result of a cancelled run: whether the notice may have been sent already, and what EC2 showed last. It is made before clean-up, so it
 * promises nothing about that.
 */
export function judgeCancelled(observed: Observed): StepResult {
  const { timeline, plan, experiment } = observed
  if (plan === undefined || !isStartOpen(timeline))
    return fail(
      'Cancelled before an experiment was started: nothing was interrupted.',
      'Everything that was created until then is removed.',
    )
  if (experiment === undefined) {
    return fail(
      `Cancelled while StartExperiment was under way: whether an experiment runs is not known. ${describeTargets(observed)}`,
      `Clean-up deletes its template first, then looks for the experiment and stops it; the post step does so again. ${MAY_COME}`,
    )
  }
  const nowMs = readCancelledMs(timeline)
  const after = toWords(nowMs - readRequestedMs(timeline))
  return fail(
    joinSentences(
      `Cancelled ${after} after the start: experiment ${experiment.id} was ${experiment.status} when last seen`,
      describeNotice(observed, nowMs),
      describeTargets(observed),
    ),
    isTerminal(experiment.status) ? MAY_COME : `StopExperiment is sent first. ${MAY_COME}`,
  )
}

/** The run had already passed when it was cancelled: the step fails, and quotes the verdict. */
export function toLate({ text }: StepResult): StepResult {
  return fail(`Cancelled after the verdict, which was: ${text}`, 'The post step finishes the clean-up.')
}

/** Whether an experiment was started, or may have been. It was not if AWS refused the start, or if the start was never sent. */
export function isStartOpen(timeline: Timeline): boolean {
  return readExperiment(timeline) !== undefined || last(lastAttempt(timeline), 'unanswered') !== undefined
}

/** The moment of the cancel, in monotonic milliseconds. */
function readCancelledMs(timeline: Timeline): number {
  return last(timeline, 'cancelled')?.atMs ?? timeline.at(-1)?.atMs ?? 0
}

function describeNotice({ start, due }: Observed, nowMs: number): string {
  if (start === undefined) return 'No action had started when last seen; the notice has probably not been sent'
  if (due === undefined) return 'The rebalance recommendation has been sent already'
  const interruption =
    due.interruptionMs > nowMs
      ? `the interruption was due in ${toWords(due.interruptionMs - nowMs)}`
      : `the interruption was due ${toWords(nowMs - due.interruptionMs)} ago`
  return due.noticeMs > nowMs
    ? `The notice was due in ${toWords(due.noticeMs - nowMs)} and may still come; ${interruption}`
    : `The notice has most likely been sent; ${interruption}`
}

/** What EC2 showed last: a single target with its name, several by their number. */
function describeTargets({ outcomes }: Observed): string {
  const [first] = outcomes
  if (outcomes.length === 1 && first !== undefined) return `EC2 last showed ${first.id} ${first.state || 'in no state'}.`
  const counts = new Map<string, number>()
  for (const { state } of outcomes) counts.set(word(state), (counts.get(word(state)) ?? 0) + 1)
  return `EC2 last showed ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}.`
}

function word(state: TargetOutcome['state']): string {
  return state === '' ? 'in no state' : state
}
