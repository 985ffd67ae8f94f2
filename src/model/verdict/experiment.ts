import { toIso, toWords } from '../duration.ts'
import { joinSentences } from '../errors.ts'
import type { Ending, Planned, Timeline } from '../timeline/event.ts'
import { readExperiment, readStart } from '../timeline/schedule.ts'
import type { ExperimentSnapshot } from '../timeline/snapshot.ts'
import { judgeCancelled } from './cancelled.ts'
import { type TargetOutcome, toOutcomes } from './outcome.ts'
import { fail, type StepResult } from './result.ts'
import type { Verdict, VerdictWord } from './service.ts'

type Case = {
  readonly timeline: Timeline
  readonly plan: Planned
  readonly snapshot: ExperimentSnapshot
  readonly outcomes: readonly TargetOutcome[]
  readonly unread: string
  readonly startMs: number | undefined
}

/** What a watch that ended so means for the step. */
export function judgeExperiment(timeline: Timeline, plan: Planned, ending: Ending): StepResult {
  const snapshot = readExperiment(timeline)
  const unread = timeline.findLast((event) => event.kind === 'unread' && event.inARow > 0)
  if (snapshot === undefined) return fail('The watch ended without an experiment.', 'This is a defect of the action; please report it.')
  return JUDGED[ending]({
    timeline,
    plan,
    snapshot,
    outcomes: toOutcomes(timeline, plan),
    unread: unread?.kind === 'unread' ? unread.why : '',
    startMs: readStart(timeline)?.ms,
  })
}

const JUDGED: Readonly<Record<Ending, (seen: Case) => StepResult>> = {
  landed: judgeLanded,
  'signal-sent': judgeOver,
  'never-started': ({ snapshot }) =>
    fail(`Experiment ${snapshot.id} ended ${snapshot.status} before any action started: ${describeReason(snapshot)}`, toHint(snapshot)),
  'experiment-failed': ({ snapshot, outcomes }) =>
    fail(
      `Experiment ${snapshot.id} ended ${snapshot.status}: ${describeReason(snapshot)} ${countOutcomes(outcomes)}`,
      `${toHint(snapshot)} Look at the targets above: some may have been interrupted.`,
    ),
  'timed-out': ({ plan, snapshot, outcomes }) =>
    fail(
      `Timed out ${toWords(plan.timeoutMs)} after the start: experiment ${snapshot.id} is ${snapshot.status}, ${countOutcomes(outcomes)}`,
      `StopExperiment is sent, but the interruption may still come: AWS does not promise that stopping recalls it. Raise timeout (at least ${toIso(plan.durationMs)} plus a few minutes) and look at the instances.`,
    ),
  outage: ({ plan, snapshot }) =>
    fail(
      `Experiment ${snapshot.id} was left at ${snapshot.status}, for a probe was down longer than the ${toWords(plan.probeRules?.maxOutageMs ?? 0)} of max-outage.`,
      'StopExperiment is sent, but it does not save the instances: the interruption may still come.',
    ),
  unreadable: ({ snapshot, unread }) =>
    fail(
      `AWS could not be read several times in a row while experiment ${snapshot.id} was watched. Last: ${unread}`,
      'The interruption may still come; look at the instances.',
    ),
  cancelled: ({ timeline }) => judgeCancelled(timeline),
}

function judgeLanded({ outcomes, startMs }: Case): StepResult {
  const missed = outcomes.filter(({ landed }) => !landed)
  if (missed.length > 0) {
    return fail(
      `The interruption did not land on ${missed.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}.`,
      'Nothing was proved for these targets: name instances that run until they are interrupted.',
    )
  }
  return { pass: true, text: summarize(outcomes, startMs), hint: '' }
}

/** FIS is done, and that was all that was asked for: every action must really have been run. */
function judgeOver({ snapshot, plan }: Case): StepResult {
  const idle = snapshot.actions.filter(({ status }) => status !== 'completed')
  if (idle.length > 0) {
    const what = idle.map(({ name, status, reason }) => `${name} ${status}${reason === '' ? '' : ` (${reason})`}`).join(', ')
    return fail(`Experiment ${snapshot.id} completed, but not all of its actions: ${what}.`, 'No signal was sent to their targets.')
  }
  const signal =
    plan.mode === 'rebalance'
      ? 'rebalance recommendation sent'
      : 'interruption sent; whether it lands is not watched (wait-for: experiment)'
  return { pass: true, text: `${snapshot.id} completed: ${signal}`, hint: '' }
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
