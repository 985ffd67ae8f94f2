import { seconds } from '../clock.ts'
import type { Account, Instance } from './account.ts'
import type { TargetGroup } from './capacity.ts'
import type { InstanceEvent } from './instance.ts'
import type { Registration } from './registration.ts'
import { historyOf, timelineOf } from './timeline.ts'

/** A target as its target group shows it. */
export type TargetView = Pick<Registration, 'id' | 'port' | 'zone'> & { readonly state: string; readonly reason?: string | undefined }

/** The targets of a group at a moment. One that was deregistered is shown until its deregistration delay is over, and then not at all. */
export function targetsAt(account: Account, group: TargetGroup, at: number): readonly TargetView[] {
  const all = timelineOf(account, at).registrations.get(group.arn) ?? []
  return all
    .filter(({ registeredAt }) => registeredAt <= at || registeredAt === group.seededAt)
    .flatMap((one) => viewOf(account, group, { one, at }) ?? [])
}

type Moment = { readonly one: Registration; readonly at: number }

function viewOf(account: Account, group: TargetGroup, { one, at }: Moment): TargetView | undefined {
  const { id, port, zone, seeded, deregisteredAt } = one
  const shown = { id, port, zone }
  if (deregisteredAt !== undefined && at >= deregisteredAt) {
    const goneAt = deregisteredAt + seconds(group.deregistrationDelaySeconds)
    return at < goneAt ? { ...shown, state: 'draining', reason: 'Target.DeregistrationInProgress' } : undefined
  }
  if (seeded !== undefined && seeded.state !== 'healthy') return { ...shown, state: seeded.state, reason: seeded.reason }
  const [state, reason = seeded?.reason] = healthOf(group, one, { at, life: lifeOf(account, one, at) })
  return { ...shown, state, reason: state === 'healthy' ? undefined : reason }
}

/**
 * The times that decide the health of a target: when its service begins to answer, when it stops answering, and when EC2 shows its instance
 * as gone.
 */
type Life = { readonly upAt: number; readonly downAt: number; readonly goneAt: number }

function lifeOf(account: Account, { runsOn, upAt, downAt = Number.POSITIVE_INFINITY }: Registration, at: number): Life {
  const instance: Instance | undefined = runsOn === undefined ? undefined : timelineOf(account, at).instances.get(runsOn)
  const events = instance === undefined ? [] : historyOf(account, instance, at).events
  const last = events.at(-1)
  const boot = seconds(account.switches.bootSeconds)
  const answersFrom = last?.do === 'start' ? last.at + boot : upAt
  const ended = isEnd(last) ? last.at : Number.POSITIVE_INFINITY
  return { upAt: answersFrom, downAt: Math.min(downAt, ended), goneAt: ended + seconds(account.switches.targetStateSeconds) }
}

function isEnd(event: InstanceEvent | undefined): event is InstanceEvent {
  return event !== undefined && event.do !== 'start'
}

type Health = readonly [state: string, reason?: string]

/**
 * Health checks are sent at each interval from the registration on. A new target is healthy after its first good check; an unhealthy one
 * becomes healthy after as many good checks as its threshold.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
function healthOf(group: TargetGroup, { registeredAt }: Registration, { at, life }: { readonly at: number; readonly life: Life }): Health {
  const interval = seconds(group.healthCheckIntervalSeconds)
  const firstFrom = (moment: number) => registeredAt + Math.max(0, Math.ceil((moment - registeredAt) / interval)) * interval
  const fails = (group.unhealthyThresholdCount - 1) * interval + seconds(group.healthCheckTimeoutSeconds)
  // Elastic Load Balancing knows the state of instances, but not which instance an address belongs to.
  if (group.targetType === 'instance' && at >= life.goneAt) return ['unused', 'Target.InvalidState']
  if (at >= firstFrom(life.downAt) + fails) return ['unhealthy', 'Target.Timeout']
  const firstGood = firstFrom(life.upAt)
  const lateFrom = registeredAt + fails
  const isLate = firstGood > lateFrom
  const healthyAt = isLate ? firstGood + (group.healthyThresholdCount - 1) * interval : firstGood
  if (at >= healthyAt || life.upAt === Number.NEGATIVE_INFINITY) return ['healthy']
  return isLate && at >= lateFrom ? ['unhealthy', 'Target.Timeout'] : ['initial', 'Elb.InitialHealthChecking']
}
