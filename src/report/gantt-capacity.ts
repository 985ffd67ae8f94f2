import { isJudged } from '../model/capacity/metrics.ts'
import { toWords } from '../model/duration.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import { cut } from './escape.ts'
import { BAR_TAGS, bar, milestone, type Scale, type Wall } from './gantt-bars.ts'
import type { Report } from './report.ts'

/** With more targets or new members than this, the diagram would be unreadable. The tables have all of them. */
const MAX_TARGETS = 20
const MAX_NEW = 5
const LONGEST_NAME = 20

/** The first sign of a reaction to the signal to each target. */
export function renderReactions({ plan, reaction }: Report, _: Scale, wall: Wall): readonly string[] {
  if (plan?.capacityRules === undefined && plan?.reactWithinMs === undefined) return []
  return reaction.targets
    .slice(0, MAX_TARGETS)
    .flatMap(({ id, signs: [first] }) => (first === undefined ? [] : [milestone(`Reaction ${id}`, wall(first.seenMs))]))
}

/** For each capacity the time in which it was short, and when each new member came. */
export function renderCapacities(report: Report, { t0, endAt }: Scale, wall: Wall): readonly string[] {
  const leftAt = Math.max(t0, ...report.outcomes.map(({ leftMs }) => wall(leftMs)))
  return report.verdict.capacities.filter(isJudged).flatMap(({ name, back, recoveryMs = 0, replacements }) => {
    const capacity = `Capacity ${toName(name)}`
    const news = replacements.slice(0, MAX_NEW).map(({ shown, seenMs }) => milestone(`New ${toName(shown)}`, wall(seenMs)))
    if (back !== true)
      return [
        bar(`${capacity} ${back === false ? 'not back' : 'unknown'}`, BAR_TAGS[back === false ? 'broken' : 'unknown'], {
          from: leftAt,
          to: endAt,
        }),
        ...news,
      ]
    if (recoveryMs === 0) return [bar(`${capacity} whole`, BAR_TAGS.kept, { from: t0, to: endAt }), ...news]
    const short = bar(`${capacity} short ${toWords(ceilSeconds(recoveryMs) * 1000)}`, BAR_TAGS.unknown, {
      from: leftAt,
      to: leftAt + recoveryMs,
    })
    return [short, ...news, bar(`${capacity} back`, BAR_TAGS.kept, { from: leftAt + recoveryMs, to: endAt })]
  })
}

/** A colon would end the name of a bar. */
function toName(text: string): string {
  return cut(text.replace(/[^\w.-]+/g, ' ').trim(), LONGEST_NAME)
}
