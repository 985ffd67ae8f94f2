import { toWords } from '../model/duration.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import { all } from '../model/timeline/event.ts'
import { isSpared } from '../model/verdict/early-stop.ts'
import type { TargetOutcome } from '../model/verdict/outcome.ts'
import type { Reason } from '../model/verdict/reasons.ts'
import { ceilSeconds, toPercent } from '../model/verdict/rounding.ts'
import type { Report } from './report.ts'
import type { State } from './signs.ts'

/**
 * One figure of a run, with its limit or with what it counts, as text. The name is the head of a column: it begins with a capital letter,
 * and is short so that all columns fit on a phone.
 */
export type Figure = { readonly name: string; readonly state: State; readonly value: string; readonly limit: string }

/** The functions that make the figures of a run, in the order of display. To add a figure, add a line. */
const FIGURES: readonly ((report: Report) => Figure | undefined)[] = [
  toAvailability,
  toOutage,
  toRecovery,
  toReaction,
  toReplacement,
  toTargets,
  toCalls,
]

/** The figures of the row below the title, each with its limit and its sign. A figure that the run does not have is left out. */
export function toFigures(report: Report): readonly Figure[] {
  return FIGURES.flatMap((toFigure) => toFigure(report) ?? [])
}

/** The figure that each reason of a verdict concerns. `all`: no figure was measured. */
const ABOUT: Readonly<Record<Reason['kind'], 'availability' | 'outage' | 'recovery' | 'reaction' | 'capacity' | 'targets' | 'all'>> = {
  availability: 'availability',
  outage: 'outage',
  'no-recovery': 'recovery',
  'baseline-failed': 'all',
  'not-started': 'all',
  'not-landed': 'targets',
  'not-sent': 'targets',
  'not-stopped': 'targets',
  'few-checks': 'availability',
  'missing-checks': 'availability',
  'unknown-availability': 'availability',
  'unknown-outage': 'outage',
  'unknown-recovery': 'recovery',
  'not-replaced': 'capacity',
  'capacity-lowered': 'capacity',
  'capacity-unknown': 'capacity',
  'not-affected': 'capacity',
  'late-reaction': 'reaction',
  'unknown-reaction': 'reaction',
  'cut-short': 'recovery',
}

/** Whether the reason is that the targets did not get their signal or their interruption. */
export function isMissed({ kind }: Reason): boolean {
  return ABOUT[kind] === 'targets'
}

/**
 * The state of a figure by the reasons of the verdict, so that no figure contradicts the verdict. With a name, only reasons about that
 * probe, or about all probes, count.
 */
export function toState({ verdict }: Report, figure: (typeof ABOUT)[Reason['kind']], name?: string): State {
  const isAbout = (reason: Reason) => {
    if (name !== undefined && 'name' in reason && reason.name !== name) return false
    return ABOUT[reason.kind] === figure || ABOUT[reason.kind] === 'all'
  }
  if (verdict.red.some(isAbout)) return 'broken'
  return verdict.open.some(isAbout) ? 'unknown' : 'kept'
}

/** The rules by which the service is judged; undefined if nothing was measured. */
function findRules({ plan, verdict }: Report): ProbeRules | undefined {
  return verdict.window === undefined ? undefined : plan?.probeRules
}

const UNKNOWN = 'unknown'

function toAvailability(report: Report): Figure | undefined {
  const rules = findRules(report)
  if (rules === undefined) return undefined
  const { availability } = report.verdict
  const value = availability === undefined ? UNKNOWN : toPercent(availability)
  return { name: 'Availability', state: toState(report, 'availability'), value, limit: `≥ ${rules.minAvailability} %` }
}

function toOutage(report: Report): Figure | undefined {
  const rules = findRules(report)
  if (rules === undefined) return undefined
  const value = describeOutage(report.verdict.longestOutageMs)
  return { name: 'Outage', state: toState(report, 'outage'), value, limit: `≤ ${toWords(rules.maxOutageMs)}` }
}

function toRecovery(report: Report): Figure | undefined {
  const rules = findRules(report)
  if (rules === undefined) return undefined
  const state = toState(report, 'recovery')
  const value = describeRecovery(report.verdict.recoveryMs, state)
  return { name: 'Recovery', state, value, limit: `≤ ${toWords(rules.observeMs + rules.recoveryMs)}` }
}

export function describeOutage(ms: number | undefined): string {
  return ms === 0 ? 'none' : toCeiling(ms)
}

export function describeRecovery(ms: number | undefined, state: State): string {
  if (ms !== undefined) return toCeiling(ms)
  return state === 'broken' ? 'not in time' : UNKNOWN
}

/** The reaction time of the slowest target; only if that is judged. */
function toReaction(report: Report): Figure | undefined {
  const { plan, verdict, reaction } = report
  if (verdict.word === 'not-judged' || plan?.reactWithinMs === undefined) return undefined
  const none = reaction.reacted === 'false' ? 'none' : UNKNOWN
  const value = reaction.reactionMs === undefined ? none : toCeiling(reaction.reactionMs)
  return { name: 'Reaction', state: toState(report, 'reaction'), value, limit: `≤ ${toWords(plan.reactWithinMs)}` }
}

/** How long it took until the slowest capacity was back. */
function toReplacement(report: Report): Figure | undefined {
  const { plan, verdict } = report
  const rules = plan?.capacityRules
  if (verdict.word === 'not-judged' || rules === undefined) return undefined
  const state = toState(report, 'capacity')
  const value = verdict.replacementMs === 0 ? 'at once' : describeRecovery(verdict.replacementMs, state)
  return { name: 'Capacity', state, value, limit: `≤ ${toWords(rules.observeMs + rules.recoveryMs)}` }
}

/** How many targets had the expected fate: reached by the interruption, signalled, or still running. */
function toTargets({ plan, outcomes, experiment }: Report): Figure | undefined {
  if (plan === undefined || experiment === undefined || outcomes.length === 0) return undefined
  const signals = plan.mode === 'rebalance' || plan.waitFor === 'experiment'
  const limit = plan.earlyStop ? 'spared' : signals ? 'signalled' : 'reached'
  const isGood = ({ landed, outcome, t0 }: TargetOutcome) =>
    plan.earlyStop ? isSpared({ outcome }, plan) : signals ? t0 !== undefined : landed
  const good = outcomes.filter(isGood).length
  const certain = outcomes.some((one) => !isGood(one) && (one.outcome === 'running' || one.outcome === 'ended-early'))
  const state = good === outcomes.length ? 'kept' : certain ? 'broken' : 'unknown'
  return { name: 'Targets', state, value: `${good} of ${outcomes.length}`, limit }
}

/** In a dry run: how many calls the caller would be allowed. */
function toCalls({ timeline }: Report): Figure | undefined {
  const permissions = all(timeline, 'permission')
  if (permissions.length === 0) return undefined
  const allowed = permissions.filter(({ answer }) => answer === 'allowed').length
  const denied = permissions.some(({ answer }) => answer === 'denied')
  const state = denied ? 'broken' : allowed === permissions.length ? 'kept' : 'unknown'
  return { name: 'Calls', state, value: `${allowed} of ${permissions.length}`, limit: 'allowed' }
}

/** Whole seconds, rounded up, in words: an outage is never shown shorter than it was. */
export function toCeiling(ms = 0): string {
  return toWords(ceilSeconds(ms) * 1000)
}
