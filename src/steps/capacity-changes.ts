import { measureLevel } from '../model/capacity/metrics.ts'
import { type CapacityReading, countServing, findPresence, isOn } from '../model/capacity/reading.ts'
import type { Capacity } from '../model/capacity/source.ts'
import type { World } from '../world.ts'

/** Records changes from one reading of a capacity to the next: which members serve beside the targets, and the first sign of a reaction. */
export type ChangeRecorder = (sentMs: number, reading: CapacityReading, targets: readonly string[]) => void

/** A recorder that starts from the reading before the run. */
export function createChangeRecorder({ log }: Pick<World, 'log'>, { name, shown }: Capacity, baseline: CapacityReading): ChangeRecorder {
  const level = measureLevel(baseline)
  const reacted = new Set<string>()
  let before: CapacityReading = baseline
  return (sentMs, reading, targets) => {
    const without = new Set(targets)
    const [count, was] = [countServing(reading, without), countServing(before, without)]
    const [now, then] = [findServing(reading, without), findServing(before, without)]
    const joined = now.filter((id) => !then.includes(id))
    const lost = then.filter((id) => !now.includes(id))
    if (count !== was || joined.length > 0 || lost.length > 0) log.record({ kind: 'capacity', name, count, level, joined, lost })
    for (const target of targets.filter((id) => !reacted.has(id) && isReaction(baseline, reading, id))) {
      reacted.add(target)
      log.record({ kind: 'reaction', target, by: shown, state: findState(reading, target), sentMs })
    }
    before = reading
  }
}

function findServing({ members }: CapacityReading, without: ReadonlySet<string>): readonly string[] {
  return members.flatMap((member) => (member.serving && !isOn(member, without) ? [member.shown ?? member.id] : []))
}

function isReaction(baseline: CapacityReading, reading: CapacityReading, id: string): boolean {
  return findPresence(baseline, id) === 'shown' && findPresence(reading, id) === 'draining'
}

function findState({ members, hosts = [] }: CapacityReading, id: string): string {
  return [...members, ...hosts].find(({ instanceId, draining }) => instanceId === id && draining)?.state ?? ''
}
