import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError } from '../model/errors.ts'
import type { Plan } from '../model/plan/plan.ts'
import { all, last, lastAttempt } from '../model/timeline/event.ts'
import {
  type InstanceSnapshot,
  isTerminal,
  readT0,
  type SpotSnapshot,
  type TargetSnapshot,
  toTargetSnapshots,
} from '../model/timeline/snapshot.ts'
import { type TargetOutcome, toOutcomes } from '../model/verdict/outcome.ts'
import type { ReadWorld, World } from '../world.ts'

/** One poll of FIS. It removes a terminal experiment from the ledger, because there is nothing left to stop. */
export async function pollExperiment(world: Pick<World, 'fis' | 'clock' | 'log'>, plan: Plan, ledger: Ledger): Promise<void> {
  const attempt = lastAttempt(world.log.timeline())
  const id = last(attempt, 'started')?.snapshot.id
  if (id === undefined) throw new ActionError('internal', 'there is no experiment to poll')
  const snapshot = await world.fis.readExperiment(id)
  const sinceMs = world.clock.monotonicMs() - (attempt[0]?.atMs ?? 0)
  const over = isTerminal(snapshot.status)
  const pending = snapshot.status === 'completed' || readT0(snapshot) !== undefined
  const more = over && pending && plan.waitFor === 'interruption' && plan.mode === 'interruption'
  world.log.record({ kind: 'experiment', poll: all(attempt, 'experiment').length + 1, snapshot, sinceMs, more })
  const done = over ? ledger.state()?.entries.find((entry) => entry.id === id) : undefined
  if (done !== undefined) ledger.drop(done.name)
}

/**
 * One poll of EC2. It records changes, each absence of a target that has not left, and the first poll after the last moment at which the
 * interruption may come, which proves that a target keeps running. A Spot request shows why an instance left, so it is read only for a
 * target that has changed, or whose outcome is open.
 */
export async function pollTargets(world: Pick<World, 'ec2' | 'clock' | 'log'>, plan: Plan): Promise<void> {
  const before = world.log.timeline()
  const instances = await world.ec2.readInstances(plan.instanceIds)
  const nowMs = world.clock.monotonicMs()
  const outcomes = new Map(toOutcomes(before, plan, nowMs).map((one) => [one.id, one]))
  const findLatest = (id: string) => all(before, 'target').findLast(({ snapshot }) => snapshot.id === id)?.snapshot
  const seen = toTargetSnapshots(plan.instanceIds, instances, [])
  const open = seen.filter((one) => needsRequest(one, findLatest(one.id), { outcome: outcomes.get(one.id), nowMs }))
  if (open.length === 0) return
  const ids = open.map(({ id }) => id)
  const known = all(before, 'target').filter(({ snapshot }) => ids.includes(snapshot.id))
  const requests = await readRequests(world, [...open, ...known.map(({ snapshot }) => snapshot)])
  for (const snapshot of toTargetSnapshots(ids, instances, requests)) {
    if (isNews(snapshot, findLatest(snapshot.id), { outcome: outcomes.get(snapshot.id), nowMs }))
      world.log.record({ kind: 'target', snapshot })
  }
}

type Known = { readonly outcome: TargetOutcome | undefined; readonly nowMs: number }

function isNews(snapshot: TargetSnapshot, latest: TargetSnapshot | undefined, { outcome, nowMs }: Known): boolean {
  if (snapshot.instance === undefined) return outcome?.leftMs === undefined
  const { leftMs, settled = false, settledMs = Number.POSITIVE_INFINITY } = outcome ?? {}
  return toFingerprint(snapshot) !== toFingerprint(latest) || (leftMs === undefined && !settled && nowMs >= settledMs)
}

/** Whether the Spot request of this target may show something new: its instance changed, is absent, or left for an unknown reason. */
function needsRequest(snapshot: TargetSnapshot, latest: TargetSnapshot | undefined, known: Known): boolean {
  const { leftMs, settled = false } = known.outcome ?? {}
  return isNews({ ...snapshot, ...pickSpot(latest) }, latest, known) || (leftMs !== undefined && !settled)
}

function pickSpot(latest: TargetSnapshot | undefined): Pick<TargetSnapshot, 'spot'> {
  return latest?.spot === undefined ? {} : { spot: latest.spot }
}

export type TargetReading = {
  readonly instances: readonly InstanceSnapshot[]
  readonly requests: readonly SpotSnapshot[]
  /** Why other members of a group do not count, one reason for each member. */
  readonly away?: readonly string[]
}

/** Reads instances and their Spot requests. Instances of some fleets have no Spot request. */
export async function readTargets(world: Pick<ReadWorld, 'ec2'>, ids: readonly string[]): Promise<TargetReading> {
  const instances = await world.ec2.readInstances(ids)
  return { instances, requests: await readRequests(world, toTargetSnapshots(ids, instances, [])) }
}

/** Reads the requests of these snapshots. EC2 shows a request even after its instance is gone. */
async function readRequests(world: Pick<ReadWorld, 'ec2'>, seen: readonly TargetSnapshot[]): Promise<readonly SpotSnapshot[]> {
  const ids = [...new Set(seen.flatMap(({ instance }) => instance?.requestId ?? []))]
  return ids.length === 0 ? [] : await world.ec2.readSpotRequests(ids)
}

/** A text that is equal for equal snapshots of a target. */
function toFingerprint(snapshot: TargetSnapshot | undefined): string {
  const { instance, spot } = snapshot ?? {}
  return JSON.stringify([instance?.state, instance?.reasonCode, instance?.transition, spot?.code, spot?.updatedAt])
}
