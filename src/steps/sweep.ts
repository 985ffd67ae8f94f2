import {
  type Activity,
  type JudgedListing,
  judgeLeftover,
  judgeListing,
  type Leftover,
  type Listed,
  type Spared,
  type SweepScope,
} from '../model/cleanup/leftover.ts'
import { explain, isFault, toActionError, toEnded } from '../model/errors.ts'
import { readPendingUntil } from '../model/timeline/pending.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'
import { findOwnRoles, sweepRole } from './role-removal.ts'
import { awaitEnd } from './stop.ts'

type Ports = Pick<World, 'fis' | 'clock' | 'log' | 'cancel'>

export type Failed = Leftover & { readonly why: string }

/**
 * `found`: all resources in the scope. `removed`: those that were removed. `failed`: those that AWS refused to remove, with its message.
 * `spared`: those that another job may still be using.
 */
export type Swept = {
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly Failed[]
  readonly spared: readonly Spared[]
}

/**
 * Removes the leftovers of earlier runs that are in the scope: stops experiments, deletes templates, then stops experiments that an ending
 * run has started from one of these templates meanwhile. It logs everything at once. Rejects only if AWS cannot be reached, or denies the
 * lists.
 */
export async function sweep(world: Ports, scope: SweepScope, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Swept> {
  const running = await judgeExperiments(world, scope)
  const templates = judgeListing('template', await world.fis.listTemplates(), { scope, busy: running.busy })
  const spared = [...running.spared, ...templates.spared]
  for (const one of spared) world.log.record({ kind: 'spared', ...one })
  if (dryRun) {
    const found = [...running.meant, ...templates.meant]
    for (const one of found) world.log.record({ kind: 'found', ...one })
    return { found, removed: [], failed: [], spared }
  }
  const stopped = await removeAll(world, running.meant, (id) => world.fis.stopExperiment(id))
  const deleted = await removeAll(world, templates.meant, (id) => world.fis.deleteTemplate(id))
  const seen = new Set(running.meant.map(({ id }) => id))
  const late = templates.meant.length === 0 ? [] : (await judgeExperiments(world, scope)).meant.filter(({ id }) => !seen.has(id))
  const rest = await removeAll(world, late, (id) => world.fis.stopExperiment(id))
  const parts = [stopped, deleted, rest]
  return {
    found: [...running.meant, ...templates.meant, ...late],
    removed: parts.flatMap(({ removed }) => removed),
    failed: parts.flatMap(({ failed }) => failed),
    spared,
  }
}

/**
 * The sweep after a run. It removes only expired resources; with `ownRoles` also the own roles of earlier runs with this `role-name`. It
 * never fails: a denied call becomes a warning, and any other error a debug message. Resolves at once when the step is cancelled or the
 * time for the sweep is over, even while a call hangs.
 */
export async function sweepExpired(world: Ports & Pick<World, 'iam'>, { ownRoles }: { readonly ownRoles?: string } = {}): Promise<void> {
  const work = async () => {
    const scope = { run: null, expired: true, now: world.clock.awsNow() }
    const { removed, failed } = await sweep(world, scope)
    for (const { resource, id, why } of failed) world.log.record({ kind: 'unswept', why: `${resource} ${id}: ${why}` })
    await awaitStopped(world, removed)
    for (const name of ownRoles === undefined ? [] : await findOwnRoles(world, ownRoles)) await sweepRole(world, name, { scope })
  }
  try {
    await Promise.race([work(), rejectWhenAborted(world.cancel)])
  } catch (thrown) {
    const why = explain(toActionError(thrown))
    const missing = isFault(thrown, 'denied')
    world.log.record(missing ? { kind: 'warned', what: `Expired leftovers of other runs may stay: ${why}` } : { kind: 'unswept', why })
  }
}

/** Waits until the stopped experiments have ended, because they need their role until then: 15 seconds for all of them, in parallel. */
export async function awaitStopped(world: Ports, leftovers: readonly Leftover[]): Promise<void> {
  const experiments = leftovers.filter(({ resource }) => resource === 'experiment')
  await Promise.allSettled(experiments.map(({ id }) => awaitEnd(world, id)))
}

async function judgeExperiments(world: Ports, scope: SweepScope): Promise<JudgedListing> {
  const living = (await world.fis.listExperiments()).filter(({ status }) => !isTerminal(status))
  const listed: Listed[] = []
  for (const { id, tags } of living) {
    // The state of the experiment matters only for an expired resource.
    const asked = judgeLeftover(tags, scope) === 'expired'
    listed.push({ id, tags, ...(asked ? { activity: await readActivity(world, id) } : {}) })
  }
  return judgeListing('experiment', listed, { scope })
}

/** Until when an experiment may still interrupt; empty if it does not exist any more. */
async function readActivity({ fis }: Pick<World, 'fis'>, id: string): Promise<Activity> {
  try {
    const snapshot = await fis.readExperiment(id)
    const pendingUntil = readPendingUntil(snapshot)
    return {
      ...(pendingUntil === undefined ? {} : { pendingUntil }),
      ...(snapshot.startAt === undefined ? {} : { startAt: snapshot.startAt }),
    }
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return {}
    throw thrown
  }
}

/** Removes one resource after the other, so that AWS is less likely to throttle the calls. Without valid credentials it gives up. */
async function removeAll(world: Ports, leftovers: readonly Leftover[], remove: (id: string) => Promise<void>) {
  const removed: Leftover[] = []
  const failed: Failed[] = []
  for (const one of leftovers) {
    if (world.cancel.aborted) throw toEnded()
    try {
      await remove(one.id)
      removed.push(one)
      world.log.record({ kind: 'swept', ...one })
    } catch (thrown) {
      if (isFault(thrown, 'expired', 'credentials', 'cancelled')) throw thrown
      failed.push({ ...one, why: explain(toActionError(thrown)) })
    }
  }
  return { removed, failed }
}

/** Rejects when the signal aborts, and never resolves. A race with it ends then, even while a call hangs. */
function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(toEnded())
    else signal.addEventListener('abort', () => reject(toEnded()), { once: true })
  })
}
