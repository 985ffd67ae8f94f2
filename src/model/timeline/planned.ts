import type { CapacityRules } from '../capacity/source.ts'
import type { Mode } from '../mode.ts'
import type { ProbeRules } from '../probes/probe.ts'

/** The signals that FIS sends before an interruption. */
export type ReactTo = 'notice' | 'rebalance'

/** The part of the inputs that conclusions need. */
export type Planned = {
  readonly mode: Mode
  readonly region: string
  readonly durationMs: number
  readonly timeoutMs: number
  readonly pollIntervalMs: number
  readonly waitFor: 'interruption' | 'experiment'
  /** The signal on which something is expected to drain the targets. */
  readonly reactTo: ReactTo
  /** The step passes only with the verdict `survived`. */
  readonly requireVerdict: boolean
  readonly instanceIds: readonly string[]
  /** The run stops the experiment as soon as every action has started. This replaces a recommendation that FIS does not offer. */
  readonly earlyStop?: true
  /** ARNs of the alarms that stop the experiment; absent without any. */
  readonly stopAlarms?: readonly string[]
  /** Absent without probes. */
  readonly probeRules?: ProbeRules
  /** Absent without capacities. */
  readonly capacityRules?: CapacityRules
  /** The longest allowed time from the signal to the first sign of a reaction; absent if it is not judged. */
  readonly reactWithinMs?: number
}
