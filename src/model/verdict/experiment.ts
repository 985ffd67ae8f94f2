import { toIso, toWords } from '../duration.ts'
import { toSentences } from '../errors.ts'
import type { Ending, Planned, Timeline } from '../timeline/event.ts'
import { readExperiment, readStart } from '../timeline/schedule.ts'
import type { ExperimentSight } from '../timeline/snapshot.ts'
import { judgeCancelled } from './cancelled.ts'
import { type Finding, findTargets } from './outcome.ts'
import { fail, type StepResult } from './result.ts'
import type { Judgement, Word } from './service.ts'

type Case = {
  readonly timeline: Timeline
  readonly plan: Planned
  readonly sight: ExperimentSight
  readonly findings: readonly Finding[]
  readonly unread: string
  readonly startMs: number | undefined
}

/** What a watch that ended so means for the step. */
export function judgeExperiment(timeline: Timeline, plan: Planned, ending: Ending): StepResult {
  const sight = readExperiment(timeline)
  const unread = timeline.findLast((event) => event.kind === 'unread' && event.inARow > 0)
  if (sight === undefined) return fail('The watch ended without an experiment.', 'This is a defect of the action; please report it.')
  return JUDGED[ending]({
    timeline,
    plan,
    sight,
    findings: findTargets(timeline, plan),
    unread: unread?.kind === 'unread' ? unread.why : '',
    startMs: readStart(timeline)?.ms,
  })
}

const JUDGED: Readonly<Record<Ending, (seen: Case) => StepResult>> = {
  landed: judgeLanded,
  over: judgeOver,
  refused: ({ sight }) => fail(`Experiment ${sight.id} ended ${sight.status} before any action started: ${tell(sight)}`, toHint(sight)),
  broken: ({ sight, findings }) =>
    fail(
      `Experiment ${sight.id} ended ${sight.status}: ${tell(sight)} ${countOutcomes(findings)}`,
      `${toHint(sight)} Look at the targets above: some may have been interrupted.`,
    ),
  'timed-out': ({ plan, sight, findings }) =>
    fail(
      `Timed out ${toWords(plan.timeoutMs)} after the start: experiment ${sight.id} is ${sight.status}, ${countOutcomes(findings)}`,
      `StopExperiment is sent, but the interruption may still come: AWS does not promise that stopping recalls it. Raise timeout (at least ${toIso(plan.durationMs)} plus a few minutes) and look at the instances.`,
    ),
  outage: ({ plan, sight }) =>
    fail(
      `Experiment ${sight.id} was left at ${sight.status}, for a probe was down longer than the ${toWords(plan.probing?.maxOutageMs ?? 0)} of max-outage.`,
      'StopExperiment is sent, but it does not save the instances: the interruption may still come.',
    ),
  lost: ({ sight, unread }) =>
    fail(
      `AWS could not be read several times in a row while experiment ${sight.id} was watched. Last: ${unread}`,
      'The interruption may still come; look at the instances.',
    ),
  cancelled: ({ timeline }) => judgeCancelled(timeline),
}

function judgeLanded({ findings, startMs }: Case): StepResult {
  const missed = findings.filter(({ landed }) => !landed)
  if (missed.length > 0) {
    return fail(
      `The interruption did not land on ${missed.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}.`,
      'Nothing was proved for these targets: name instances that run until they are interrupted.',
    )
  }
  return { pass: true, text: summarize(findings, startMs), hint: '' }
}

/** FIS is done, and that was all that was asked for: every action must really have been run. */
function judgeOver({ sight, plan }: Case): StepResult {
  const idle = sight.actions.filter(({ status }) => status !== 'completed')
  if (idle.length > 0) {
    const what = idle.map(({ name, status, reason }) => `${name} ${status}${reason === '' ? '' : ` (${reason})`}`).join(', ')
    return fail(`Experiment ${sight.id} completed, but not all of its actions: ${what}.`, 'No signal was sent to their targets.')
  }
  const signal =
    plan.mode === 'rebalance'
      ? 'rebalance recommendation sent'
      : 'interruption sent; whether it lands is not watched (wait-for: experiment)'
  return { pass: true, text: `${sight.id} completed: ${signal}`, hint: '' }
}

/** One target by name, many by number. */
function summarize(findings: readonly Finding[], startMs: number | undefined): string {
  const lastMs = Math.max(...findings.map(({ endedMs }) => endedMs ?? 0))
  const after = startMs === undefined ? '' : ` ${toWords(lastMs - startMs)} after the start`
  const [first] = findings
  if (findings.length === 1 && first !== undefined) return `${first.id} ${WORD[first.outcome]}${after}`
  return `${findings.length} targets ended${after}: ${countOutcomes(findings)}`
}

const WORD: Readonly<Record<Finding['outcome'], string>> = {
  interrupted: 'interrupted',
  drained: 'drained by somebody else',
  'ended-early': 'ended before the start',
  running: 'still running',
  unknown: 'ended without evidence of the cause',
}

/** `2 interrupted, 1 running.` */
function countOutcomes(findings: readonly Finding[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of findings) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return `${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`
}

/** FIS's own words, verbatim: AWS warns that they may change and should drive nothing. */
function tell({ reason, error }: ExperimentSight): string {
  const code = error === undefined || error.code === '' ? '' : ` [${error.code}${error.location === '' ? '' : ` at ${error.location}`}]`
  return toSentences(`${reason === '' ? 'FIS gave no reason' : reason}${code}`)
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

function toHint({ status, reason, error }: ExperimentSight): string {
  if (status === 'cancelled') return 'An engaged FIS safety lever cancels experiments: see the FIS console.'
  if (status === 'stopped') return 'Somebody, or a stop condition, stopped it.'
  return HINTS.find(([shape]) => shape.test(`${error?.code ?? ''} ${reason}`))?.[1] ?? 'See the experiment in the FIS console.'
}

/** Both conclusions in one: on the experiment, then on the service. Either can fail the step. */
export function combine(landing: StepResult, { word, why }: Judgement): StepResult {
  if (word === 'not-judged') return landing
  const text = `${landing.text.replace(/\.$/, '')}. ${OPENING[word]}: ${why.join('; ')}.`
  const pass = landing.pass && word === 'survived'
  const hint = word === 'survived' || !landing.pass ? landing.hint : ADVICE[word]
  return { pass, text, hint, landing: landing.text }
}

const OPENING: Readonly<Record<Word, string>> = {
  survived: 'The service survived',
  'not-survived': 'The service did not survive',
  inconclusive: 'Whether the service survives was not proved',
  'not-judged': '',
}

const ADVICE: Readonly<Record<Word, string>> = {
  survived: '',
  'not-survived': 'The summary shows when it was down; let it drain on the notice, start its replacement earlier, or run more of it.',
  inconclusive: 'Nothing is known either way: mend what is named and run again.',
  'not-judged': '',
}
