import * as v from 'valibot'
import { scalingProcess } from '../account/actors.ts'
import { cluster } from './cluster-schema.ts'
import { ago, count, list, region, text } from './seed-members.ts'

/** A lifecycle hook. The default of `heartbeatSeconds` is that of PutLifecycleHook. */
const hook = v.strictObject({
  name: v.string(),
  transition: v.picklist(['launching', 'terminating']),
  heartbeatSeconds: v.optional(v.pipe(count, v.minValue(30), v.maxValue(7200)), 3600),
  /** From the start of the hook until somebody completes it; by default nobody does. */
  completedAfterSeconds: v.optional(count),
})

const refresh = v.strictObject({
  id: v.string(),
  status: v.optional(
    v.picklist([
      'Pending',
      'InProgress',
      'Successful',
      'Failed',
      'Cancelling',
      'Cancelled',
      'RollbackInProgress',
      'RollbackFailed',
      'RollbackSuccessful',
      'Baking',
    ]),
    'InProgress',
  ),
  startedSecondsAgo: ago(60),
  endedSecondsAgo: v.optional(v.number()),
  percentageComplete: v.optional(v.pipe(count, v.maxValue(100)), 0),
  instancesToUpdate: v.optional(count, 1),
})

export const autoScalingGroup = v.strictObject({
  name: v.string(),
  region,
  minSize: v.optional(count, 0),
  maxSize: v.optional(count, 10),
  /** By default the number of members. */
  desiredCapacity: v.optional(count),
  desiredCapacityType: v.optional(v.string()),
  capacityRebalance: v.optional(v.boolean(), false),
  healthCheckType: text('EC2'),
  healthCheckGracePeriod: v.optional(count, 0),
  zones: v.optional(v.array(v.string())),
  targetGroupArns: list,
  suspendedProcesses: v.optional(v.array(scalingProcess), []),
  members: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        lifecycleState: text('InService'),
        healthStatus: text('Healthy'),
        weightedCapacity: v.optional(v.string()),
      }),
    ),
    [],
  ),
  activities: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        description: v.string(),
        cause: text('At the request of a user.'),
        startedSecondsAgo: ago(60),
        /** Without it, the activity is still in progress. */
        endedSecondsAgo: v.optional(v.number()),
        statusCode: text('Successful'),
        statusMessage: v.optional(v.string()),
        progress: v.optional(count, 100),
      }),
    ),
    [],
  ),
  hooks: v.optional(v.array(hook), []),
  launchFailures: v.optional(v.array(v.strictObject({ fromSeconds: v.optional(count, 0), untilSeconds: v.optional(count) })), []),
  /** With `capacityRebalance`: `true` replaces a member on the rebalance recommendation, `false` only on the notice. */
  replaceOnRebalance: v.optional(v.boolean(), true),
  refreshes: v.optional(v.array(refresh), []),
  createdSecondsAgo: ago(3600),
  tags: v.optional(v.record(v.string(), v.string()), {}),
})

export const targetGroup = v.strictObject({
  name: v.string(),
  region,
  arn: v.optional(v.string()),
  targetType: v.optional(v.picklist(['instance', 'ip', 'lambda', 'alb']), 'instance'),
  protocol: text('HTTP'),
  port: v.optional(count, 80),
  loadBalancerArns: list,
  /** The defaults of this and the next four members are those of CreateTargetGroup. */
  healthCheckIntervalSeconds: v.optional(v.pipe(count, v.minValue(5), v.maxValue(300)), 30),
  healthCheckTimeoutSeconds: v.optional(v.pipe(count, v.minValue(2), v.maxValue(120)), 5),
  healthyThresholdCount: v.optional(v.pipe(count, v.minValue(2), v.maxValue(10)), 5),
  unhealthyThresholdCount: v.optional(v.pipe(count, v.minValue(2), v.maxValue(10)), 2),
  deregistrationDelaySeconds: v.optional(v.pipe(count, v.maxValue(3600)), 300),
  targets: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        /** By default the port of the target group. */
        port: v.optional(count),
        zone: v.optional(v.string()),
        /** The instance that an address runs on. */
        runsOn: v.optional(v.string()),
        state: v.optional(
          v.picklist(['initial', 'healthy', 'unhealthy', 'unhealthy.draining', 'unused', 'draining', 'unavailable']),
          'healthy',
        ),
        reason: v.optional(v.string()),
      }),
    ),
    [],
  ),
})

const alarmState = v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA'])

export const alarm = v.strictObject({
  name: v.string(),
  region,
  kind: v.optional(v.picklist(['MetricAlarm', 'CompositeAlarm', 'LogAlarm']), 'MetricAlarm'),
  state: v.optional(alarmState, 'OK'),
  stateReason: text('Threshold Crossed.'),
  /** States that it changes to later, counted from the seed. */
  changes: v.optional(
    v.array(v.strictObject({ afterSeconds: v.pipe(v.number(), v.minValue(0)), state: alarmState, reason: text('Threshold Crossed.') })),
    [],
  ),
  updatedSecondsAgo: ago(60),
  transitionedSecondsAgo: ago(3600),
  period: v.optional(count, 60),
  evaluationPeriods: v.optional(count, 1),
  datapointsToAlarm: v.optional(count, 1),
  treatMissingData: text('missing'),
  evaluationState: v.optional(v.picklist(['PARTIAL_DATA', 'EVALUATION_FAILURE', 'EVALUATION_ERROR'])),
  rule: text('ALARM("other")'),
})

/** The seeds of the services that keep capacity, and of the alarms. */
export const capacitySeed = {
  autoScalingGroups: v.optional(v.array(autoScalingGroup), []),
  targetGroups: v.optional(v.array(targetGroup), []),
  clusters: v.optional(v.array(cluster), []),
  alarms: v.optional(v.array(alarm), []),
}

const schema = v.strictObject(capacitySeed)
export type CapacitySeed = v.InferOutput<typeof schema>
