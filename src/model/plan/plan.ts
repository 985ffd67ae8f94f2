import { type Place, partitionOf } from '../arn.ts'
import { LONGEST_DURATION_MS } from '../fis.ts'
import type { Inputs } from '../inputs/main.ts'
import type { AimInputs } from '../inputs/targets.ts'
import type { ProbeRules } from '../probes/probe.ts'
import { type Identity, type Tags, toOwnRoleName, toTags } from '../tags.ts'
import type { Guards } from '../targets/guards.ts'
import type { Planned } from '../timeline/planned.ts'

/** How long to repeat a start that FIS refuses because the role is too new. */
export const START_PATIENCE_MS = 90_000
/** How long the start waits while FIS already runs as many experiments as it allows. */
export const QUEUE_MS = 10 * 60_000
/** The baseline: each probe must be healthy three times in a row within this time, before anything is created. */
export const BASELINE_MS = 30_000
/** `observe-for` begins when EC2 shows `terminated` or `stopped`, or this long after a target left if EC2 shows neither. */
export const END_AFTER_LEFT_MS = 60_000
const TAIL_MS = 30 * 60_000
/** A generous limit for preflight, role, template and clean-up together. */
const AROUND_MS = 5 * 60_000

/** Everything that the steps need to know, decided before anything is created. */
export type Plan = Planned & {
  /** How the targets were picked; absent if they were named. */
  readonly aim?: AimInputs
  readonly guards?: Guards
  /** The instance that this job runs on; `unknown` if that cannot be found out. */
  readonly ownId: string | undefined
  readonly place: Place
  readonly who: Identity
  readonly tags: Tags
  readonly roleArn: string | null
  /** The name of the role. With `delete-role`, it is a name for this run alone. */
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

/** The longest duration that FIS accepts, so that the early stop comes as long as possible before the interruption. */
const EARLY_STOP_MS = LONGEST_DURATION_MS
/** Targets are watched until t0 + 18 minutes, and the start may take a while. */
const EARLY_STOP_TIMEOUT_MS = 25 * 60_000

/** The inputs of a run that sends an interruption with the longest duration and stops it at once. `timeout` has no effect then. */
export function toEarlyStop(inputs: Inputs): Inputs {
  const times = { durationMs: EARLY_STOP_MS, timeoutMs: EARLY_STOP_TIMEOUT_MS }
  return { ...inputs, ...times, mode: 'interruption', waitFor: 'interruption', earlyStop: true }
}

/** The plan, once the account is known. `now` is AWS's time, because other runs compare the times in the tags. */
export function toPlan(inputs: Inputs, who: Identity, known: { account: string; now: Date; ownId?: string | undefined }): Plan {
  const life = { createdAt: known.now, expiresAt: new Date(known.now.getTime() + longestRunMs(inputs) + QUEUE_MS + TAIL_MS) }
  const { roleArn, roleName, createRole, deleteRole, aim, guards } = inputs
  const own = deleteRole && roleArn === null
  return {
    ...toPlanned(inputs),
    place: { partition: partitionOf(inputs.region), region: inputs.region, account: known.account },
    who,
    tags: toTags(who, { mode: inputs.mode, ...life }, inputs.tags),
    roleArn,
    roleName: own ? toOwnRoleName(roleName, who.invocation) : roleName,
    createRole,
    deleteRole,
    ownId: known.ownId,
    ...(aim === undefined ? {} : { aim }),
    ...(guards === undefined ? {} : { guards }),
  }
}

/** The longest time that a run with these inputs takes, in milliseconds, without a wait for other experiments. */
export function longestRunMs({ timeoutMs, probes, capacity }: Inputs): number {
  const probingMs = probes === undefined ? 0 : longestProbingMs(probes.rules)
  const observingMs = capacity === undefined ? 0 : END_AFTER_LEFT_MS + capacity.observeMs + capacity.recoveryMs
  return AROUND_MS + START_PATIENCE_MS + timeoutMs + Math.max(probingMs, observingMs)
}

/** Adds up the baseline, the wait for the last states, `observe-for` and the recovery wait, each with time for its last answers. */
function longestProbingMs({ observeMs, recoveryMs, timeoutMs }: ProbeRules): number {
  return BASELINE_MS + END_AFTER_LEFT_MS + observeMs + recoveryMs + 3 * timeoutMs
}
