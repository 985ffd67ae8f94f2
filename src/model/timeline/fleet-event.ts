import type { CapacityReadings } from '../capacity/readings.ts'

/** What is seen of the capacities, and of what reacts. */
export type FleetEvent =
  /** What one capacity showed before anything was created. `level`: members, or units of weight, that served. */
  | {
      readonly kind: 'capacity-baseline'
      readonly name: string
      readonly shown: string
      readonly level: number
      readonly members: readonly string[]
    }
  /** Fewer or more serve than at the poll before, the targets not counted, or others. */
  | {
      readonly kind: 'capacity'
      readonly name: string
      readonly count: number
      readonly level: number
      readonly joined: readonly string[]
      readonly lost: readonly string[]
    }
  /** The first sign that somebody takes a target out of service. */
  | { readonly kind: 'reaction'; readonly target: string; readonly by: string; readonly state: string; readonly sentMs: number }
  | { readonly kind: 'capacity-read'; readonly allReadings: readonly CapacityReadings[]; readonly untilMs: number; readonly whole: boolean }
  /** What an Auto Scaling group did in the run, in its own words. */
  | {
      readonly kind: 'scaling'
      readonly group: string
      readonly description: string
      readonly cause: string
      readonly status: string
      readonly startAt: Date
      readonly endAt?: Date
    }
