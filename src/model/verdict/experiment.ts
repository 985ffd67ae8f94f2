import { toIso, toWords } from '../duration.ts'
import { joinSentences } from '../errors.ts'
import type { Ending, Planned, Timeline } from '../timeline/event.ts'
import type { ExperimentSnapshot } from '../timeline/snapshot.ts'
import { judgeCancelled } from './cancelled.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'
import { fail, type StepResult } from './result.ts'
import type { Verdict, VerdictWord } from './service.ts'

type Case = Observed & { readonly plan: Planned; readonly experiment: ExperimentSnapshot }

/** What a watch that ended so means for the step. */
export function judgeExperiment(observed: Observed, ending: Ending): StepResult {
  const { plan, experiment } = observed
  if (ending === 'cancelled') return judgeCancelled(observed)
  if (plan === undefined || experiment === undefined)
    return fail('The watch ended without an experiment.', 'This is a defect of the action; please report it.')
  return JUDGED[ending]({ ...observed, plan, experiment })
}

const JUDGED: Readonly<Record<Exclude<Ending, 'cancelled'>, (seen: Case) => StepResult>> = {
  landed: judgeLanded,
  'signal-sent': judgeOver,
  'never-started': ({ experiment }) =>
    fail(
      `Experiment ${experiment.id} ended ${experiment.status} before any action started: ${describeReason(experiment)}`,
      toHint(experiment),
    ),
  'experiment-failed': ({ experiment, outcomes }) =>
    fail(
      `Experiment ${experiment.id} ended ${experiment.status}: ${describeReason(experiment)} ${countOutcomes(outcomes)}`,
      `${toHint(experiment)} Look at the targets above: some may have been interrupted.`,
    ),
  'timed-out': ({ plan, experiment, outcomes }) =>
    fail(
      `Timed out ${toWords(plan.timeoutMs)} after the start: experiment ${experiment.id} is ${experiment.status}, ${countOutcomes(outcomes)}`,
      `StopExperiment is sent, but the interruption may still come: AWS does not promise that stopping recalls it. Raise timeout (at least ${toIso(plan.durationMs)} plus a few minutes) and look at the instances.`,
    ),
  outage: ({ plan, experiment }) =>
    fail(
      `Experiment ${experiment.id} was left at ${experiment.status}, for a probe was down longer than the ${toWords(plan.probeRules?.maxOutageMs ?? 0)} of max-outage.`,
      'StopExperiment is sent, but it does not save the instances: the interruption may still come.',
    ),
  unreadable: ({ experiment, timeline }) =>
    fail(
      `AWS could not be read several times in a row while experiment ${experiment.id} was watched. Last: ${readUnread(timeline)}`,
      'The interruption may still come; look at the instances.',
    ),
}

function judgeLanded({ outcomes, start }: Case): StepResult {
  const missed = outcomes.filter(({ landed }) => !landed)
  if (missed.length > 0) {
    return fail(
      `The interruption did not land on ${missed.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}.`,
      'Nothing was proved for these targets: name instances that run until they are interrupted.',
    )
  }
  return { pass: true, text: summarize(outcomes, start?.ms), hint: '' }
}

/** FIS is done, and that was all that was asked for: every action must really have been run. */
function judgeOver({ experiment, plan }: Case): StepResult {
  const idle = experiment.actions.filter(({ status }) => status !== 'completed')
  if (idle.length > 0) {
    const what = idle.map(({ name, status, reason }) => `${name} ${status}${reason === '' ? '' : ` (${reason})`}`).join(', ')
    return fail(`Experiment ${experiment.id} completed, but not all of its actions: ${what}.`, 'No signal was sent to their targets.')
  }
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

/** One target by name, many by number. */
function summarize(outcomes: readonly TargetOutcome[], startMs: number | undefined): string {
  const lastMs = Math.max(...outcomes.map(({ endedMs }) => endedMs ?? 0))
  const after = startMs === undefined ? '' : ` ${toWords(lastMs - startMs)} after the start`
  const [first] = outcomes
  if (outcomes.length === 1 && first !== undefined) return `${first.id} ${WORD[first.outcome]}${after}`
  return `${outcomes.length} targets ended${after}: ${countOutcomes(outcomes)}`
}

const WORD: Readonly<Record<TargetOutcome['outcome'], string>> = {
  interrupted: 'interrupted',
  drained: 'drained by somebody else',
  'ended-early': 'ended before the start',
  running: 'still running',
  unknown: 'ended without evidence of the cause',
}

/** `2 interrupted, 1 running.` */
function countOutcomes(outcomes: readonly TargetOutcome[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return `${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`
}

/** FIS's own words, verbatim: AWS warns that they may change and should drive nothing. */
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

/** Both conclusions in one: on the experiment, then on the service. Either can fail the step. */
export function combine(landing: StepResult, { word, why }: Verdict): StepResult {
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
  'not-survived': 'The summary shows when it was down; let it drain on the notice, start its replacement earlier, or run more of it.',
  inconclusive: 'Nothing is known either way: mend what is named and run again.',
  'not-judged': '',
}
