import * as v from 'valibot'
import { defaultLags, lagEntries } from './lags.ts'

/**
 * The switches: behaviour that AWS does not document, or that differs between accounts. A suite can run under every setting. The first
 * option of each is the default.
 */
const count = v.pipe(v.number(), v.minValue(0))

const failure = v.strictObject({
  /** Before or after the start of its actions. */
  when: v.picklist(['before-start', 'after-start']),
  /** `error.code` of the experiment. */
  code: v.string(),
  /** Its `state.reason`. */
  reason: v.string(),
  /** How many of the next experiments fail; without it, all. */
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** With `after-start`: whether the interruption comes all the same. */
  lands: v.optional(v.boolean(), false),
})

export const switchesSchema = v.strictObject({
  /** When FIS reports `completed`: t0 + 20 s, t0 + D - 2 min, t0 + D, or t0, as soon as the action starts. */
  completed: v.picklist(['early', 'notice', 'interruption', 'at-once']),
  /** When the instance ends: t0 + D, or, as one sentence of the documentation can be read, two minutes later. */
  ends: v.picklist(['on-time', 'later']),
  /** When the Spot request shows instance-terminated-by-experiment. */
  spotCode: v.picklist(['termination', 'notice']),
  /** What StopExperiment does to an interruption that has been started. */
  stop: v.picklist(['ignores', 'recalls']),
  /** The answer to a client token that is used again with another body. */
  token: v.picklist(['conflict', 'returns']),
  /** The answer to StopExperiment for a finished experiment. */
  stopFinished: v.picklist(['error', 'ok']),
  /** StateReason of an instance that an experiment ended. */
  stateReason: v.picklist(['spot', 'none']),
  /** FIS's emergency brake of an account: `engaged` refuses new experiments, and stops those that run. */
  safetyLever: v.picklist(['disengaged', 'engaged']),
  /** From the ALARM of a stop condition to the stop. */
  alarmStopSeconds: count,
  /** What a stop condition does if it is in ALARM already when the experiment starts. */
  alarmAtStart: v.picklist(['stops', 'ignores']),
  /** When a role that can be assumed but lacks its permission fails the experiment: before any action starts, or in the action. */
  deniedRole: v.picklist(['before-start', 'after-start']),
  /** Whether DeleteExperimentTemplate is refused while an experiment of it runs. */
  deleteRunning: v.picklist(['ok', 'conflict']),
  /** Keys of ResolvedTarget.targetInformation are not documented. */
  resolvedKey: v.string(),
  /** Whether the quota of 5 Spot targets, documented for tags, counts ARNs over all targets too. */
  arnQuota: v.picklist(['none', 'five']),
  /** Whether an action outside the catalogue is already refused by CreateExperimentTemplate. */
  unknownAction: v.picklist(['refused', 'accepted']),
  /** How long an experiment is `pending` before it is `initiating`. */
  pendingSeconds: count,
  /** From StartExperiment to t0. */
  startDelaySeconds: count,
  /** Regions whose catalogue offers the rebalance-only action. No page of AWS has it. */
  rebalanceRegions: v.array(v.string()),
  /** The id of the account. In YAML it stands in quotation marks. */
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  /** From CreateRole until the role can be assumed. */
  roleLagSeconds: count,
  /** Whether GetExperiment and ListExperiments show tags. */
  experimentTags: v.boolean(),
  /** An experiment that fails, and how. */
  failExperiment: v.nullable(failure),
  /** The policy documents of callers, by access key. A caller without one may do everything. */
  callerPolicies: v.record(v.string(), v.array(v.record(v.string(), v.unknown()))),
  ...lagEntries,
})

export type Switches = Readonly<v.InferOutput<typeof switchesSchema>>

export const switchesPatch = v.partial(switchesSchema)

export type SwitchesInput = Readonly<v.InferInput<typeof switchesPatch>>

export const defaultSwitches: Switches = {
  completed: 'early',
  ends: 'on-time',
  spotCode: 'termination',
  stop: 'ignores',
  token: 'conflict',
  stopFinished: 'error',
  stateReason: 'spot',
  safetyLever: 'disengaged',
  alarmStopSeconds: 1,
  alarmAtStart: 'stops',
  deniedRole: 'before-start',
  deleteRunning: 'ok',
  resolvedKey: 'arn',
  arnQuota: 'none',
  unknownAction: 'refused',
  pendingSeconds: 0,
  startDelaySeconds: 2,
  rebalanceRegions: [],
  account: '123456789012',
  roleLagSeconds: 0,
  experimentTags: true,
  failExperiment: null,
  callerPolicies: {},
  ...defaultLags,
}
