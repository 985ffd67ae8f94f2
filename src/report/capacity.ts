import { markdownTable } from 'markdown-table'
import { type CapacityMetrics, isJudged } from '../model/capacity/metrics.ts'
import { toWords } from '../model/duration.ts'
import { all } from '../model/timeline/event.ts'
import type { TargetReaction } from '../model/verdict/reaction.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import { toCode, toMarkdown } from './escape.ts'
import { nameSome } from './fleet.ts'
import type { Report } from './report.ts'

/** Every new member once, as people know it: the instance of a registered target. */
export function nameReplacements(capacities: readonly Pick<CapacityMetrics, 'replacements'>[]): readonly string[] {
  return [...new Set(capacities.flatMap(({ replacements }) => replacements.map(({ shown }) => shown)))]
}

/** The capacities, a row each, with their members by name; empty without capacities. */
export function renderCapacities({ plan, verdict }: Report): string {
  const rules = plan?.capacityRules
  if (rules === undefined) return ''
  const head = ['Capacity', 'Source', 'Before', 'Lowest', 'At the end', 'Back', 'Lost', 'New']
  const rows = rules.capacities.map(({ name, shown }) => {
    const metrics = verdict.capacities.find((one) => one.name === name)
    return [toCode(name), toMarkdown(shown), ...(metrics === undefined ? Array(6).fill('–') : toCells(metrics))]
  })
  const notes = verdict.capacities.flatMap(toNotes)
  const limits = `Counted without the targets; before the run they count. Allowed: back at the count before within ${toWords(rules.observeMs + rules.recoveryMs)}.`
  return ['### Capacity', '', markdownTable([head, ...rows]), '', [limits, ...notes.map(toMarkdown)].join(' ')].join('\n')
}

function toCells(metrics: CapacityMetrics): readonly string[] {
  const { level, lowest, latest, unit, lost, replacements } = metrics
  const counts = [level, lowest, latest].map((count) => (unit === 'units' ? `${count} units` : String(count)))
  const names = [lost, replacements.map(({ shown }) => shown)].map((ids) => (ids.length === 0 ? '–' : toMarkdown(nameSome(ids))))
  return [...counts, describeBack(metrics), ...names]
}

/** `after 1m 12s`, `before the targets left`, `not in time`, `unknown` or `not affected`. */
export function describeBack(metrics: CapacityMetrics): string {
  const { back, recoveryMs = 0 } = metrics
  if (!isJudged(metrics)) return 'not affected'
  if (back !== true) return back === false ? 'not in time' : 'unknown'
  return recoveryMs === 0 ? 'before the targets left' : `after ${toWords(ceilSeconds(recoveryMs) * 1000)}`
}

function toNotes({ name, assumed, desired }: CapacityMetrics): readonly string[] {
  const sizes = desired === undefined || (desired.lowest === desired.before && desired.highest === desired.before)
  return [
    ...(assumed ? [`${name} was never seen to fall, so it counts as back only because its count stayed whole.`] : []),
    ...(sizes || desired === undefined ? [] : [describeSizes(name, desired)]),
  ]
}

function describeSizes(name: string, { before, lowest, highest }: NonNullable<CapacityMetrics['desired']>): string {
  const range = [lowest < before ? `down to ${lowest}` : '', highest > before ? `up to ${highest}` : ''].filter((part) => part !== '')
  return `Somebody changed the desired size of ${name} from ${before} ${range.join(' and ')}: new members may be more than replacements.`
}

/** Who reacted, and how soon, a row for each target; empty where nothing was asked about a reaction. */
export function renderReactions({ plan, reaction }: Report): string {
  if (reaction.targets.length === 0 || (plan?.capacityRules === undefined && plan?.reactWithinMs === undefined)) return ''
  const rows = reaction.targets.map((target) => [toCode(target.id), describeReaction(target), nameWho(target)])
  const limit =
    plan.reactWithinMs === undefined ? 'Not judged, because react-within is not given.' : `Allowed: ${toWords(plan.reactWithinMs)}.`
  return ['### Reaction', '', markdownTable([['Target', 'First sign', 'By'], ...rows]), '', `After the ${plan.reactTo}. ${limit}`].join(
    '\n',
  )
}

/** `after 12s`, `none` or `not visible`. */
export function describeReaction({ reacted, reactionMs = 0, inTime }: TargetReaction): string {
  if (reacted !== true) return reacted === false ? 'none' : 'not visible'
  return `after ${toWords(ceilSeconds(reactionMs) * 1000)}${inTime === false ? ', too late' : ''}`
}

function nameWho({ signs }: TargetReaction): string {
  return signs.length === 0 ? '–' : toMarkdown(nameSome(signs.map(({ by }) => by)))
}

/** What the Auto Scaling groups did, and why, in their own words. */
export function renderScaling({ timeline }: Report): string {
  const rows = all(timeline, 'scaling').map(({ startAt, group, description, cause, status }) => [
    `${startAt.toISOString().slice(11, 19)} UTC`,
    toMarkdown(group),
    toMarkdown(`${description} (${status})`),
    toMarkdown(cause),
  ])
  return rows.length === 0 ? '' : `### Scaling activities\n\n${markdownTable([['Began', 'Group', 'Activity', 'Cause'], ...rows])}`
}
