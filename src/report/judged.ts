import { renderCapacity } from './capacity.ts'
import { renderProbes } from './probes.ts'
import { renderStrips } from './strips.ts'
import type { Section } from './summary.ts'

/** The sections of a run whose service is judged. Main loads them only for such a run. */
export const JUDGED: readonly Section[] = [
  { place: 10, rank: 3, render: renderStrips },
  { place: 20, rank: 6, render: renderProbes },
  { place: 30, rank: 7, render: renderCapacity },
]
