import { type CapacityMetrics, isJudged } from '../model/capacity/metrics.ts'
import { toWords } from '../model/duration.ts'
import type { TargetReaction } from '../model/verdict/reaction.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'

/** Every new member once, by its id for people: for a registered target, that of its instance. */
export function nameReplacements(capacities: readonly Pick<CapacityMetrics, 'replacements'>[]): readonly string[] {
  return [...new Set(capacities.flatMap(({ replacements }) => replacements.map(({ shown }) => shown)))]
}

/** `after 1m 12s`, `before the targets left`, `not in time`, `unknown` or `not affected`. */
export function describeBack(metrics: CapacityMetrics): string {
  const { back, recoveryMs = 0 } = metrics
  if (!isJudged(metrics)) return 'not affected'
  if (back !== true) return back === false ? 'not in time' : 'unknown'
  return recoveryMs === 0 ? 'before the targets left' : `after ${toWords(ceilSeconds(recoveryMs) * 1000)}`
}

/** `after 12s`, `none` or `not visible`. */
export function describeReaction({ reacted, reactionMs = 0, inTime }: TargetReaction): string {
  if (reacted !== true) return reacted === false ? 'none' : 'not visible'
  return `after ${toWords(ceilSeconds(reactionMs) * 1000)}${inTime === false ? ', too late' : ''}`
}
