import type { GroupLine } from '../actors.ts'
import { valueAt } from '../agenda.ts'
import { type AutoScalingGroup, groupTags } from '../capacity.ts'
import { type Draft, type Happening, isUp } from '../draft.ts'
import { followLines } from '../follow-script.ts'
import type { Registry } from '../registration.ts'
import { endMember } from './end.ts'
import { launch } from './launch.ts'
import { activeIn, type GroupState, isSuspended, lagOf, type Member, type Reason, type Scaler, toState, unitsOf } from './state.ts'

/**
 * Starts an Auto Scaling group. With Capacity Rebalancing, it replaces a member on the rebalance recommendation, and ends the old member on
 * the notice at the latest. Without, it replaces members that have failed their health check.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
 */
export function startGroup(draft: Draft, registry: Registry, config: AutoScalingGroup): GroupState {
  const scaler: Scaler = { draft, registry, state: toState(config) }
  tagMembers(draft, config)
  draft.listeners.push((what, id, at) => {
    const member = scaler.state.members.find((one) => one.id === id && one.step !== 'removed')
    if (member !== undefined && at >= config.seededAt) REACTIONS[what](scaler, member, at)
  })
  followScript(scaler)
  return scaler.state
}

/** Adds the tags of the group to its seeded members, because on AWS every instance of a group has them. */
function tagMembers(draft: Draft, config: AutoScalingGroup): void {
  for (const { id } of config.members) {
    const instance = draft.instances.get(id)
    if (instance !== undefined) draft.instances.set(id, { ...instance, tags: { ...groupTags(config), ...instance.tags } })
  }
}

const REACTIONS: Record<Happening, (scaler: Scaler, member: Member, at: number) => void> = {
  launched: () => undefined,
  rebalance: (scaler, member, at) => {
    const { capacityRebalance, replaceOnRebalance } = scaler.state.config
    if (capacityRebalance && replaceOnRebalance)
      scaler.draft.agenda.add(at + lagOf(scaler, 'signalSeconds'), (later) =>
        markAtRisk(scaler, member, { reason: 'rebalance', at: later }),
      )
  },
  notice: (scaler, member, at) => {
    if (!scaler.state.config.capacityRebalance) return
    scaler.draft.agenda.add(at + lagOf(scaler, 'signalSeconds'), (later) => {
      // The health check replaces a member that has ended meanwhile.
      if (!isUp(scaler.draft, member.id, later)) return
      markAtRisk(scaler, member, { reason: 'notice', at: later })
      if (member.step === 'serving' && !isSuspended(scaler.state, 'Terminate', later)) end(scaler, member, { reason: 'notice', at: later })
    })
  },
  ended: (scaler, member, at) =>
    scaler.draft.agenda.add(at + lagOf(scaler, 'groupHealthSeconds'), (later) => checkHealth(scaler, member, later)),
}

type Why = { readonly reason: Reason; readonly at: number }

/** Marks a member as at risk, so that another one is launched. `compare` ends the old member once the new one serves. */
function markAtRisk(scaler: Scaler, member: Member, { reason, at }: Why): void {
  if (member.step !== 'serving' && member.step !== 'pending') return
  if (!isUp(scaler.draft, member.id, at)) return
  if (member.risk === undefined) queueLaunch(scaler, reason, at)
  member.risk = reason
}

function queueLaunch(scaler: Scaler, reason: Reason, at: number): void {
  scaler.state.launchReasons.push(reason)
  plan(scaler, at)
}

function plan(scaler: Scaler, at: number): void {
  scaler.draft.agenda.add(at + lagOf(scaler, 'groupLaunchSeconds'), (later) => compare(scaler, later))
}

