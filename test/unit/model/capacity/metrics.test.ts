import { expect, it } from 'vitest'
import { measureCapacity } from '../../../../src/model/capacity/metrics.ts'
import type { CapacityReading } from '../../../../src/model/capacity/reading.ts'
import { readings } from '../../../fakes/capacity.ts'

const [TARGET, OTHER, NEW] = ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0bbbbbbbbbbbbbbb1'] as const
const PORTS = [80, 8080]

function registered(...ids: readonly string[]): CapacityReading {
  const members = ids.flatMap((id) =>
    PORTS.map((port) => ({ id: `${id}:${port}`, shown: id, instanceId: id, state: 'healthy', serving: true, draining: false })),
  )
  return { members, traced: true, tells: true }
}

it('names an instance that is registered at two ports once, and counts it at each', () => {
  const polls = [
    [-1, registered(TARGET, OTHER)],
    [130, registered(OTHER)],
    [150, registered(OTHER, NEW)],
  ] as const
  const window = { targets: new Set([TARGET]), startMs: 0, leftMs: 121_000, untilMs: 200_000, whole: true }
  const { level, lowest, latest, lost, replacements } = measureCapacity(readings(polls), window)
  expect({ level, lowest, latest, lost }).toEqual({ level: 4, lowest: 2, latest: 4, lost: [TARGET] })
  expect(replacements.map(({ shown, seenMs }) => [shown, seenMs])).toEqual([[NEW, 150_000]])
})
