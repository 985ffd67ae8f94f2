import { toWords } from '../duration.ts'
import { MIN_ANSWERS } from '../inputs/probes.ts'
import { type Frame, type Score, scoreProbe } from '../probes/metrics.ts'
import type { Probing } from '../probes/probe.ts'
import { last, type Planned, type Timeline } from '../timeline/event.ts'
import { readDue, readExperiment, readStart } from '../timeline/schedule.ts'
import { type Finding, findTargets } from './outcome.ts'

/** The contract's four words on the service. */
export type Word = 'survived' | 'not-survived' | 'inconclusive' | 'not-judged'

/** What the probes say of the service, with the reason in sentences, and every number behind it. */
export type Judgement = {
  readonly word: Word
  /** Each a sentence without its full stop; none only for `not-judged`. */
  readonly why: readonly string[]
  readonly scores: readonly Score[]
  readonly frame: Frame | undefined
  /** Over all probes: the lowest per cent, the longest outage, the longest recovery; undefined where there is none to tell. */
  readonly availability: number | undefined
  readonly longestOutageMs: number | undefined
  readonly recoveryMs: number | undefined
}

/** Share of the answers due that must be there. */
const ENOUGH = 0.8

/** The conclusion on the service, from what was seen and nothing else. */
export function judgeService(timeline: Timeline, plan: Planned | undefined): Judgement {
  const rules = plan?.probing
  if (plan === undefined || rules === undefined) return blank('not-judged', [])
  const frame = findFrame(timeline, plan, rules)
  if (frame === undefined) return blank('inconclusive', [tellUnstarted(timeline)])
  const scores = (last(timeline, 'probed')?.tapes ?? []).map((tape) => scoreProbe(tape, frame))
  const red = scores.flatMap((score) => findRed(score, rules))
  const open = [...findMissed(timeline, plan), ...scores.flatMap(findTooFew), ...findCut(timeline, frame)]
  return { ...decide(red, open, scores), scores, frame, ...summarize(scores) }
}

function decide(red: readonly string[], open: readonly string[], scores: readonly Score[]): Pick<Judgement, 'word' | 'why'> {
  if (red.length > 0) return { word: 'not-survived', why: red }
  return open.length > 0 ? { word: 'inconclusive', why: open } : { word: 'survived', why: [tellSurvival(scores)] }
}

function blank(word: Word, why: readonly string[]): Judgement {
  const none = { availability: undefined, longestOutageMs: undefined, recoveryMs: undefined }
  return { word, why, scores: [], frame: undefined, ...none }
}

/**
 * Availability counts from the notice on. Where the last target ended before the notice was due, because somebody had answered the
 * recommendation, it counts from t0: nothing would be left to judge otherwise.
 */
function findFrame(timeline: Timeline, plan: Planned, rules: Probing): Frame | undefined {
  const start = readStart(timeline)
  const taped = last(timeline, 'probed')
  if (start === undefined || taped === undefined) return undefined
  const noticeMs = readDue(plan, start)?.noticeMs ?? start.ms
  const endMs = plan.mode === 'rebalance' ? start.ms : readLastEnd(findTargets(timeline, plan))
  const fromMs = endMs !== undefined && endMs < noticeMs ? start.ms : noticeMs
  return { startMs: start.ms, fromMs, endMs, untilMs: taped.untilMs, intervalMs: rules.intervalMs, whole: taped.whole }
}

/** When the last target had ended, in monotonic milliseconds; undefined as long as one has not. */
export function readLastEnd(findings: readonly Finding[]): number | undefined {
  const ends = findings.map(({ endedMs }) => endedMs ?? Number.POSITIVE_INFINITY)
  const latest = Math.max(...ends)
  return Number.isFinite(latest) ? latest : undefined
}

function tellUnstarted(timeline: Timeline): string {
  const baseline = last(timeline, 'baseline')
  if (baseline?.ok === false) return `before anything was created, ${baseline.why}`
  return 'the run ended before the service could be judged'
}

/** What makes a probe red. Figures are compared unrounded. */
function findRed(score: Score, rules: Probing): readonly string[] {
  const { name, availability, longestOutageMs, recovered } = score
  const red: string[] = []
  if (availability !== undefined && availability < rules.minAvailability)
    red.push(
      `${name} answered well in ${toPercent(availability)} of ${score.answers} probes, less than the ${rules.minAvailability} % of min-availability`,
    )
  if (longestOutageMs > rules.maxOutageMs)
    red.push(`${name} was down for ${toSeconds(longestOutageMs)}, longer than the ${toSeconds(rules.maxOutageMs)} of max-outage`)
  if (recovered === false) red.push(`${name} did not recover within ${toWords(rules.observeMs + rules.recoveryMs)}`)
  return red
}

function findCut(timeline: Timeline, { whole }: Frame): readonly string[] {
  if (whole) return []
  const what = last(timeline, 'cancelled') === undefined ? 'run ended' : 'job was cancelled'
  return [`the ${what} before the probes could be judged`]
}

function findTooFew({ name, answers, due }: Score): readonly string[] {
  if (answers < MIN_ANSWERS) return [`${name} gave ${answers} answers, fewer than ${MIN_ANSWERS}`]
  return answers < due * ENOUGH ? [`${name} gave ${answers} answers of ${due} that were due`] : []
}

/** An end without evidence of its cause proves nothing where a service is judged by it. */
function findMissed(timeline: Timeline, plan: Planned): readonly string[] {
  if (plan.mode === 'rebalance') {
    const sight = readExperiment(timeline)
    const sent = sight?.status === 'completed' && sight.actions.every(({ status }) => status === 'completed')
    return sent ? [] : ['the recommendation was not sent to every target']
  }
  const missed = findTargets(timeline, plan).filter(({ outcome }) => outcome !== 'interrupted' && outcome !== 'drained')
  return missed.length === 0
    ? []
    : [`the interruption was not proved for ${missed.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}`]
}

function summarize(scores: readonly Score[]): Pick<Judgement, 'availability' | 'longestOutageMs' | 'recoveryMs'> {
  const shares = scores.flatMap(({ availability }) => (availability === undefined ? [] : [availability]))
  const recoveries = scores.map(({ recoveryMs }) => recoveryMs)
  const known = recoveries.filter((ms) => ms !== undefined)
  return {
    availability: shares.length === 0 ? undefined : Math.min(...shares),
    longestOutageMs: Math.max(0, ...scores.map(({ longestOutageMs }) => longestOutageMs)),
    recoveryMs: known.length < recoveries.length ? undefined : Math.max(0, ...known),
  }
}

function tellSurvival(scores: readonly Score[]): string {
  const { availability = 0, longestOutageMs = 0 } = summarize(scores)
  const who = scores.length === 1 ? `${scores[0]?.name}` : `each of ${scores.length} probes`
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
