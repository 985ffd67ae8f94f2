import { toWords } from '../duration.ts'
import { MIN_ANSWERS } from '../inputs/probes.ts'
import { measureProbe, type ProbeMetrics, type Window } from '../probes/metrics.ts'
import type { ProbeRules } from '../probes/probe.ts'
import { last, type Timeline } from '../timeline/event.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'

/** The contract's four words on the service. */
export type VerdictWord = 'survived' | 'not-survived' | 'inconclusive' | 'not-judged'

/** What the probes say of the service, with the reason in sentences, and every number behind it. */
export type Verdict = {
  readonly word: VerdictWord
  /** Each a sentence without its full stop; none only for `not-judged`. */
  readonly why: readonly string[]
  readonly allMetrics: readonly ProbeMetrics[]
  readonly window: Window | undefined
  /** Over all probes: the lowest per cent, the longest outage, the longest recovery; undefined where there is none to tell. */
  readonly availability: number | undefined
  readonly longestOutageMs: number | undefined
  readonly recoveryMs: number | undefined
}

/** Share of the answers due that must be there. */
const ENOUGH = 0.8

/** The conclusion on the service, from what was seen and nothing else. */
export function judgeService(observed: Observed): Verdict {
  const { timeline, plan } = observed
  const rules = plan?.probeRules
  if (plan === undefined || rules === undefined) return blank('not-judged', [])
  const window = findWindow(observed, rules)
  if (window === undefined) return blank('inconclusive', [describeUnstarted(timeline)])
  const allMetrics = (last(timeline, 'probed')?.allSamples ?? []).map((samples) => measureProbe(samples, window))
  const red = allMetrics.flatMap((metrics) => findRed(metrics, rules))
  const open = [...findMissed(observed), ...allMetrics.flatMap(findTooFew), ...findCut(timeline, window)]
  return { ...decide(red, open, allMetrics), allMetrics, window, ...summarize(allMetrics) }
}

function decide(red: readonly string[], open: readonly string[], allMetrics: readonly ProbeMetrics[]): Pick<Verdict, 'word' | 'why'> {
  if (red.length > 0) return { word: 'not-survived', why: red }
  return open.length > 0 ? { word: 'inconclusive', why: open } : { word: 'survived', why: [describeSurvival(allMetrics)] }
}

function blank(word: VerdictWord, why: readonly string[]): Verdict {
  const none = { availability: undefined, longestOutageMs: undefined, recoveryMs: undefined }
  return { word, why, allMetrics: [], window: undefined, ...none }
}

/**
 * Availability counts from the notice on. Where the last target ended before the notice was due, because somebody had answered the
 * recommendation, it counts from t0: nothing would be left to judge otherwise.
 */
function findWindow({ timeline, plan, start, due, outcomes }: Observed, rules: ProbeRules): Window | undefined {
  const taped = last(timeline, 'probed')
  if (start === undefined || taped === undefined) return undefined
  const noticeMs = due?.noticeMs ?? start.ms
  const endMs = plan?.mode === 'rebalance' ? start.ms : readLastEnd(outcomes)
  const fromMs = endMs !== undefined && endMs < noticeMs ? start.ms : noticeMs
  return { startMs: start.ms, fromMs, endMs, untilMs: taped.untilMs, intervalMs: rules.intervalMs, whole: taped.whole }
}

/** When the last target had ended, in monotonic milliseconds; undefined as long as one has not. */
export function readLastEnd(outcomes: readonly TargetOutcome[]): number | undefined {
  const ends = outcomes.map(({ endedMs }) => endedMs ?? Number.POSITIVE_INFINITY)
  const latest = Math.max(...ends)
  return Number.isFinite(latest) ? latest : undefined
}

function describeUnstarted(timeline: Timeline): string {
  const baseline = last(timeline, 'baseline')
  if (baseline?.ok === false) return `before anything was created, ${baseline.why}`
  return 'the run ended before the service could be judged'
}

