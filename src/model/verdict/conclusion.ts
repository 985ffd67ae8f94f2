import { type Fault, joinSentences } from '../errors.ts'
import { all, type Ending, type Timeline } from '../timeline/event.ts'
import { isStartOpen } from './cancelled.ts'
import { combine, judgeExperiment } from './experiment.ts'
import { type Observed, toObserved } from './observed.ts'
import { type Interrupted, judgeInterrupted } from './outcome.ts'
import { type Reaction, readReaction } from './reaction.ts'
import { fail, type StepResult } from './result.ts'
import { judgeService, NOT_JUDGED, type Verdict } from './service.ts'

/** How a run ended: the ending of its watch, the fault that ended it, or `dry-run`. */
export type End = Ending | Fault | 'dry-run'

/** Everything that is concluded from a run. Step result, outputs, summary, report and JUnit render this one record. */
export type Conclusion = Omit<Observed, 'timeline'> & {
  /** `true` when every target is interrupted or drained, `false` when one certainly is not; empty in a mode that interrupts nothing. */
  readonly interrupted: Interrupted
  /** From t0 until the last target left, in milliseconds by AWS's clock; undefined if one did not. */
  readonly interruptionMs: number | undefined
  readonly reaction: Reaction
  readonly verdict: Verdict
  readonly result: StepResult
  readonly end: End
}

/** How a run ended, with the data for the conclusion: the ending of its watch, a fault, or the result of a dry run. */
export type RunEnd =
  | { readonly dryRun: StepResult }
  | { readonly ending: Ending }
  | { readonly fault: { readonly fault: Fault; readonly message: string; readonly hint: string } }

/** Concludes everything from the timeline. Call it once, after the last observation. */
export function conclude(timeline: Timeline, end: RunEnd): Conclusion {
  const observed = toObserved(timeline)
  const { plan, experiment, start, due, outcomes } = observed
  const reaction = readReaction(observed)
  const verdict = 'dryRun' in end ? NOT_JUDGED : judgeService(observed, reaction)
  const interrupted = judgeInterrupted(outcomes, isStartOpen(timeline), plan?.earlyStop ? 'rebalance' : plan?.mode)
  const interruptionMs = measureInterruption(observed)
  const result = toResult(observed, verdict, end)
  return { plan, experiment, start, due, outcomes, interrupted, interruptionMs, reaction, verdict, result, end: toEnd(end) }
}

function toEnd(end: RunEnd): End {
  if ('dryRun' in end) return 'dry-run'
  return 'ending' in end ? end.ending : end.fault.fault
}

function measureInterruption({ start, outcomes }: Observed): number | undefined {
  const left = outcomes.flatMap(({ leftAt }) => leftAt?.getTime() ?? [])
  if (start === undefined || left.length === 0 || left.length < outcomes.length) return undefined
  return Math.max(0, Math.max(...left) - start.at.getTime())
}

function toResult(observed: Observed, verdict: Verdict, end: RunEnd): StepResult {
  if ('dryRun' in end) return end.dryRun
  if ('fault' in end) return fail(end.fault.message, end.fault.hint)
  return withAlarms(combine(judgeExperiment(observed, end.ending), verdict, observed.plan?.requireVerdict), observed.timeline)
}

/** Fails the step if a stop alarm was in ALARM, whatever the result is otherwise. */
function withAlarms(result: StepResult, timeline: Timeline): StepResult {
  const arns = [...new Set(all(timeline, 'alarm').flatMap(({ arn, state }) => (state === 'ALARM' ? [arn] : [])))]
  if (arns.length === 0) return result
  const said = `The stop alarm ${arns.join(', ')} was in ALARM`
  const landing = result.landing === undefined ? {} : { landing: joinSentences(result.landing, said) }
  const text = joinSentences(result.text, said)
  const hint =
    'A stop alarm stops the experiment if it still runs; that does not recall an interruption. Look at the alarm and at the targets.'
  return { ...result, ...landing, pass: false, text, hint: joinSentences(result.hint, hint) }
}
