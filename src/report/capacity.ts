import { type CapacityMetrics, isJudged, isLowered } from '../model/capacity/metrics.ts'
import type { CapacityRules } from '../model/capacity/source.ts'
import { toWords } from '../model/duration.ts'
import { plural } from '../model/plural.ts'
import { all } from '../model/timeline/event.ts'
import type { TargetReaction } from '../model/verdict/reaction.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import { toMarkdown } from './escape.ts'
import type { Report } from './report.ts'
import { type State, toSign } from './signs.ts'
import { type Cell, renderDetails, renderId, renderTable } from './table.ts'

/** Every new member once, by its id for people: for a registered target, that of its instance. */
export function nameReplacements(capacities: readonly Pick<CapacityMetrics, 'replacements'>[]): readonly string[] {
  return [...new Set(capacities.flatMap(({ replacements }) => replacements.map(({ shown }) => shown)))]
}

/**
 * One table for capacity and one for reactions, and the activities of the Auto Scaling groups; '' if the run has neither capacity nor
 * reactions to judge.
 */
export function renderCapacity(report: Report): string {
  const parts = [renderCapacities(report), renderReactions(report), renderScaling(report)]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** A row for each capacity, with its members by name. */
function renderCapacities(report: Report): string {
  const { plan, verdict } = report
  const rules = plan?.capacityRules
  if (rules === undefined || verdict.capacities.length === 0) return ''
  const rows = verdict.capacities.map((metrics) => toRow(report, metrics, rules))
  const table = renderTable(['Capacity', 'Back', 'Before, lowest, last', 'Lost', 'New'], rows)
  const notes = ['The count leaves out the targets; the level before the run includes them.', ...verdict.capacities.flatMap(toNotes)]
  return ['### Capacity', table, notes.map(toMarkdown).join(' ')].join('\n\n')
}

function toRow({ rehearsal }: Report, metrics: CapacityMetrics, { capacities }: CapacityRules): readonly Cell[] {
  const { name, level, lowest, latest, unit, lost, replacements } = metrics
  const shown = capacities.find((one) => one.name === name)?.shown ?? ''
  const counts = `${[level, lowest, latest].join(', ')}${unit === 'units' ? ' units' : ''}`
  const names = [lost, replacements.map((one) => one.shown)].map((ids) => (ids.length === 0 ? '–' : { lines: renderIds(ids) }))
  const [gone = '–', added = '–'] = names
  const sign = isJudged(metrics) ? `${toSign(toBackState(metrics), rehearsal)}&nbsp;` : ''
  return [{ lines: [renderId(name), toMarkdown(shown)] }, `${sign}${describeBack(metrics).replaceAll(' ', '&nbsp;')}`, counts, gone, added]
}

function toBackState(metrics: CapacityMetrics): State {
  if (metrics.back === true) return 'kept'
  return metrics.back === false && !isLowered(metrics) ? 'broken' : 'unknown'
}

const MOST_IDS = 5

function renderIds(ids: readonly string[]): readonly string[] {
  const more = ids.length - MOST_IDS
  return [...ids.slice(0, MOST_IDS).map(renderId), ...(more > 0 ? [`and ${more} more`] : [])]
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
    ...(assumed ? [`No poll showed ${name} fall, so it counts as back only because its count stayed complete.`] : []),
    ...(sizes || desired === undefined ? [] : [describeSizes(name, desired)]),
  ]
}

function describeSizes(name: string, { before, lowest, highest }: NonNullable<CapacityMetrics['desired']>): string {
  const range = [lowest < before ? `down to ${lowest}` : '', highest > before ? `up to ${highest}` : ''].filter((part) => part !== '')
  return `Somebody changed the desired size of ${name} from ${before} ${range.join(' and ')}: new members may be more than replacements.`
}

/** For each target, one row: who reacted, and how soon. */
function renderReactions(report: Report): string {
  const { plan, reaction, rehearsal } = report
  if (reaction.targets.length === 0 || (plan?.capacityRules === undefined && plan?.reactWithinMs === undefined)) return ''
  const rows = reaction.targets.slice(0, MOST_REACTIONS).map((target): readonly Cell[] => {
    const sign = target.inTime === undefined ? '' : `${toSign(IN_TIME[`${target.inTime}`], rehearsal)}&nbsp;`
    const who = target.signs.length === 0 ? '–' : target.signs.map(({ by }) => toMarkdown(by)).join('<br>')
    return [{ id: target.id }, `${sign}${describeReaction(target)}`, who]
  })
  const more = reaction.targets.length - rows.length
  const table = renderTable(['Target', `After the ${plan.reactTo === 'notice' ? 'notice' : 'recommendation'}`, 'Shown by'], rows)
  return ['### Reaction', table, ...(more > 0 ? [`The report has ${more} more targets.`] : [])].join('\n\n')
}

const MOST_REACTIONS = 20
const IN_TIME: Readonly<Record<`${boolean | 'unknown'}`, State>> = { true: 'kept', false: 'broken', unknown: 'unknown' }

/** `after 12s`, `none` or `not visible`. */
export function describeReaction({ reacted, reactionMs = 0, inTime }: TargetReaction): string {
  if (reacted !== true) return reacted === false ? 'none' : 'not visible'
  return `after ${toWords(ceilSeconds(reactionMs) * 1000)}${inTime === false ? ', too late' : ''}`
}

/** The activities of the Auto Scaling groups, in their own words. */
function renderScaling({ timeline }: Report): string {
  const rows = all(timeline, 'scaling').map(({ startAt, group, description, cause, status }) => [
    `${startAt.toISOString().slice(11, 19)}&nbsp;UTC`,
    toMarkdown(group),
    toMarkdown(`${description} (${status})`),
    toMarkdown(cause),
  ])
  if (rows.length === 0) return ''
  const head = plural(rows.length, 'scaling activity', 'scaling activities')
  return renderDetails(head, renderTable(['Began', 'Group', 'Activity', 'Cause'], rows))
}
