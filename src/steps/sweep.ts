import { explain, isFault, toActionError } from '../model/errors.ts'
import { findLeftovers, isExpired, isOfRun, type Leftover, type Meant } from '../model/leftover.ts'
import { isOurs, POLICY_NAME, TAG } from '../model/names.ts'
import { isTerminal } from '../model/sights.ts'
import type { World } from '../world.ts'
import { awaitEnd } from './clean.ts'

type Ports = Pick<World, 'fis' | 'clock' | 'log' | 'cancel'>

/** `found` is all that was meant, `removed` what went, `failed` what AWS refused to remove, with its words. */
export type Swept = {
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly (Leftover & { readonly why: string })[]
}

/**
 * Removes what earlier runs left and what is meant: experiments are stopped, templates deleted, and what a run that was not quite dead
 * has started from one of these templates meanwhile is stopped too. Told as it goes; rejects only when AWS can not be asked at all.
 */
export async function sweep(world: Ports, meant: Meant, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Swept> {
  const running = await findRunning(world, meant)
  const templates = findLeftovers('template', await world.fis.listTemplates(), meant)
  if (dryRun) return { found: [...running, ...templates], removed: [], failed: [] }
  const stopped = await removeAll(world, running, (id) => world.fis.stopExperiment(id))
  const deleted = await removeAll(world, templates, (id) => world.fis.deleteTemplate(id))
  const seen = new Set(running.map(({ id }) => id))
  const late = templates.length === 0 ? [] : (await findRunning(world, meant)).filter(({ id }) => !seen.has(id))
  const rest = await removeAll(world, late, (id) => world.fis.stopExperiment(id))
  const parts = [stopped, deleted, rest]
  return {
    found: [...running, ...templates, ...late],
    removed: parts.flatMap(({ removed }) => removed),
    failed: parts.flatMap(({ failed }) => failed),
  }
}

/** The sweep that a run does by the way, of what has expired only: it may not be allowed, and it is never worth failing for. */
export async function sweepQuietly(world: Ports): Promise<void> {
  try {
    const { failed } = await sweep(world, { run: null, expired: true, now: world.clock.now() })
    for (const { resource, id, why } of failed) world.log.tell({ kind: 'unswept', why: `${resource} ${id}: ${why}` })
  } catch (thrown) {
    world.log.tell({ kind: 'unswept', why: explain(toActionError(thrown)) })
  }
}

/**
 * Deletes a role that is ours, that no run may still be about to use, and that no template or living experiment of the region names.
 * Resolves with why it stays, or with undefined when it is gone, or would be.
 */
export async function sweepRole(
  world: Ports & Pick<World, 'iam'>,
  name: string,
  { meant, dryRun = false }: { readonly meant: Meant; readonly dryRun?: boolean },
): Promise<{ readonly gone: Leftover | undefined; readonly kept: string | undefined }> {
  const role = await world.iam.readRole(name)
  if (role === undefined) return { gone: undefined, kept: undefined }
  const { tags } = role
  if (!isOurs(tags)) return { gone: undefined, kept: `The role ${name} was not made by this action, so it is not deleted.` }
  const ofRun = meant.run !== null && isOfRun(tags, meant.run)
  if (!ofRun && tags[TAG.expiresAt] !== undefined && !isExpired(tags, meant.now))
    return {
      gone: undefined,
      kept: `The role ${name} was made by the run ${tags[TAG.run] ?? '?'}, which may still need it until ${tags[TAG.expiresAt]}.`,
    }
  const user = await findUser(world, role.arn)
  if (user !== undefined) return { gone: undefined, kept: `The role ${name} is used by ${user}, so it is not deleted.` }
  const gone: Leftover = { resource: 'role', id: name, run: tags[TAG.run] ?? '', because: ofRun ? 'run' : 'expired' }
  if (dryRun) return { gone, kept: undefined }
  await world.iam.deletePolicy(name, POLICY_NAME)
  await world.iam.deleteRole(name)
  world.log.tell({ kind: 'swept', ...gone })
  return { gone, kept: undefined }
}

/** Stopped experiments need their role until they have ended; 15 seconds are given to each, all at once. */
export async function awaitStopped(world: Ports, leftovers: readonly Leftover[]): Promise<void> {
  const experiments = leftovers.filter(({ resource }) => resource === 'experiment')
  await Promise.allSettled(experiments.map(({ id }) => awaitEnd(world, id)))
}

async function findRunning(world: Ports, meant: Meant): Promise<readonly Leftover[]> {
  const running = (await world.fis.listExperiments()).filter(({ status }) => !isTerminal(status))
  return findLeftovers('experiment', running, meant)
}

/** One after the other: a throttled account is not helped by many at once. Credentials that are gone stay so. */
async function removeAll(world: Ports, leftovers: readonly Leftover[], remove: (id: string) => Promise<void>) {
  const removed: Leftover[] = []
  const failed: (Leftover & { why: string })[] = []
  for (const one of leftovers) {
    try {
      await remove(one.id)
      removed.push(one)
      world.log.tell({ kind: 'swept', ...one })
    } catch (thrown) {
      if (isFault(thrown, 'expired', 'credentials', 'cancelled')) throw thrown
      failed.push({ ...one, why: explain(toActionError(thrown)) })
    }
  }
  return { removed, failed }
}

/** What of the region names the role: a template, or an experiment that has not ended. */
async function findUser(world: Ports, arn: string): Promise<string | undefined> {
  for (const { id } of await world.fis.listTemplates()) {
    if ((await world.fis.readTemplateRole(id)) === arn) return `the template ${id}`
  }
  for (const { id, status } of await world.fis.listExperiments()) {
    if (!isTerminal(status) && (await world.fis.readExperimentRole(id)) === arn) return `the experiment ${id}, which is ${status}`
  }
  return undefined
}
