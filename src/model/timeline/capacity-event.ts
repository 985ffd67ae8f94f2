import type { CapacityReadings } from '../capacity/readings.ts'

/** Events of the capacities, and of reactions to the signal. */
export type CapacityEvent =
  /** The reading of one capacity before anything was created. `level`: the number of members, or units of weight, that served. */
  | {
      readonly kind: 'capacity-baseline'
      readonly name: string
      readonly shown: string
      readonly level: number
      readonly members: readonly string[]
    }
  /** The serving members have changed since the previous poll: their number without the targets, or which ones they are. */
  | {
      readonly kind: 'capacity'
      readonly name: string
      readonly count: number
      readonly level: number
      readonly joined: readonly string[]
      readonly lost: readonly string[]
    }
  /** The first sign that a target is being taken out of service. */
  | { readonly kind: 'reaction'; readonly target: string; readonly by: string; readonly state: string; readonly sentMs: number }
  | { readonly kind: 'capacity-read'; readonly allReadings: readonly CapacityReadings[]; readonly untilMs: number; readonly whole: boolean }
  /** An activity of an Auto Scaling group during the run, in its own words. */
  | {
      readonly kind: 'scaling'
      readonly group: string
      readonly description: string
      readonly cause: string
      readonly status: string
      readonly startAt: Date
      readonly endAt?: Date
    }
