import type { CapacityMetrics } from '../capacity/metrics.ts'
import { toWords } from '../duration.ts'
import type { ProbeMetrics } from '../probes/metrics.ts'
import { MIN_CHECKS } from '../probes/probe.ts'
import { ceilSeconds, toPercent } from './rounding.ts'

/** A reason that makes the verdict `not-survived`. Figures are unrounded; `allowed` is the limit in the unit of the figure. */
export type RedReason =
  | {
      readonly kind: 'availability'
      readonly name: string
      readonly availability: number
      readonly checks: number
      readonly allowed: number
    }
  | { readonly kind: 'outage'; readonly name: string; readonly lastedMs: number; readonly allowed: number }
  | { readonly kind: 'no-recovery'; readonly name: string; readonly withinMs: number }
  | {
      readonly kind: 'not-replaced'
      readonly name: string
      readonly level: number
      readonly latest: number
      readonly unit: 'members' | 'units'
      readonly withinMs: number
    }
  /** `reactionMs`: absent if nothing reacted at all. */
  | { readonly kind: 'late-reaction'; readonly id: string; readonly allowed: number; readonly reactionMs?: number }

/** A reason that makes the verdict `inconclusive`, if there is no red reason. */
export type OpenReason =
  | { readonly kind: 'baseline-failed'; readonly why: string }
  | { readonly kind: 'not-started' }
  | { readonly kind: 'not-landed'; readonly targets: readonly { readonly id: string; readonly outcome: string }[] }
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'not-stopped' }
  | { readonly kind: 'few-checks'; readonly name: string; readonly checks: number }
  | { readonly kind: 'missing-checks'; readonly name: string; readonly checks: number; readonly due: number }
  | { readonly kind: 'unknown-availability'; readonly name: string; readonly unknown: number; readonly lowest: number }
  | { readonly kind: 'unknown-outage'; readonly name: string; readonly possibleMs: number; readonly allowed: number }
  | { readonly kind: 'unknown-recovery'; readonly name: string }
  | { readonly kind: 'capacity-lowered'; readonly name: string; readonly level: number; readonly desired: number }
  | { readonly kind: 'capacity-unknown'; readonly name: string }
  | { readonly kind: 'not-affected'; readonly names: readonly string[] }
  | { readonly kind: 'unknown-reaction'; readonly ids: readonly string[]; readonly visible: boolean }
  | { readonly kind: 'cut-short'; readonly cancelled: boolean }

export type Reason = RedReason | OpenReason

/** One reason as a sentence without its full stop. */
export function describeReason(reason: Reason): string {
  // `reason.kind` selects the sentence of exactly this kind. The compiler cannot see that.
  return (SENTENCES[reason.kind] as (reason: Reason) => string)(reason)
}

