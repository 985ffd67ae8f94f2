import { type Place, partitionOf } from '../arn.ts'
import type { Inputs } from '../inputs/main.ts'
import type { AimInputs } from '../inputs/targets.ts'
import type { ProbeRules } from '../probes/probe.ts'
import { type Identity, type Tags, toOwnRoleName, toTags } from '../tags.ts'
import type { Guards } from '../targets/guards.ts'
import type { Planned } from '../timeline/event.ts'

/** A start that FIS refuses because the role is too new is repeated for this long. */
export const START_PATIENCE_MS = 90_000
/** How long the start waits where FIS runs as many experiments as it allows at once. */
export const QUEUE_MS = 10 * 60_000
/** How long every probe has, before anything is created, to be healthy three times in a row. */
export const BASELINE_MS = 30_000
/** `observe-for` counts from this long after a target left, where EC2 shows no `terminated` or `stopped` before. */
export const END_AFTER_LEFT_MS = 60_000
const TAIL_MS = 30 * 60_000
/** Preflight, role, template and clean-up, generously. */
const AROUND_MS = 5 * 60_000

/** Everything the steps need to know, decided before anything is created. */
export type Plan = Planned & {
  /** How the targets were picked; absent where they were named. */
  readonly aim?: AimInputs
  readonly guards?: Guards
  /** The instance that this job runs on; `unknown` where nobody can tell. */
  readonly ownId: string | undefined
  readonly place: Place
  readonly who: Identity
  readonly tags: Tags
  readonly roleArn: string | null
  /** Where the role is deleted at the end, the name of a role that this run has for itself. */
  readonly roleName: string
  readonly createRole: boolean
  readonly deleteRole: boolean
}

/** The part of the plan that is known from the inputs alone. */
export function toPlanned(inputs: Inputs): Planned {
  const {
    mode,
    region,
    durationMs,
    timeoutMs,
    pollIntervalMs,
    waitFor,
    reactTo,
    requireVerdict,
    instanceIds,
    probes,
    capacity,
    reactWithinMs,
    stopAlarms = [],
    earlyStop,
  } = inputs
  const planned = { mode, region, durationMs, timeoutMs, pollIntervalMs, waitFor, reactTo, requireVerdict, instanceIds }
  return {
    ...planned,
    ...(earlyStop === undefined ? {} : { earlyStop }),
    ...(stopAlarms.length === 0 ? {} : { stopAlarms }),
    ...(probes === undefined ? {} : { probeRules: probes.rules }),
    ...(capacity === undefined ? {} : { capacityRules: capacity }),
    ...(reactWithinMs === undefined ? {} : { reactWithinMs }),
  }
}

/** The longest time before an interruption that FIS takes: what is stopped at once is furthest from it. */
const EARLY_STOP_MS = 15 * 60_000
/** Targets are watched until t0 + 18 minutes; the start may take a while. */
const EARLY_STOP_TIMEOUT_MS = 25 * 60_000

/** The inputs of a run that interrupts with the longest duration, and stops that at once. `timeout` does not count then. */
export function toEarlyStop(inputs: Inputs): Inputs {
  const times = { durationMs: EARLY_STOP_MS, timeoutMs: EARLY_STOP_TIMEOUT_MS }
  return { ...inputs, ...times, mode: 'interruption', waitFor: 'interruption', earlyStop: true }
}

/** The plan, once it is known in which account. `now` is AWS's time: the tags' times are compared by others. */
export function toPlan(inputs: Inputs, who: Identity, known: { account: string; now: Date; ownId?: string | undefined }): Plan {
  const life = { createdAt: known.now, expiresAt: new Date(known.now.getTime() + longestRunMs(inputs) + QUEUE_MS + TAIL_MS) }
  const { roleArn, roleName, createRole, deleteRole, aim, guards } = inputs
  const own = deleteRole && roleArn === null
  return {
    ...toPlanned(inputs),
    place: { partition: partitionOf(inputs.region), region: inputs.region, account: known.account },
    who,
    tags: toTags(who, inputs.mode, life, inputs.tags),
    roleArn,
    roleName: own ? toOwnRoleName(roleName, who.invocation) : roleName,
    createRole,
    deleteRole,
    ownId: known.ownId,
    ...(aim === undefined ? {} : { aim }),
    ...(guards === undefined ? {} : { guards }),
  }
}

/** The longest that a run with these inputs takes, in milliseconds, where its start does not have to wait for other experiments. */
export function longestRunMs({ timeoutMs, probes, capacity }: Inputs): number {
  const probingMs = probes === undefined ? 0 : longestProbingMs(probes.rules)
  const observingMs = capacity === undefined ? 0 : END_AFTER_LEFT_MS + capacity.observeMs + capacity.recoveryMs
  return AROUND_MS + START_PATIENCE_MS + timeoutMs + Math.max(probingMs, observingMs)
}

/** Baseline, the wait for the last states, `observe-for` and the recovery wait, each with answers still to come at its end. */
function longestProbingMs({ observeMs, recoveryMs, timeoutMs }: ProbeRules): number {
  return BASELINE_MS + END_AFTER_LEFT_MS + observeMs + recoveryMs + 3 * timeoutMs
}
