import { toWords } from '../duration.ts'
import { joinSentences } from '../errors.ts'
import { toBatches } from '../plan/template.ts'
import { type Ending, last, type Timeline } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { type ExperimentSnapshot, isTerminal } from '../timeline/snapshot.ts'
import { judgeCancelled } from './cancelled.ts'
import { judgeEarlyStop } from './early-stop.ts'
import { findLostActions } from './ending.ts'
import type { Observed } from './observed.ts'
import { fail, type StepResult } from './result.ts'
import type { Verdict, VerdictWord } from './service.ts'
import { countOutcomes, listActions, listTargets, summarize } from './wording.ts'

type Case = Observed & { readonly plan: Planned; readonly experiment: ExperimentSnapshot }

/** The result of the step, judged by the experiment and the ending of the watch, without the service. */
export function judgeExperiment(observed: Observed, ending: Ending): StepResult {
  const { plan, experiment } = observed
  if (ending === 'cancelled') return judgeCancelled(observed)
  if (plan === undefined || experiment === undefined)
    return fail('The watch ended without an experiment.', 'This is a defect of the action; please report it.')
  return JUDGED[ending]({ ...observed, plan, experiment })
}

const JUDGED: Readonly<Record<Exclude<Ending, 'cancelled'>, (seen: Case) => StepResult>> = {
  landed: judgeLanded,
  'early-stopped': judgeEarlyStop,
  'signal-sent': judgeOver,
  'never-started': ({ experiment }) =>
    fail(
      `Experiment ${experiment.id} ended ${experiment.status} before any action started: ${describeReason(experiment)}`,
      toHint(experiment),
    ),
  'action-failed': judgeLost,
  'experiment-failed': ({ experiment, outcomes }) =>
    fail(
      `Experiment ${experiment.id} ended ${experiment.status}: ${describeReason(experiment)} ${countOutcomes(outcomes)}`,
      `${toHint(experiment)} Look at the targets above: some may have been interrupted.`,
    ),
  'timed-out': judgeTimedOut,
  outage: ({ plan, experiment }) =>
    fail(
      `The watch ended while experiment ${experiment.id} was ${experiment.status}: a probe was down longer than max-outage (${toWords(plan.probeRules?.maxOutageMs ?? 0)}).`,
      'StopExperiment is sent, but it does not save the instances: the interruption may still come.',
    ),
  unreadable: ({ experiment, timeline }) =>
    fail(
      `AWS could not be read several times in a row while experiment ${experiment.id} was watched. Last: ${readUnread(timeline)}`,
      'The interruption may still come; look at the instances.',
    ),
}

/** The result at the time-out. StopExperiment has been sent before. */
function judgeTimedOut({ plan, experiment, outcomes, timeline }: Case): StepResult {
  const stop = isTerminal(experiment.status)
    ? 'The interruption may still come'
    : last(timeline, 'recalled') === undefined
      ? 'StopExperiment failed, so the interruption may still come'
      : 'StopExperiment is sent, but the interruption may still come: AWS does not promise that stopping recalls it'
  return fail(
    `Timed out ${toWords(plan.timeoutMs)} after the start: experiment ${experiment.id} is ${experiment.status}, ${countOutcomes(outcomes)}`,
    `${stop}. Raise timeout (at least ${toWords(plan.durationMs)} plus a few minutes) and look at the instances.`,
  )
}

function judgeLanded({ outcomes, start }: Case): StepResult {
  const missed = outcomes.filter(({ landed }) => !landed)
  if (missed.length === 0) return { pass: true, text: summarize(outcomes, start?.ms), hint: '' }
  const advice = [...new Set(missed.flatMap((one) => one.advice ?? []))]
  return fail(
    `The interruption did not land on ${listTargets(missed)}.`,
    joinSentences(...advice, 'No interruption was confirmed for these targets: choose instances that keep running until then.'),
  )
}

