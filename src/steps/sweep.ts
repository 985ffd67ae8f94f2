import {
  type Activity,
  type Judged,
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
 * `found` is all that was meant, `removed` what went, `failed` what AWS refused to remove, with its words. `spared` is what another job
 * may still be using.
 */
export type Swept = {
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly Failed[]
  readonly spared: readonly Spared[]
}

/**
 * Removes what earlier runs left and what is meant: it stops experiments, deletes templates, and stops what a dying run has started from
 * one of these templates in the meantime. Everything is logged at once. Rejects only when AWS cannot be asked at all.
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
 * The sweep after a run, of what has expired only; with `ownRoles` also the roles that earlier runs with this `role-name` made for
 * themselves. It is never worth failing for: what the caller may not do
 * becomes a warning, and what else goes wrong is for debugging. Resolves at once when the step is
 * cancelled or the time for the sweep is over, even while a call hangs.
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

/** Stopped experiments need their role until they have ended; 15 seconds are given to each, all at once. */
export async function awaitStopped(world: Ports, leftovers: readonly Leftover[]): Promise<void> {
  const experiments = leftovers.filter(({ resource }) => resource === 'experiment')
  await Promise.allSettled(experiments.map(({ id }) => awaitEnd(world, id)))
}

async function judgeExperiments(world: Ports, scope: SweepScope): Promise<Judged> {
  const living = (await world.fis.listExperiments()).filter(({ status }) => !isTerminal(status))
  const listed: Listed[] = []
  for (const { id, tags } of living) {
    // Only for what has expired does the state of the experiment decide.
    const asked = judgeLeftover(tags, scope) === 'expired'
    listed.push({ id, tags, ...(asked ? { activity: await readActivity(world, id) } : {}) })
  }
  return judgeListing('experiment', listed, { scope })
}

/** Until when an experiment may still interrupt. One that is gone meanwhile does not. */
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

/** One after the other: a throttled account is not helped by many at once. Credentials that are gone stay so. */
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

/** Never resolves: what is raced with it ends when the signal aborts, even while a call hangs. */
function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(toEnded())
    else signal.addEventListener('abort', () => reject(toEnded()), { once: true })
  })
}
