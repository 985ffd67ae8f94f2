import type { CapacityMetrics } from '../capacity/metrics.ts'
import { measureProbe, type ProbeMetrics, type Window } from '../probes/metrics.ts'
import { MIN_CHECKS, type ProbeRules } from '../probes/probe.ts'
import { last, type Timeline } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { judgeCapacity } from './capacity.ts'
import { isSpared } from './early-stop.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'
import { judgeReaction, type Reaction, readReaction } from './reaction.ts'
import { describeReason, describeSurvival, type OpenReason, type RedReason } from './reasons.ts'
import { findLatest, findWindow } from './window.ts'

/** The four words of the verdict. */
export type VerdictWord = 'survived' | 'not-survived' | 'inconclusive' | 'not-judged'

/** The worst figures over all probes: the lowest availability, the longest outage, the longest recovery; undefined if there is none. */
type Figures = {
  readonly availability: number | undefined
  readonly longestOutageMs: number | undefined
  readonly recoveryMs: number | undefined
}

/**
 * The verdict on the service by its probes, capacities and reactions: the word, the reasons (as data and as sentences), and the figures
 * behind them.
 */
export type Verdict = Figures & {
  readonly word: VerdictWord
  readonly red: readonly RedReason[]
  readonly open: readonly OpenReason[]
  /** The reasons of the word, each a sentence without its full stop; empty only for `not-judged`. */
  readonly why: readonly string[]
  readonly allMetrics: readonly ProbeMetrics[]
  readonly window: Window | undefined
  readonly capacities: readonly CapacityMetrics[]
  /** Time until the slowest judged capacity was back; undefined if one is not, or if none is judged. */
  readonly replacementMs: number | undefined
}

/** The share of the due checks whose result must be known. */
const ENOUGH = 0.8

/**
 * The verdict on the service. Unknown checks never improve it: a service survives only if it would also survive with every unknown check
 * counted as failed.
 */
export function judgeService(observed: Observed, reaction: Reaction = readReaction(observed)): Verdict {
  const { timeline, plan } = observed
  if (plan === undefined || !isJudging(plan)) return unmeasured('not-judged', [])
  if (!isMeasured(observed, plan)) return unmeasured('inconclusive', [findUnstarted(timeline)])
  const probes = judgeProbes(observed, plan)
  const capacity = judgeCapacity(observed)
  const reacted = judgeReaction(observed, reaction)
  const red = [...probes.red, ...capacity.red, ...reacted.red]
  const open = [...findMissed(observed), ...probes.open, ...capacity.open, ...reacted.open, ...findCut(timeline)]
  const { allMetrics, window } = probes
  const figures = { ...summarize(allMetrics), capacities: capacity.metrics, replacementMs: capacity.replacementMs }
  return { ...decide(red, open, { ...figures, allMetrics }), red, open, allMetrics, window, ...figures }
}

function isJudging({ probeRules, capacityRules }: Planned): boolean {
  return probeRules !== undefined || capacityRules !== undefined
}

/** Whether an action started, and everything to judge was measured. */
function isMeasured({ timeline, start }: Observed, { probeRules, capacityRules }: Planned): boolean {
  const probed = probeRules === undefined || last(timeline, 'probed') !== undefined
  const counted = capacityRules === undefined || last(timeline, 'capacity-read') !== undefined
  return start !== undefined && probed && counted
}

type ProbeVerdict = Pick<Verdict, 'red' | 'open' | 'allMetrics' | 'window'>

function judgeProbes(observed: Observed, plan: Planned): ProbeVerdict {
  const rules = plan.probeRules
  const window = rules === undefined ? undefined : findWindow(observed, plan, rules)
  if (rules === undefined || window === undefined) return { red: [], open: [], allMetrics: [], window }
  const allMetrics = (last(observed.timeline, 'probed')?.allSamples ?? []).map((samples) => measureProbe(samples, window))
  return {
    red: allMetrics.flatMap((metrics) => findRed(metrics, rules)),
    open: [
      ...rules.probes.filter(({ name }) => !allMetrics.some((one) => one.name === name)).map(toUnasked),
      ...allMetrics.flatMap((metrics) => findOpen(metrics, rules, window)),
    ],
    allMetrics,
    window,
  }
}

function decide(
  red: readonly RedReason[],
  open: readonly OpenReason[],
  survival: Parameters<typeof describeSurvival>[0],
): Pick<Verdict, 'word' | 'why'> {
  if (red.length > 0) return { word: 'not-survived', why: red.map(describeReason) }
  return open.length > 0 ? { word: 'inconclusive', why: open.map(describeReason) } : { word: 'survived', why: describeSurvival(survival) }
}

