import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError } from '../model/errors.ts'
import type { Plan } from '../model/plan/plan.ts'
import { all, last, lastAttempt } from '../model/timeline/event.ts'
import { type InstanceSight, isTerminal, readT0, type SpotSight, type TargetSight, toTargetSights } from '../model/timeline/snapshot.ts'
import { findTargets } from '../model/verdict/outcome.ts'
import type { World } from '../world.ts'

/** One look at FIS. A terminal experiment has nothing left to stop, so it leaves the ledger. */
export async function lookAtExperiment(world: Pick<World, 'fis' | 'clock' | 'log'>, plan: Plan, ledger: Ledger): Promise<void> {
  const attempt = lastAttempt(world.log.timeline())
  const id = last(attempt, 'started')?.sight.id
  if (id === undefined) throw new ActionError('internal', 'there is no experiment to look at')
  const sight = await world.fis.readExperiment(id)
  const sinceMs = world.clock.monotonicMs() - (attempt[0]?.atMs ?? 0)
  const over = isTerminal(sight.status)
  const pending = sight.status === 'completed' || readT0(sight) !== undefined
  const more = over && pending && plan.waitFor === 'interruption' && plan.mode === 'interruption'
  world.log.tell({ kind: 'experiment', look: all(attempt, 'experiment').length + 1, sight, sinceMs, more })
  const done = over ? ledger.page()?.entries.find((entry) => entry.id === id) : undefined
  if (done !== undefined) ledger.drop(done.name)
}

/** One look at EC2. Only what changed is told, and each absence until the target is known to have ended. */
export async function lookAtTargets(world: Pick<World, 'ec2' | 'log'>, plan: Plan): Promise<void> {
  const before = world.log.timeline()
  const known = all(before, 'target').flatMap(({ sight }) => sight.instance?.requestId ?? [])
  const seen = await readTargets(world, plan.instanceIds, [...new Set(known)])
  const ended = new Set(findTargets(before, plan).flatMap(({ id, endedMs }) => (endedMs === undefined ? [] : [id])))
  for (const sight of toTargetSights(plan.instanceIds, seen.instances, seen.requests)) {
    const latest = all(before, 'target').findLast((event) => event.sight.id === sight.id)?.sight
    const news = sight.instance === undefined ? !ended.has(sight.id) : print(sight) !== print(latest)
    if (news) world.log.tell({ kind: 'target', sight })
  }
}

export type Seen = { readonly instances: readonly InstanceSight[]; readonly requests: readonly SpotSight[] }

/**
 * Instances and their Spot requests. Requests known from before are asked for side by side with the instances, also when the
 * instance itself is gone; a target without a request, as some fleets have, has none to read.
 */
export async function readTargets(world: Pick<World, 'ec2'>, ids: readonly string[], known?: readonly string[]): Promise<Seen> {
  const readRequests = async (wanted: readonly string[]) => (wanted.length === 0 ? [] : world.ec2.readSpotRequests(wanted))
  if (known !== undefined) {
    const [instances, requests] = await Promise.all([world.ec2.readInstances(ids), readRequests(known)])
    return { instances, requests }
  }
  const instances = await world.ec2.readInstances(ids)
  return { instances, requests: await readRequests(instances.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]))) }
}

/** What makes two sights of one target the same. */
function print(sight: TargetSight | undefined): string {
  const { instance, spot } = sight ?? {}
  return JSON.stringify([instance?.state, instance?.reasonCode, instance?.transition, spot?.code, spot?.updatedAt])
}
