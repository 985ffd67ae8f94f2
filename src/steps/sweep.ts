import { findLeftovers, isExpired, isOfRun, type Leftover, type SweepScope } from '../model/cleanup/leftover.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import { isOurs, TAG } from '../model/tags.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'
import type { IamRole, World } from '../world.ts'
import { awaitEnd } from './stop.ts'

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
export async function sweep(world: Ports, scope: SweepScope, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Swept> {
  const running = await findRunning(world, scope)
  const templates = findLeftovers('template', await world.fis.listTemplates(), scope)
  if (dryRun) return { found: [...running, ...templates], removed: [], failed: [] }
  const stopped = await removeAll(world, running, (id) => world.fis.stopExperiment(id))
  const deleted = await removeAll(world, templates, (id) => world.fis.deleteTemplate(id))
  const seen = new Set(running.map(({ id }) => id))
  const late = templates.length === 0 ? [] : (await findRunning(world, scope)).filter(({ id }) => !seen.has(id))
  const rest = await removeAll(world, late, (id) => world.fis.stopExperiment(id))
  const parts = [stopped, deleted, rest]
  return {
    found: [...running, ...templates, ...late],
    removed: parts.flatMap(({ removed }) => removed),
    failed: parts.flatMap(({ failed }) => failed),
  }
}

/** The sweep that a run does by the way, of what has expired only: it may not be allowed, and it is never worth failing for. */
export async function sweepExpired(world: Ports): Promise<void> {
  try {
    const { removed, failed } = await sweep(world, { run: null, expired: true, now: world.clock.awsNow() })
    await awaitStopped(world, removed)
    for (const { resource, id, why } of failed) world.log.record({ kind: 'unswept', why: `${resource} ${id}: ${why}` })
  } catch (thrown) {
    world.log.record({ kind: 'unswept', why: explain(toActionError(thrown)) })
  }
}

type RoleWish = { readonly scope: SweepScope; readonly dryRun?: boolean; readonly spare?: readonly Leftover[] }

/**
 * Deletes a role that is ours, that no run may still be about to use, and that no template or living experiment of the region names,
 * but for those to `spare`. Resolves with the role that is gone, or would be, or with why it stays; with neither when there is none.
 */
export async function sweepRole(
  world: Ports & Pick<World, 'iam'>,
  name: string,
  { scope, dryRun = false, spare = [] }: RoleWish,
): Promise<{ readonly gone?: Leftover; readonly kept?: string }> {
  const role = await world.iam.readRole(name)
  if (role === undefined) return {}
  const kept = findHold(role, scope) ?? (await findUser(world, role, spare))
  if (kept !== undefined) return { kept }
  const because = scope.run !== null && isOfRun(role.tags, scope.run) ? 'run' : 'expired'
  const gone: Leftover = { resource: 'role', id: name, run: role.tags[TAG.run] ?? '', because }
  if (dryRun) return { gone }
  await world.iam.deletePolicy(name, POLICY_NAME)
  await world.iam.deleteRole(name)
  world.log.record({ kind: 'swept', ...gone })
  return { gone }
}

/** Why the role's own tags forbid it: not ours, or made by a run that may be just about to use it. */
function findHold({ name, tags }: IamRole, { run, now }: SweepScope): string | undefined {
  if (!isOurs(tags)) return `The role ${name} was not made by this action, so it is not deleted.`
  const ofRun = run !== null && isOfRun(tags, run)
  const until = tags[TAG.expiresAt]
  if (ofRun || until === undefined || isExpired(tags, now)) return undefined
  return `The role ${name} was made by the run ${tags[TAG.run] ?? '?'}, which may need it until ${until}, so it is not deleted.`
}

/** Stopped experiments need their role until they have ended; 15 seconds are given to each, all at once. */
export async function awaitStopped(world: Ports, leftovers: readonly Leftover[]): Promise<void> {
  const experiments = leftovers.filter(({ resource }) => resource === 'experiment')
  await Promise.allSettled(experiments.map(({ id }) => awaitEnd(world, id)))
}

async function findRunning(world: Ports, scope: SweepScope): Promise<readonly Leftover[]> {
  const running = (await world.fis.listExperiments()).filter(({ status }) => !isTerminal(status))
  return findLeftovers('experiment', running, scope)
}

/** One after the other: a throttled account is not helped by many at once. Credentials that are gone stay so. */
async function removeAll(world: Ports, leftovers: readonly Leftover[], remove: (id: string) => Promise<void>) {
  const removed: Leftover[] = []
  const failed: (Leftover & { why: string })[] = []
  for (const one of leftovers) {
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

/** Why what the region holds forbids it: a template that names the role, or an experiment that has not ended. */
async function findUser(world: Ports, { name, arn }: IamRole, spare: readonly Leftover[]): Promise<string | undefined> {
  const spared = new Set(spare.map(({ id }) => id))
  for (const { id } of await world.fis.listTemplates()) {
    if (!spared.has(id) && (await world.fis.readTemplateRole(id)) === arn)
      return `The template ${id} uses the role ${name}, so it is not deleted.`
  }
  for (const { id, status } of await world.fis.listExperiments()) {
    if (isTerminal(status) || spared.has(id)) continue
    if ((await world.fis.readExperimentRole(id)) === arn)
      return `The experiment ${id}, which is ${status}, uses the role ${name}, so it is not deleted.`
  }
  return undefined
}
