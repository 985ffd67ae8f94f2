import { seconds } from '../../clock.ts'
import { addEvents, isAlive, isUp } from '../draft.ts'
import { deregister } from '../registration.ts'
import { close, move, startEnd } from './activity.ts'
import { type Activity, enter, type Member, type Reason, type Scaler, waitOf } from './state.ts'

/** How long a group still shows a member after the end of its instance. EC2 shows the instance as terminated by then. */
const REMOVED_AFTER = seconds(6)

type Ending = { readonly member: Member; readonly activity: Activity }

/**
 * Ends a member: it leaves its target groups first, and its connections may drain; then a terminating hook holds it; then EC2 ends the
 * instance. https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
 */
export function endMember(scaler: Scaler, member: Member, { reason, at }: { readonly reason: Reason; readonly at: number }): void {
  if (member.step === 'ending' || member.step === 'removed') return
  member.step = 'ending'
  enter(member, 'Terminating', at)
  const activity = startEnd(scaler, { id: member.id, reason, at })
  const ending = { member, activity }
  const delays = scaler.state.config.targetGroupArns.map((arn) => deregister(scaler.registry, arn, { id: member.id, at }))
  const drained = at + Math.max(0, ...delays)
  if (drained > at) move(activity, 'WaitingForELBConnectionDraining', at)
  scaler.draft.agenda.add(drained, (later) => holdByHook(scaler, ending, later))
  if (!isUp(scaler.draft, member.id, at)) return
  // If something else ends the instance first, such as the interruption itself, neither draining connections nor a hook keep the member.
  scaler.draft.listeners.push((what, id, later) => {
    if (what === 'ended' && id === member.id) scaler.draft.agenda.add(later + REMOVED_AFTER, (gone) => remove(ending, gone))
  })
}

function holdByHook(scaler: Scaler, ending: Ending, at: number): void {
  const { member, activity } = ending
  if (member.step === 'removed' || hasLeftAfterwards(scaler, ending, at)) return
  const hook = scaler.state.config.hooks.find(({ transition }) => transition === 'terminating')
  if (hook === undefined) return void finish(scaler, ending, at)
  enter(member, 'Terminating:Wait', at)
  move(activity, 'MidLifecycleAction', at)
  scaler.draft.agenda.add(at + waitOf(hook), (later) => {
    if (member.step === 'removed' || hasLeftAfterwards(scaler, ending, later)) return
    enter(member, 'Terminating:Proceed', later)
    finish(scaler, ending, later)
  })
}

/** True for a member that was up when its end began and is gone now. Its removal is then scheduled already. */
function hasLeftAfterwards({ draft }: Scaler, { member, activity }: Ending, at: number): boolean {
  return isUp(draft, member.id, activity.startAt) && !isUp(draft, member.id, at)
}

function finish({ draft }: Scaler, ending: Ending, at: number): void {
  const instance = draft.instances.get(ending.member.id)
  if (instance !== undefined && isAlive(draft, instance.id, at)) {
    addEvents(draft, instance, [{ at, noticeAt: at, do: 'terminate', by: 'autoscaling' }])
  }
  if (!isUp(draft, ending.member.id, ending.activity.startAt)) draft.agenda.add(at + REMOVED_AFTER, (later) => remove(ending, later))
}

function remove({ member, activity }: Ending, at: number): void {
  if (member.step === 'removed') return
  member.step = 'removed'
  member.removedAt = at
  close(activity, 'Successful', at)
}