/** The verdict if nothing is judged. */
export const NOT_JUDGED: Verdict = unmeasured('not-judged', [])

function unmeasured(word: VerdictWord, open: readonly OpenReason[]): Verdict {
  const none = { availability: undefined, longestOutageMs: undefined, recoveryMs: undefined }
  const nothing = { allMetrics: [], window: undefined, capacities: [], replacementMs: undefined }
  return { word, red: [], open, why: open.map(describeReason), ...nothing, ...none }
}

function findUnstarted(timeline: Timeline): OpenReason {
  const baseline = last(timeline, 'baseline')
  return baseline?.ok === false ? { kind: 'baseline-failed', why: baseline.why } : { kind: 'not-started' }
}

/** The reasons that make a probe red. Figures are compared unrounded. */
function findRed(metrics: ProbeMetrics, rules: ProbeRules): readonly RedReason[] {
  const { name, availability = 100, healthy, failed, longestOutageMs, recovered } = metrics
  const { minAvailability, maxOutageMs, observeMs, recoveryMs } = rules
  const red: RedReason[] = []
  if (availability < minAvailability)
    red.push({ kind: 'availability', name, availability, checks: healthy + failed, allowed: minAvailability })
  if (longestOutageMs > maxOutageMs) red.push({ kind: 'outage', name, lastedMs: longestOutageMs, allowed: maxOutageMs })
  if (recovered === false) red.push({ kind: 'no-recovery', name, withinMs: observeMs + recoveryMs })
  return red
}

/** The reasons that leave a probe open: limits that it would break if every unknown check had failed. */
function findOpen(metrics: ProbeMetrics, { minAvailability, maxOutageMs }: ProbeRules, { whole }: Window): readonly OpenReason[] {
  const { name, unknown, availability = 100, lowestAvailability: lowest = 100, recovered } = metrics
  const { longestOutageMs, longestPossibleOutageMs: possibleMs } = metrics
  const open: OpenReason[] = [...findTooFew(metrics)]
  if (availability >= minAvailability && lowest < minAvailability) open.push({ kind: 'unknown-availability', name, unknown, lowest })
  if (longestOutageMs <= maxOutageMs && possibleMs > maxOutageMs)
    open.push({ kind: 'unknown-outage', name, possibleMs, allowed: maxOutageMs })
  if (whole && recovered === 'unknown') open.push({ kind: 'unknown-recovery', name })
  return open
}

function toUnasked({ name }: { readonly name: string }): OpenReason {
  return { kind: 'few-checks', name, checks: 0 }
}

function findTooFew({ name, healthy, failed, due }: ProbeMetrics): readonly OpenReason[] {
  const checks = healthy + failed
  if (checks < MIN_CHECKS) return [{ kind: 'few-checks', name, checks }]
  return checks < due * ENOUGH ? [{ kind: 'missing-checks', name, checks, due }] : []
}

function findCut(timeline: Timeline): readonly OpenReason[] {
  const whole = [last(timeline, 'probed'), last(timeline, 'capacity-read')].every((read) => read?.whole ?? true)
  return whole ? [] : [{ kind: 'cut-short', cancelled: last(timeline, 'cancelled') !== undefined }]
}

function findMissed({ plan, experiment, outcomes }: Observed): readonly OpenReason[] {
  if (plan?.mode === 'rebalance') {
    const sent = experiment?.status === 'completed' && experiment.actions.every(({ status }) => status === 'completed')
    return sent ? [] : [{ kind: 'not-sent' }]
  }
  if (plan?.earlyStop && experiment?.status !== 'stopped') return [{ kind: 'not-stopped' }]
  const isMissed = (one: TargetOutcome) => (plan?.earlyStop ? !isSpared(one, plan) : !one.landed)
  const targets = outcomes.filter(isMissed).map(({ id, outcome }) => ({ id, outcome }))
  return targets.length === 0 ? [] : [{ kind: 'not-landed', targets }]
}

function summarize(allMetrics: readonly ProbeMetrics[]): Figures {
  if (allMetrics.length === 0) return { availability: undefined, longestOutageMs: undefined, recoveryMs: undefined }
  const shares = allMetrics.flatMap(({ availability }) => (availability === undefined ? [] : [availability]))
  return {
    availability: shares.length === 0 ? undefined : Math.min(...shares),
    longestOutageMs: Math.max(0, ...allMetrics.map(({ longestOutageMs }) => longestOutageMs)),
    recoveryMs: findLatest(allMetrics.map(({ recoveryMs }) => recoveryMs)),
  }
}
