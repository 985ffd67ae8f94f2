import { type CapacityMetrics, isJudged, isLowered, measureCapacity } from '../capacity/metrics.ts'
import type { CapacityRules } from '../capacity/source.ts'
import { last } from '../timeline/event.ts'
import type { Observed } from './observed.ts'
import type { OpenReason, RedReason } from './reasons.ts'
import { findLatest, readLeftMs } from './window.ts'

/** The verdict on the capacities: the figures of each, and the reasons that follow. */
export type CapacityVerdict = {
  readonly metrics: readonly CapacityMetrics[]
  /** Time until the slowest judged capacity was back; undefined if one is not, or if none is judged. */
  readonly replacementMs: number | undefined
  readonly red: readonly RedReason[]
  readonly open: readonly OpenReason[]
}

export const NO_CAPACITY: CapacityVerdict = { metrics: [], replacementMs: undefined, red: [], open: [] }

/** Judges every capacity that a target belongs to, or may belong to. */
export function judgeCapacity(observed: Observed): CapacityVerdict {
  const metrics = measureCapacities(observed)
  const rules = observed.plan?.capacityRules
  if (rules === undefined) return NO_CAPACITY
  const judged = metrics.filter(isJudged)
  const unread = rules.capacities.filter(({ name }) => !metrics.some((one) => one.name === name))
  return {
    metrics,
    replacementMs: judged.length === 0 ? undefined : findLatest(judged.map(({ recoveryMs }) => recoveryMs)),
    red: judged.flatMap((one) => findRed(one, rules)),
    open: [
      ...unread.map(({ name }): OpenReason => ({ kind: 'capacity-unknown', name })),
      ...judged.flatMap(findOpen),
      ...(judged.length === 0 && unread.length === 0 && observed.plan?.probeRules === undefined
        ? [{ kind: 'not-affected' as const, names: metrics.map(({ name }) => name) }]
        : []),
    ],
  }
}

/** The figures of every capacity; empty before a start. */
function measureCapacities({ timeline, plan, start, outcomes }: Observed): readonly CapacityMetrics[] {
  const read = last(timeline, 'capacity-read')
  if (plan === undefined || start === undefined || read === undefined) return []
  const { untilMs, whole } = read
  const window = { targets: new Set(plan.instanceIds), startMs: start.ms, leftMs: readLeftMs(plan, start, outcomes), untilMs, whole }
  return read.allReadings.map((readings) => measureCapacity(readings, window))
}

function findRed(metrics: CapacityMetrics, { observeMs, recoveryMs }: CapacityRules): readonly RedReason[] {
  const { name, level, latest, unit, back } = metrics
  if (back !== false || isLowered(metrics)) return []
  return [{ kind: 'not-replaced', name, level, latest, unit, withinMs: observeMs + recoveryMs }]
}

function findOpen(metrics: CapacityMetrics): readonly OpenReason[] {
  const { name, level, desired, back } = metrics
  if (back === true) return []
  if (desired !== undefined && isLowered(metrics)) return [{ kind: 'capacity-lowered', name, level, desired: desired.lowest }]
  return back === 'unknown' ? [{ kind: 'capacity-unknown', name }] : []
}
