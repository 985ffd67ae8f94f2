import { uuidFor } from '../ids.ts'
import type { Activity, GroupState, Reason, Scaler } from './state.ts'

const launched: Record<Exclude<Reason, 'desired'>, string> = {
  rebalance: 'an instance was launched in response to an EC2 instance rebalance recommendation.',
  notice: 'an instance was launched in response to an EC2 Spot Instance interruption notice.',
  unhealthy: 'an instance was launched in response to an unhealthy instance needing to be replaced.',
}

const ended: Record<Exclude<Reason, 'desired'>, string> = {
  rebalance: 'an instance was taken out of service in response to an EC2 instance rebalance recommendation.',
  notice: 'an instance was taken out of service in response to an EC2 Spot Instance interruption notice.',
  unhealthy: 'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.',
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html */
const NO_CAPACITY = 'There is no Spot capacity available that matches your request. Launching EC2 instance failed.'

/** Adds an activity, `InProgress`, for the launch of the instance `id`; description and cause in the words of Auto Scaling. */
export function startLaunch(scaler: Scaler, { id, reason, at }: { id: string; reason: Reason; at: number }): Activity {
  const cause =
    reason === 'desired' ? `${describeDesiredChange(scaler.state, at)} ${started(scaler.state, at)}` : `At ${stamp(at)} ${launched[reason]}`
  return add(scaler, { at, description: `Launching a new EC2 instance: ${id}`, cause }, { code: 'InProgress', progress: 30 })
}

/** Adds an activity, `InProgress`, for the termination of the instance `id`. */
export function startEnd(scaler: Scaler, { id, reason, at }: { id: string; reason: Reason; at: number }): Activity {
  const cause =
    reason === 'desired' ? `${describeDesiredChange(scaler.state, at)} ${shrunk(scaler.state, at)}` : `At ${stamp(at)} ${ended[reason]}`
  return add(scaler, { at, description: `Terminating EC2 instance: ${id}`, cause }, { code: 'InProgress', progress: 0 })
}

/** Adds an activity that has failed already, because there is no Spot capacity. */
export function failLaunch(scaler: Scaler, reason: Reason, at: number): void {
  const cause = reason === 'desired' ? started(scaler.state, at) : `At ${stamp(at)} ${launched[reason]}`
  const content = { at, description: 'Launching a new EC2 instance', cause, statusMessage: NO_CAPACITY }
  add(scaler, content, { code: 'Failed', progress: 100 }).endAt = at
}

/** Gives an activity another status code from `at` on, at half of its progress. */
export function move(activity: Activity, code: string, at: number): void {
  activity.status.push({ at, value: { code, progress: 50 } })
}

/** Ends an activity at `at`. One that has ended stays as it is. */
export function close(activity: Activity, code: 'Successful' | 'Cancelled', at: number): void {
  if (activity.endAt !== undefined) return
  activity.endAt = at
  activity.status.push({ at, value: { code, progress: 100 } })
}

type Content = { readonly at: number; readonly description: string; readonly cause: string; readonly statusMessage?: string }

function add({ draft, state }: Scaler, { at, ...content }: Content, value: Activity['status'][number]['value']): Activity {
  const id = uuidFor(draft.account, `activity/${state.config.region}/${state.config.name}/${state.activities.length}`)
  const activity: Activity = { ...content, id, startAt: at, status: [{ at, value }] }
  state.activities.push(activity)
  return activity
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** The sentence of the last change of the desired capacity; empty if nobody has changed it. */
function describeDesiredChange({ config, desired }: GroupState, at: number): string {
  const [now, before] = desired
    .filter((entry) => entry.at <= at)
    .slice(-2)
    .reverse()
  if (now === undefined || before === undefined) return ''
  const limits = `min: ${config.minSize}, max: ${config.maxSize}, desired: ${now.value}`
  const change = `changing the desired capacity from ${before.value} to ${now.value}`
  return `At ${stamp(now.at)} a user request update of AutoScalingGroup constraints to ${limits} ${change}.`
}

function started({ goal }: GroupState, at: number): string {
  return `At ${stamp(at)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity to ${goal}.`
}

function shrunk({ goal }: GroupState, at: number): string {
  return `At ${stamp(at)} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity to ${goal}.`
}