const SENTENCES: { readonly [K in Reason['kind']]: (reason: Extract<Reason, { kind: K }>) => string } = {
  availability: ({ name, availability, checks, allowed }) =>
    `${name} was healthy in ${toPercent(availability)} of ${checks} checks, less than the ${allowed} % of min-availability`,
  outage: ({ name, lastedMs, allowed }) =>
    `${name} was down for ${toSeconds(lastedMs)}, longer than the ${toSeconds(allowed)} of max-outage`,
  'no-recovery': ({ name, withinMs }) => `${name} did not recover within ${toWords(withinMs)}`,
  'baseline-failed': ({ why }) => `before anything was created, ${why}`,
  'not-started': () => 'the run ended before the service could be judged',
  'not-landed': ({ targets }) => `the interruption was not proved for ${targets.map(({ id, outcome }) => `${id} (${outcome})`).join(', ')}`,
  'not-sent': () => 'the recommendation was not sent to every target',
  'not-stopped': () => 'the experiment ended before the early stop took effect',
  'few-checks': ({ name, checks }) => `${name} has ${checks} known checks, fewer than ${MIN_CHECKS}`,
  'missing-checks': ({ name, checks, due }) => `${name} has ${checks} known checks of ${due} that were due`,
  'unknown-availability': ({ name, unknown, lowest }) =>
    `${unknown} checks of ${name} are unknown: if they failed, it was healthy in only ${toPercent(lowest)}`,
  'unknown-outage': ({ name, possibleMs, allowed }) =>
    `${name} may have been down for ${toSeconds(possibleMs)}, longer than the ${toSeconds(allowed)} of max-outage: its checks in that time are unknown, or were not sent`,
  'unknown-recovery': ({ name }) => `checks of ${name} are unknown in the time in which it had to recover`,
  'not-replaced': ({ name, level, latest, unit, withinMs }) =>
    `${name} was not back within ${toWords(withinMs)}: ${latest} of ${level} ${unit} serve beside the targets`,
  'late-reaction': ({ id, allowed, reactionMs }) =>
    reactionMs === undefined
      ? `nothing reacted to the signal to ${id} within ${toWords(allowed)}`
      : `the first reaction to the signal to ${id} came after ${toSeconds(reactionMs)}, later than the ${toWords(allowed)} of react-within`,
  'capacity-lowered': ({ name, level, desired }) =>
    `somebody lowered the desired size of ${name} to ${desired}, below the ${level} before the run, so nobody knows whether it would have come back`,
  'capacity-unknown': ({ name }) => `it is not known whether ${name} was back in time`,
  'not-affected': ({ names }) => `no target belongs to ${names.join(', ')}, so nothing was judged`,
  'unknown-reaction': ({ ids, visible }) =>
    visible
      ? `it is not known whether something reacted in time to the signal to ${ids.join(', ')}`
      : `no source shows whether something reacted in time to the signal to ${ids.join(', ')}: add the target group or the ECS service of the targets to capacity`,
  'cut-short': ({ cancelled }) => `the ${cancelled ? 'job was cancelled' : 'run ended'} before the service could be judged`,
}

/** The figures of a service that survived. */
type Survival = {
  readonly allMetrics: readonly Pick<ProbeMetrics, 'name' | 'unknown'>[]
  readonly availability: number | undefined
  readonly longestOutageMs: number | undefined
  readonly capacities?: readonly Pick<CapacityMetrics, 'name' | 'level' | 'recoveryMs' | 'affected'>[]
}

/** Describes a service that survived: its probes, then its capacities. Sentences without their full stops. */
export function describeSurvival(survival: Survival): readonly string[] {
  const { allMetrics, capacities = [] } = survival
  const judged = capacities.filter(({ affected }) => affected !== false)
  return [...(allMetrics.length === 0 ? [] : [describeProbes(survival)]), ...judged.map(describeBack)]
}

function describeProbes({ allMetrics, availability = 0, longestOutageMs = 0 }: Survival): string {
  const who = allMetrics.length === 1 ? `${allMetrics[0]?.name}` : `each of ${allMetrics.length} probes`
  const unknown = allMetrics.reduce((sum, metrics) => sum + metrics.unknown, 0)
  const left = unknown === 0 ? '' : `; ${unknown === 1 ? '1 check is' : `${unknown} checks are`} unknown`
  return longestOutageMs === 0
    ? `${who} was healthy in every ${unknown === 0 ? '' : 'known '}check${left}`
    : `${who} was healthy in at least ${toPercent(availability)} of the checks, down for at most ${toSeconds(longestOutageMs)} in a row${left}`
}

function describeBack({ name, level, recoveryMs = 0 }: Pick<CapacityMetrics, 'name' | 'level' | 'recoveryMs'>): string {
  return recoveryMs === 0
    ? `${name} was back at ${level} when the last target left`
    : `${name} was back at ${level} after ${toSeconds(recoveryMs)}`
}

/** Whole seconds, rounded up. */
function toSeconds(ms: number): string {
  return toWords(ceilSeconds(ms) * 1000)
}