/** Marks a member whose instance has ended as Unhealthy, and replaces it unless the process is suspended. */
function checkHealth(scaler: Scaler, member: Member, at: number): void {
  const { state, draft } = scaler
  if (member.step === 'ending' || member.step === 'removed' || isUp(draft, member.id, at)) return
  if (isSuspended(state, 'HealthCheck', at)) return
  member.unhealthyAt ??= at
  if (isSuspended(state, 'ReplaceUnhealthy', at) || isSuspended(state, 'Terminate', at)) return
  const needsReplacement = member.step !== 'seeded' && member.risk === undefined
  if (needsReplacement) queueLaunch(scaler, 'unhealthy', at)
  end(scaler, member, { reason: 'unhealthy', at })
}

/** Ends a member, and plans another comparison: a group at its maximum has room for a missing member only now. */
function end(scaler: Scaler, member: Member, { reason, at }: Why): void {
  endMember(scaler, member, { reason, at })
  plan(scaler, at)
}

/** Brings the group to its goal: launches missing members, and ends surplus ones. */
function compare(scaler: Scaler, at: number): void {
  launchMissing(scaler, at)
  endSurplus(scaler, at)
}

function launchMissing(scaler: Scaler, at: number): void {
  const { state } = scaler
  // After a failed launch, the group waits until it tries again.
  if (isSuspended(state, 'Launch', at) || at < state.retryAt) return
  for (let missing = missingIn(state); missing > 0 && hasRoom(state, at); missing = missingIn(state)) {
    if (launch(scaler, at, (later) => compare(scaler, later)) === undefined) return
  }
  if (missingIn(state) <= 0) state.launchReasons.length = 0
}

function missingIn(state: GroupState): number {
  return state.goal - unitsOf(activeIn(state).filter((member) => member.risk === undefined))
}

/** While it replaces at-risk members, a group may exceed its maximum by a tenth of its desired capacity. */
function hasRoom(state: GroupState, at: number): boolean {
  const active = activeIn(state)
  const allowed = active.some((member) => member.risk !== undefined) ? Math.ceil((valueAt(state.desired, at) ?? 0) / 10) : 0
  return unitsOf(active) < state.config.maxSize + allowed
}

function endSurplus(scaler: Scaler, at: number): void {
  const { state } = scaler
  if (isSuspended(state, 'Terminate', at)) return
  const serving = () => state.members.filter(({ step }) => step === 'serving')
  for (const member of serving().filter((one) => one.risk !== undefined)) {
    if (unitsOf(serving()) - member.weight >= state.goal) end(scaler, member, { reason: member.risk ?? 'desired', at })
  }
  const steady = () => activeIn(state).filter((one) => one.risk === undefined)
  for (const member of serving().filter((one) => one.risk === undefined && !hasEnded(scaler, one, at))) {
    if (unitsOf(steady()) - member.weight >= state.goal) end(scaler, member, { reason: 'desired', at })
  }
}

function followScript(scaler: Scaler): void {
  const { draft, state } = scaler
  const { name, seededAt } = state.config
  const lines = draft.account.script.filter((line): line is GroupLine => 'autoScalingGroup' in line && line.autoScalingGroup === name)
  const isOwn = (id: string) => state.members.some((member) => member.id === id)
  followLines(draft, { lines, seededAt, isOwn }, (line, at) => act(scaler, line, at))
}

function act(scaler: Scaler, line: GroupLine, at: number): void {
  const { state } = scaler
  if (line.do === 'set-desired-capacity') {
    state.desired.push({ at, value: line.desiredCapacity })
    state.goal = line.desiredCapacity
  } else {
    const before = valueAt(state.suspended, at) ?? []
    const others = before.filter((one) => !line.processes.some((process) => process === one))
    state.suspended.push({ at, value: line.do === 'suspend' ? [...others, ...line.processes] : others })
  }
  scaler.draft.agenda.add(at + lagOf(scaler, 'groupLaunchSeconds'), (later) => {
    for (const member of activeIn(state)) if (hasEnded(scaler, member, later)) checkHealth(scaler, member, later)
    compare(scaler, later)
  })
}

/** Whether the instance of a member has ended; false for a member without an instance in the simulator. */
function hasEnded({ draft }: Scaler, { id }: Member, at: number): boolean {
  return draft.instances.has(id) && !isUp(draft, id, at)
}
