import { seconds } from '../../clock.ts'
import type { Instance, SpotRequest } from '../account.ts'
import { addInstance } from '../add-instance.ts'
import { groupTags, regionalKey } from '../capacity.ts'
import { isUp } from '../draft.ts'
import { idFor } from '../ids.ts'
import { register } from '../registration.ts'
import { close, failLaunch, move, startLaunch } from './activity.ts'
import { endMember } from './end.ts'
import { type Activity, enter, isSuspended, lagOf, type Member, type Scaler, waitOf } from './state.ts'

/** Called after a change of the group: it compares the group with its goal, and launches or ends members. */
export type Reconcile = (at: number) => void

/** Launches one member. Undefined if EC2 has no capacity: then the group tries again later. */
export function launch(scaler: Scaler, at: number, reconcile: Reconcile): Member | undefined {
  const { draft, state } = scaler
  const reason = state.launchReasons.shift() ?? 'desired'
  if (isWithoutCapacity(scaler, at)) {
    state.launchReasons.unshift(reason)
    failLaunch(scaler, reason, at)
    retry(scaler, at, reconcile)
    return undefined
  }
  const instance = toInstance(scaler, at)
  const pattern = state.config.members[0]
  const member: Member = {
    id: instance.id,
    weight: Number(pattern?.weightedCapacity ?? 1),
    weightedCapacity: pattern?.weightedCapacity,
    since: at,
    lifecycle: [{ at, value: 'Pending' }],
    step: 'pending',
  }
  state.launches += 1
  state.members.push(member)
  const activity = startLaunch(scaler, { id: member.id, reason, at })
  addInstance(draft, instance, toRequest(scaler, instance))
  draft.agenda.add(at + lagOf(scaler, 'inServiceSeconds'), (later) => arrive(scaler, { member, activity, reconcile }, later))
  return member
}

function isWithoutCapacity({ state }: Scaler, at: number): boolean {
  const { launchFailures, seededAt } = state.config
  return launchFailures.some(({ fromSeconds, untilSeconds }) => {
    return at >= seededAt + seconds(fromSeconds) && (untilSeconds === undefined || at < seededAt + seconds(untilSeconds))
  })
}

function retry(scaler: Scaler, at: number, reconcile: Reconcile): void {
  if (scaler.state.retryAt > at) return
  scaler.state.retryAt = at + lagOf(scaler, 'groupRetrySeconds')
  scaler.draft.agenda.add(scaler.state.retryAt, reconcile)
}

type Arrival = { readonly member: Member; readonly activity: Activity; readonly reconcile: Reconcile }

/** A launching hook keeps the member in `Pending:Wait` until somebody completes the hook. If nobody does, the member is terminated. */
function arrive(scaler: Scaler, arrival: Arrival, at: number): void {
  const { member, activity, reconcile } = arrival
  const hook = scaler.state.config.hooks.find(({ transition }) => transition === 'launching')
  if (hook === undefined) return void serve(scaler, arrival, at)
  enter(member, 'Pending:Wait', at)
  move(activity, 'MidLifecycleAction', at)
  scaler.draft.agenda.add(at + waitOf(hook), (later) => {
    if (hook.completedAfterSeconds !== undefined) {
      enter(member, 'Pending:Proceed', later)
      return void serve(scaler, arrival, later)
    }
    close(activity, 'Cancelled', later)
    endMember(scaler, member, { reason: 'unhealthy', at: later })
    reconcile(later)
  })
}

function serve(scaler: Scaler, { member, activity, reconcile }: Arrival, at: number): void {
  if (member.step !== 'pending') return void close(activity, 'Cancelled', at)
  const { draft, state, registry } = scaler
  member.step = 'serving'
  enter(member, 'InService', at)
  close(activity, 'Successful', at)
  if (!isSuspended(state, 'AddToLoadBalancer', at) && isUp(draft, member.id, at)) {
    const upAt = member.since + lagOf(scaler, 'bootSeconds')
    for (const arn of state.config.targetGroupArns) register(registry, arn, { id: member.id, runsOn: member.id, registeredAt: at, upAt })
  }
  reconcile(at)
}

/**
 * A new instance like the first member, in the zone with the fewest members. An instance that the account already has keeps the changes
 * that callers made.
 */
function toInstance({ draft, state }: Scaler, at: number): Instance {
  const { config } = state
  const name = `${regionalKey(config)}/${state.launches}`
  const id = idFor(draft.account, 'i', name)
  const stored = draft.account.instances.get(id)
  if (stored !== undefined) return stored
  const pattern = config.members.flatMap((member) => draft.instances.get(member.id) ?? [])[0]
  return {
    instanceType: pattern?.instanceType ?? 'm5.large',
    imageId: pattern?.imageId ?? 'ami-0123456789abcdef0',
    lifecycle: pattern?.lifecycle ?? 'spot',
    owner: pattern?.owner,
    id,
    region: config.region,
    zone: zoneFor({ draft, state }),
    behaviour: 'terminate',
    requestId: (pattern?.lifecycle ?? 'spot') === 'spot' ? idFor(draft.account, 'sir', name) : undefined,
    reservationId: idFor(draft.account, 'r', name),
    launchedAt: at,
    state: 'pending',
    tags: groupTags(config),
    changes: [],
    made: 'aws',
    foreign: true,
  }
}

function zoneFor({ draft, state }: Pick<Scaler, 'draft' | 'state'>): string {
  const { config, members } = state
  const used = members.filter(({ step }) => step !== 'removed' && step !== 'ending').map(({ id }) => draft.instances.get(id)?.zone)
  const countIn = (zone: string) => used.filter((one) => one === zone).length
  return [...config.zones].sort((a, b) => countIn(a) - countIn(b))[0] ?? `${config.region}a`
}

function toRequest({ draft }: Scaler, instance: Instance): SpotRequest | undefined {
  if (instance.requestId === undefined) return undefined
  const stored = draft.account.requests.get(instance.requestId)
  if (stored !== undefined) return stored
  return {
    id: instance.requestId,
    region: instance.region,
    instanceId: instance.id,
    kind: 'one-time',
    behaviour: 'terminate',
    createdAt: instance.launchedAt,
    status: { code: 'fulfilled', state: 'active' },
    tags: {},
    made: 'aws',
    foreign: true,
  }
}
