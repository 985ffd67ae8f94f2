import type { CapacityMetrics } from '../model/capacity/metrics.ts'
import { all } from '../model/timeline/event.ts'
import type { TargetReaction } from '../model/verdict/reaction.ts'
import { toPlain } from './escape.ts'
import { type Report, toWall } from './report.ts'
import type { CapacityFile, ReactionFile, ReportFile } from './schema.ts'

const REACTED: Readonly<Record<Report['reaction']['reacted'], boolean | null>> = { true: true, false: false, unknown: null, '': null }

/** The parts of the report file on capacity and reaction. */
export function toCapacities(report: Report): Pick<ReportFile, 'capacities' | 'replacementMs' | 'reacted' | 'reactions' | 'scaling'> {
  const { verdict, reaction, timeline } = report
  return {
    capacities: verdict.capacities.map((metrics) => toCapacity(report, metrics)),
    replacementMs: verdict.replacementMs ?? null,
    reacted: REACTED[reaction.reacted],
    reactions: reaction.targets.map((target) => toReaction(report, target)),
    scaling: all(timeline, 'scaling').map(({ group, description, cause, status, startAt, endAt }) => {
      const words = { description: toPlain(description), cause: toPlain(cause) }
      return { group, ...words, status, startedAt: startAt.toISOString(), endedAt: endAt?.toISOString() ?? null }
    }),
  }
}

function toCapacity(report: Report, metrics: CapacityMetrics): CapacityFile {
  const { name, unit, level, lowest, latest, affected, back, assumed = false, recoveryMs, lost, replacements, desired } = metrics
  return {
    name,
    source: report.plan?.capacityRules?.capacities.find((one) => one.name === name)?.shown ?? '',
    unit,
    level,
    lowest,
    latest,
    affected: toNullable(affected),
    back: toNullable(back),
    backAssumed: assumed,
    replacementMs: recoveryMs ?? null,
    lost: [...lost],
    replacements: replacements.map(({ shown, seenMs }) => ({ id: shown, seenAt: toWall(report, seenMs).toISOString() })),
    desired: desired ?? null,
  }
}

function toReaction(report: Report, { id, reacted, signs, reactionMs, inTime = 'unknown' }: TargetReaction): ReactionFile {
  const by = signs.map((sign) => ({ who: toPlain(sign.by), seenAt: toWall(report, sign.seenMs).toISOString() }))
  return {
    id,
    reacted: toNullable(reacted),
    reactedAt: by[0]?.seenAt ?? null,
    reactionMs: reactionMs ?? null,
    inTime: toNullable(inTime),
    by,
  }
}

function toNullable(known: boolean | 'unknown'): boolean | null {
  return known === 'unknown' ? null : known
}