/** The result if the experiment completed without some of its actions. Their targets got no signal. */
function judgeLost({ plan, experiment, outcomes }: Case): StepResult {
  const actions = findLostActions(plan, experiment, outcomes)
  const lost = toBatches(plan.instanceIds).flatMap(({ action, ids }) => (actions.some(({ name }) => name === action) ? ids : []))
  const open = outcomes.filter(({ id, settled }) => !settled && !lost.includes(id))
  return fail(
    `Experiment ${experiment.id} completed, but not all of its actions: ${listActions(actions)}. The interruption did not land on ${listTargets(outcomes.filter(({ id, landed }) => !landed && lost.includes(id)))}.`,
    joinSentences(
      'Start the run again with these targets; the FIS console shows why the action was not run',
      open.length === 0 ? '' : `The interruption of ${open.length} other target${open.length === 1 ? '' : 's'} may still come`,
    ),
  )
}

/** The result of a run that waits only for the signal: every action must have completed. */
function judgeOver({ experiment, plan }: Case): StepResult {
  const idle = experiment.actions.filter(({ status }) => status !== 'completed')
  if (idle.length > 0)
    return fail(
      `Experiment ${experiment.id} completed, but not all of its actions: ${listActions(idle)}.`,
      'No signal was sent to their targets.',
    )
  const signal =
    plan.mode === 'rebalance'
      ? 'rebalance recommendation sent'
      : 'interruption sent; whether it lands is not watched (wait-for: experiment)'
  return { pass: true, text: `${experiment.id} completed: ${signal}`, hint: '' }
}

/** Why the last read of AWS failed. */
function readUnread(timeline: Timeline): string {
  const unread = timeline.findLast((event) => event.kind === 'unread' && event.inARow > 0)
  return unread?.kind === 'unread' ? unread.why : ''
}

/** FIS's reason, word for word. AWS warns that the text may change, so nothing is decided by it. */
function describeReason({ reason, error }: ExperimentSnapshot): string {
  const code = error === undefined || error.code === '' ? '' : ` [${error.code}${error.location === '' ? '' : ` at ${error.location}`}]`
  return joinSentences(`${reason === '' ? 'FIS gave no reason' : reason}${code}`)
}

// https://docs.aws.amazon.com/fis/latest/userguide/troubleshooting.html: good for a hint, not for decisions.
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /AuthorizationFailure/,
    'Check that the experiment role trusts fis.amazonaws.com, has the policy of docs/permissions.md, and that no SCP forbids it.',
  ],
  [/InvalidTarget|Target resolution/, 'Check that the instances still run, and are in this region and account.'],
  [/Quota/, 'A FIS quota of the account is reached: wait for other experiments to end, or raise it in Service Quotas.'],
  [/DependentService|InternalFailure/, 'AWS advises to try again.'],
]

function toHint({ status, reason, error }: ExperimentSnapshot): string {
  if (status === 'cancelled') return 'An engaged FIS safety lever cancels experiments: see the FIS console.'
  if (status === 'stopped') return 'Somebody, or a stop condition, stopped it.'
  return HINTS.find(([shape]) => shape.test(`${error?.code ?? ''} ${reason}`))?.[1] ?? 'See the experiment in the FIS console.'
}

/** Combines the result on the experiment with the verdict on the service. Either can fail the step. */
export function combine(landing: StepResult, { word, why }: Verdict, requireVerdict = false): StepResult {
  if (word === 'not-judged' && requireVerdict && landing.pass)
    return fail(`${landing.text.replace(/\.$/, '')}. The service was not judged.`, 'require-verdict: true needs a verdict: give probes.')
  if (word === 'not-judged') return landing
  const text = `${landing.text.replace(/\.$/, '')}. ${OPENING[word]}: ${why.join('; ')}.`
  const pass = landing.pass && word === 'survived'
  const hint = word === 'survived' || !landing.pass ? landing.hint : ADVICE[word]
  return { pass, text, hint, landing: landing.text }
}

const OPENING: Readonly<Record<VerdictWord, string>> = {
  survived: 'The service survived',
  'not-survived': 'The service did not survive',
  inconclusive: 'Whether the service survives was not proved',
  'not-judged': '',
}

const ADVICE: Readonly<Record<VerdictWord, string>> = {
  survived: '',
  'not-survived':
    'Let the service drain on the notice, start its replacement earlier, or run more of it. The summary shows when it was down.',
  inconclusive: 'The result is not known: correct what the message names, and run again.',
  'not-judged': '',
}
