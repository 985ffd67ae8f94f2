import * as v from 'valibot'

/**
 * The delays of the services that keep capacity, in seconds. AWS gives no figure for most of them; docs/dev/aws-behaviour.md has what is
 * known of each. All are switches.
 */
const seconds = v.pipe(v.number(), v.minValue(0))

export const lagEntries = {
  /** From a Spot signal until a service that listens to it acts: Auto Scaling with Capacity Rebalancing, the ECS agent that drains. */
  signalSeconds: seconds,
  /** From the end of a member until its Auto Scaling group calls it Unhealthy. Until then it stays InService. */
  groupHealthSeconds: seconds,
  /** From the need of an Auto Scaling group to its launch. */
  groupLaunchSeconds: seconds,
  /** From a launch that failed to the next attempt; a second at least. */
  groupRetrySeconds: v.pipe(v.number(), v.minValue(1)),
  /** From the launch of a member until it is InService, lifecycle hooks apart. */
  inServiceSeconds: seconds,
  /** From the launch of an instance until its service answers, and its ECS agent registers. */
  bootSeconds: seconds,
  /** From the end of an instance until a target group shows it as unused. */
  targetStateSeconds: seconds,
  /** From the end of a container instance until ECS misses its agent. Until then its tasks count as running. */
  agentLostSeconds: seconds,
  /** From the placement of a task until it runs. */
  taskStartSeconds: seconds,
  /** From the order to stop a task until it is stopped. */
  taskStopSeconds: seconds,
  /** How old the counts of DescribeServices are. */
  serviceCountSeconds: seconds,
}

export const defaultLags = {
  signalSeconds: 5,
  groupHealthSeconds: 60,
  groupLaunchSeconds: 30,
  groupRetrySeconds: 60,
  inServiceSeconds: 30,
  bootSeconds: 60,
  targetStateSeconds: 60,
  agentLostSeconds: 60,
  taskStartSeconds: 30,
  taskStopSeconds: 30,
  serviceCountSeconds: 10,
} as const satisfies Readonly<Record<keyof typeof lagEntries, number>>

export type Lag = keyof typeof lagEntries