/** What makes a probe red. Figures are compared unrounded. */
function findRed(metrics: ProbeMetrics, rules: ProbeRules): readonly string[] {
  const { name, availability, longestOutageMs, recovered } = metrics
  const red: string[] = []
  if (availability !== undefined && availability < rules.minAvailability)
    red.push(
      `${name} answered well in ${toPercent(availability)} of ${metrics.answers} probes, less than the ${rules.minAvailability} % of min-availability`,
    )
  if (longestOutageMs > rules.maxOutageMs)
    red.push(`${name} was down for ${toSeconds(longestOutageMs)}, longer than the ${toSeconds(rules.maxOutageMs)} of max-outage`)
  if (recovered === false) red.push(`${name} did not recover within ${toWords(rules.observeMs + rules.recoveryMs)}`)
  return red
}

function findCut(timeline: Timeline, { whole }: Window): readonly string[] {
  if (whole) return []
  const what = last(timeline, 'cancelled') === undefined ? 'run ended' : 'job was cancelled'
  return [`the ${what} before the probes could be judged`]
}

function findTooFew({ name, answers, due }: ProbeMetrics): readonly string[] {
  if (answers < MIN_ANSWERS) return [`${name} gave ${answers} answers, fewer than ${MIN_ANSWERS}`]
  return answers < due * ENOUGH ? [`${name} gave ${answers} answers of ${due} that were due`] : []
}

/** An end without evidence of its cause proves nothing where a service is judged by it. */
function findMissed({ plan, experiment, outcomes }: Observed): readonly string[] {
  if (plan?.mode === 'rebalance') {
    const sent = experiment?.status === 'completed' && experiment.actions.every(({ status }) => status === 'completed')
    return sent ? [] : ['the recommendation was not sent to every target']
  }
  const missed = outcomes.filter(({ outcome }) => outcome !== 'interrupted' && outcome !== 'drained')
  return missed.length === 0
    ? []
    : [`the interruption was not proved for ${missed.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}`]
}

function summarize(allMetrics: readonly ProbeMetrics[]): Pick<Verdict, 'availability' | 'longestOutageMs' | 'recoveryMs'> {
  const shares = allMetrics.flatMap(({ availability }) => (availability === undefined ? [] : [availability]))
  const recoveries = allMetrics.map(({ recoveryMs }) => recoveryMs)
  const known = recoveries.filter((ms) => ms !== undefined)
  return {
    availability: shares.length === 0 ? undefined : Math.min(...shares),
    longestOutageMs: Math.max(0, ...allMetrics.map(({ longestOutageMs }) => longestOutageMs)),
    recoveryMs: known.length < recoveries.length ? undefined : Math.max(0, ...known),
  }
}

function describeSurvival(allMetrics: readonly ProbeMetrics[]): string {
  const { availability = 0, longestOutageMs = 0 } = summarize(allMetrics)
  const who = allMetrics.length === 1 ? `${allMetrics[0]?.name}` : `each of ${allMetrics.length} probes`
  return longestOutageMs === 0
    ? `${who} answered well all through it`
    : `${who} answered well in at least ${toPercent(availability)} of the time, down for at most ${toSeconds(longestOutageMs)} in a row`
}

/** Per cent rounded down to one decimal: 99.99 is not 100. */
export function toPercent(share: number): string {
  return `${floorTenth(share)} %`
}

/** The same as a bare number, `99.9`. */
export function floorTenth(share: number): string {
  // The nudge undoes what the division by 100 and back may have lost: 28.999999999999996 is 29.
  return String(Math.floor(share * 10 + 1e-9) / 10)
}

/** Whole seconds, rounded up: an outage is never told shorter than it was. */
export function ceilSeconds(ms: number): number {
  return Math.ceil(ms / 1000 - 1e-9)
}

function toSeconds(ms: number): string {
  return toWords(ceilSeconds(ms) * 1000)
}
