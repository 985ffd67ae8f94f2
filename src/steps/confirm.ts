import { ActionError } from '../model/errors.ts'
import type { AimInputs } from '../model/inputs/targets.ts'
import { describePending } from '../model/plan/pending.ts'
import type { Plan } from '../model/plan/plan.ts'
import { findTargetWarnings } from '../model/plan/preflight.ts'
import { describeTag, findExcluding, lacksRequired, NO_GUARDS } from '../model/targets/guards.ts'
import { all } from '../model/timeline/event.ts'
import { type InstanceSnapshot, toTargetSnapshots } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'
import type { CapacityMonitor } from './capacity.ts'
import { readPending } from './pending.ts'

type Ports = Pick<World, 'fis' | 'ec2' | 'autoscaling' | 'clock' | 'random' | 'log'>

/** `monitor` is absent without capacities. */
type Confirming = { readonly mayReplace: boolean; readonly monitor?: Pick<CapacityMonitor, 'confirm' | 'retarget'> }

/**
 * Reads the targets, and the capacities, once more right before a start: a target that preflight accepted may not be usable any more.
 * Resolves with the plan; if `mayReplace` is true, a picked target that is gone is replaced in it. Rejects with `refused` if the run must
 * not go on.
 */
export async function confirmTargets(world: Ports, plan: Plan, confirming: Confirming): Promise<Plan> {
  const { aim } = plan
  return aim === undefined ? await confirmNamed(world, plan, confirming) : await confirmPicked(world, plan, { ...confirming, aim })
}

async function confirmNamed(world: Ports, plan: Plan, { monitor }: Confirming): Promise<Plan> {
  const [instances, { pending }, leaving] = await Promise.all([
    world.ec2.readInstances(plan.instanceIds),
    readPending(world, plan.instanceIds, plan.who.invocation),
    monitor?.confirm(plan.instanceIds),
  ])
  const problems = plan.instanceIds.flatMap((id) => {
    const instance = instances.find((one) => one.id === id)
    if (instance?.state !== 'running') return [`${id} is ${instance?.state ?? 'gone'}`]
    const by = leaving?.get(id)
    if (by !== undefined) return [`somebody has begun to take ${id} out of service, as ${by} shows`]
    const other = pending.find(({ instanceId }) => instanceId === id)
    return other === undefined ? findGuarded(instance, plan) : [describePending(other)]
  })
  if (problems.length === 0) return plan
  throw new ActionError(
    'refused',
    `Right before the start, ${problems.join(', ')}.`,
    'Nothing was interrupted; choose instances that keep running until then.',
  )
}

function findGuarded({ id, tags }: InstanceSnapshot, { guards = NO_GUARDS }: Plan): readonly string[] {
  const excluding = findExcluding(tags, guards)
  if (excluding !== undefined) return [`${id} carries the tag ${describeTag(excluding)} of exclude-tags`]
  return lacksRequired(tags, guards) ? [`${id} lacks the tag of require-tag`] : []
}

async function confirmPicked(world: Ports, plan: Plan, picked: Confirming & { readonly aim: AimInputs }): Promise<Plan> {
  const { readMatching, reselectTargets } = await import('./select.ts')
  const [seen, others] = await Promise.all([readMatching(world, picked.aim), readPending(world, undefined, plan.who.invocation)])
  const { guards, ownId, place } = plan
  const draining = await picked.monitor?.confirm(seen.instances.map(({ id }) => id))
  const known = { ...seen, ...others, caller: { account: place.account }, ownId }
  const facts = { ...known, ...(guards === undefined ? {} : { guards }), ...(draining === undefined ? {} : { draining }) }
  const ids = reselectTargets(world, { ...picked, before: plan.instanceIds }, facts)
  if (ids === plan.instanceIds) return plan
  const added = ids.filter((id) => !plan.instanceIds.includes(id))
  for (const snapshot of toTargetSnapshots(added, seen.instances, seen.requests)) world.log.record({ kind: 'target', snapshot })
  const isAdded = (id = '') => added.includes(id)
  const instances = seen.instances.filter(({ id }) => isAdded(id))
  const requests = seen.requests.filter(({ instanceId }) => isAdded(instanceId))
  warn(world, findTargetWarnings({ ...plan, instances, requests }))
  const targets = seen.instances.filter(({ id }) => ids.includes(id))
  const changed = { ...plan, instanceIds: ids, ...retarget(world, picked.monitor, targets) }
  world.log.record({ kind: 'planned', plan: changed })
  return changed
}

/** The rules of the capacities for other targets, which may belong to other groups. Rejects with `refused` as preflight does. */
function retarget(world: Ports, monitor: Confirming['monitor'], targets: readonly InstanceSnapshot[]): Pick<Plan, 'capacityRules'> {
  if (monitor === undefined) return {}
  const { rules, problems, warnings } = monitor.retarget(targets)
  if (problems.length > 0)
    throw new ActionError('refused', `Right before the start, targets were replaced. ${problems.join(' | ')}`, 'Nothing was interrupted.')
  warn(world, warnings)
  return { capacityRules: rules }
}

/** Records the warnings of preflight that only the new targets give reason for. */
function warn({ log }: Ports, warnings: readonly string[]): void {
  const earlier = new Set(all(log.timeline(), 'warned').map(({ what }) => what))
  for (const what of warnings) if (!earlier.has(what)) log.record({ kind: 'warned', what })
}
