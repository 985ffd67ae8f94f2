import * as v from 'valibot'
import { ago, count, list, region, text } from './seed-members.ts'

/** ECS clusters, as a seed gives them. */
const launchType = v.optional(v.picklist(['EC2', 'FARGATE']), 'EC2')

export const cluster = v.strictObject({
  name: text('default'),
  region,
  autoScalingGroups: list,
  spotDraining: v.optional(v.boolean(), false),
  tasksPerInstance: v.optional(count, 100),
  createdSecondsAgo: ago(3600),
  services: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        status: text('ACTIVE'),
        desiredCount: v.optional(count, 1),
        /** By default the desired count. */
        runningCount: v.optional(count),
        pendingCount: v.optional(count, 0),
        schedulingStrategy: v.optional(v.picklist(['REPLICA', 'DAEMON']), 'REPLICA'),
        launchType,
        /** The defaults of a service: 100 and 200, 0 and 100 for a DAEMON. */
        minimumHealthyPercent: v.optional(count),
        maximumPercent: v.optional(count),
        /** By default COMPLETED if the desired count is running and no task is pending, otherwise IN_PROGRESS. */
        rolloutState: v.optional(v.picklist(['COMPLETED', 'IN_PROGRESS', 'FAILED'])),
        targetGroupArns: list,
        createdSecondsAgo: ago(3600),
      }),
    ),
    [],
  ),
  containerInstances: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        instanceId: v.string(),
        status: text('ACTIVE'),
        agentConnected: v.optional(v.boolean(), true),
        spotDraining: v.optional(v.boolean(), false),
        registeredSecondsAgo: ago(3600),
      }),
    ),
    [],
  ),
  tasks: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        service: v.optional(v.string()),
        containerInstance: v.optional(v.string()),
        lastStatus: text('RUNNING'),
        desiredStatus: text('RUNNING'),
        launchType,
        address: v.optional(v.string()),
        createdSecondsAgo: ago(3600),
      }),
    ),
    [],
  ),
})
