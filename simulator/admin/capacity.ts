import { type Account, withEntry } from '../account/account.ts'
import { type Alarm, alarmAt } from '../account/alarm.ts'
import { targetGroupArn } from '../account/arn.ts'
import { type AutoScalingGroup, type Cluster, type EcsService, regionalKey, type TargetGroup } from '../account/capacity.ts'
import { seconds } from '../clock.ts'
import type { CapacitySeed } from './capacity-schema.ts'

/** Adds the groups, target groups, clusters and alarms of a seed to the account. Times count back from `at`. */
export function withCapacity(before: Account, seed: CapacitySeed, at: number): Account {
  const past = (ago: number) => at - seconds(ago)
  const { account: accountId } = before.switches
  const groups = seed.autoScalingGroups.map((one) => toGroup(one, past, at))
  const targetGroups = seed.targetGroups.map((one) => toTargetGroup(one, accountId, at))
  const clusters = seed.clusters.map((one) => toCluster(one, past, at))
  const alarms = seed.alarms.map((one) => toAlarm(before, one, at))
  const withGroups = groups.reduce((account, one) => withEntry(account, 'autoScalingGroups', [regionalKey(one), one]), before)
  const withTargets = targetGroups.reduce((account, one) => withEntry(account, 'targetGroups', [one.arn, one]), withGroups)
  const withClusters = clusters.reduce((account, one) => withEntry(account, 'clusters', [regionalKey(one), one]), withTargets)
  return alarms.reduce((account, one) => withEntry(account, 'alarms', [regionalKey(one), one]), withClusters)
}

type Past = (secondsAgo: number) => number

function toGroup(seed: CapacitySeed['autoScalingGroups'][number], past: Past, seededAt: number): AutoScalingGroup {
  const { createdSecondsAgo, desiredCapacity, zones, activities, refreshes, ...rest } = seed
  return {
    ...rest,
    desiredCapacity: desiredCapacity ?? seed.members.length,
    zones: zones ?? [`${seed.region}a`, `${seed.region}b`],
    createdAt: past(createdSecondsAgo),
    seededAt,
    refreshes: refreshes.map((one) => withTimes(one, past)),
    activities: activities.map((one) => withTimes(one, past)),
  }
}

type Ago = { readonly startedSecondsAgo: number; readonly endedSecondsAgo?: number | undefined }

function withTimes<T extends Ago>({ startedSecondsAgo, endedSecondsAgo, ...rest }: T, past: Past) {
  return { ...rest, startAt: past(startedSecondsAgo), endAt: endedSecondsAgo === undefined ? undefined : past(endedSecondsAgo) }
}

function toTargetGroup(seed: CapacitySeed['targetGroups'][number], accountId: string, seededAt: number): TargetGroup {
  const arn = seed.arn ?? targetGroupArn({ region: seed.region, accountId }, seed.name)
  return { ...seed, arn, seededAt, targets: seed.targets.map((target) => ({ ...target, port: target.port ?? seed.port })) }
}

function toCluster({ createdSecondsAgo, ...seed }: CapacitySeed['clusters'][number], past: Past, seededAt: number): Cluster {
  return {
    ...seed,
    createdAt: past(createdSecondsAgo),
    seededAt,
    services: seed.services.map((one) => toService(one, past)),
    containerInstances: seed.containerInstances.map(({ registeredSecondsAgo, ...instance }) => ({
      ...instance,
      registeredAt: past(registeredSecondsAgo),
    })),
    tasks: seed.tasks.map(({ createdSecondsAgo, ...task }) => ({ ...task, createdAt: past(createdSecondsAgo) })),
  }
}

function toService({ createdSecondsAgo, ...seed }: CapacitySeed['clusters'][number]['services'][number], past: Past): EcsService {
  const runningCount = seed.runningCount ?? seed.desiredCount
  const isDaemon = seed.schedulingStrategy === 'DAEMON'
  return {
    ...seed,
    runningCount,
    minimumHealthyPercent: seed.minimumHealthyPercent ?? (isDaemon ? 0 : 100),
    maximumPercent: seed.maximumPercent ?? (isDaemon ? 100 : 200),
    rolloutState: seed.rolloutState ?? (runningCount === seed.desiredCount && seed.pendingCount === 0 ? 'COMPLETED' : 'IN_PROGRESS'),
    createdAt: past(createdSecondsAgo),
  }
}

/** An existing alarm changes its state now, and keeps its earlier states. */
function toAlarm(account: Account, seed: CapacitySeed['alarms'][number], at: number): Alarm {
  const { updatedSecondsAgo, transitionedSecondsAgo, state, stateReason: reason, changes, ...rest } = seed
  const known = account.alarms.get(regionalKey(seed))
  const coming = changes.map(({ afterSeconds, ...change }) => ({ ...change, at: at + seconds(afterSeconds) }))
  const later = coming.sort((a, b) => a.at - b.at)
  const updatedAt = at - seconds(updatedSecondsAgo)
  if (known === undefined) return { ...rest, updatedAt, changes: [{ at: at - seconds(transitionedSecondsAgo), state, reason }, ...later] }
  const [first, ...past] = known.changes
  const now = alarmAt(known, at).state === state ? [] : [{ at, state, reason }]
  return { ...rest, updatedAt, changes: [first, ...past.filter((change) => change.at <= at), ...now, ...later] }
}
