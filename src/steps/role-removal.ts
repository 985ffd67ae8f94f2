import { judgeLeftover, type Leftover, type SweepScope } from '../model/cleanup/leftover.ts'
import { ActionError, joinSentences, toActionError } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import { isOfInvocation, isOurs, isOwnRole, mayBeOwnRole, TAG, type Tags } from '../model/tags.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'
import type { IamRole, World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'log'>

/**
 * Why a role has to stay: a template of the region, or an experiment that has not ended, uses it. Everything that deletes a role calls this
 * first. The ids in `spared` do not count. Rejects if AWS does not show the users of the role.
 */
export async function findRoleUser(world: Pick<World, 'fis'>, role: IamRole, spared: readonly string[] = []): Promise<string | undefined> {
  const { name, arn } = role
  const living = (await world.fis.listExperiments()).filter(({ id, status }) => !isTerminal(status) && !spared.includes(id))
  for (const { id, status } of living) {
    if ((await world.fis.readExperimentRole(id)) === arn)
      return `The experiment ${id}, which is ${status}, uses the role ${name}, so it is not deleted.`
  }
  const templates = (await world.fis.listTemplates()).filter(({ id, tags }) => !spared.includes(id) && mayName(role, tags))
  for (const { id } of templates) {
    if ((await world.fis.readTemplateRole(id)) === arn) return `The template ${id} uses the role ${name}, so it is not deleted.`
  }
  return undefined
}

/** Whether a template may name the role. Only the run that created an own role uses it. */
function mayName(role: IamRole, template: Tags): boolean {
  return !isOwnRole(role) || isOfInvocation(template, role.tags[TAG.invocation] ?? '')
}

/** Deletes a role of ours. IAM requires that its policy is deleted first. */
export async function removeRole({ iam }: Pick<World, 'iam'>, name: string): Promise<void> {
  await iam.deletePolicy(name, POLICY_NAME)
  await iam.deleteRole(name)
}

export type RoleWish = { readonly scope: SweepScope; readonly dryRun?: boolean; readonly spare?: readonly Leftover[] }

/** The fate of a role: `removed` (or it would be, in a dry run), or `kept` with the reason. Empty if there is no such role. */
export type RoleFate = { readonly removed?: Leftover; readonly kept?: string }

/**
 * Deletes a role if it is ours, no run may be about to use it, and nothing in the region uses it except for the ids in `spare`. Rejects if
 * AWS does not show the users of the role, or refuses to delete it.
 */
export async function sweepRole(world: Ports, name: string, { scope, dryRun = false, spare = [] }: RoleWish): Promise<RoleFate> {
  const role = await world.iam.readRole(name)
  if (role === undefined) return {}
  const because = findReason(role, scope)
  if (because === undefined) return { kept: describeHold(role) }
  const spared = spare.map(({ id }) => id)
  const kept = await findRoleUser(world, role, spared).catch((thrown: unknown) => Promise.reject(toUnseen(name, thrown)))
  if (kept !== undefined) return { kept }
  const removed: Leftover = { resource: 'role', id: name, run: role.tags[TAG.run] ?? '', because }
  if (!dryRun) await removeRole(world, name)
  world.log.record({ kind: dryRun ? 'found' : 'swept', ...removed })
  return { removed }
}

/** The names of the own roles of runs with this `role-name`. */
export async function findOwnRoles({ iam }: Pick<World, 'iam'>, roleName: string): Promise<readonly string[]> {
  const prefix = roleName.slice(0, MAX_PREFIX)
  return (await iam.listRoles(prefix)).filter((name) => mayBeOwnRole(name, roleName))
}

/** A longer role name is cut to this length before the digits of the run are added. */
const MAX_PREFIX = 55

/**
 * Why the role may be removed; undefined if it may not. The caller has asked for this role, so it counts as expired even if the scope has
 * no expired resources, and also without an expires-at tag.
 */
function findReason({ tags }: IamRole, scope: SweepScope): Leftover['because'] | undefined {
  const fate = judgeLeftover(tags, { ...scope, expired: true })
  if (fate === 'run' || fate === 'expired') return fate
  return isOurs(tags) && tags[TAG.expiresAt] === undefined ? 'expired' : undefined
}

/** Why its tags forbid the removal: the role is not ours, or the run that created it may be about to use it. */
function describeHold({ name, tags }: IamRole): string {
  if (!isOurs(tags)) return `The role ${name} was not made by this action, so it is not deleted.`
  return `The role ${name} was made by the run ${tags[TAG.run] ?? '?'}, which may need it until ${tags[TAG.expiresAt]}, so it is not deleted.`
}

/** The error if AWS does not show the users of a role. The role is not deleted then. */
function toUnseen(name: string, thrown: unknown): ActionError {
  const { fault, message, hint, cause } = toActionError(thrown)
  // AWS's message does not show that the experiment belongs to somebody else, which other statements do not cover.
  const needed = fault === 'denied' ? 'To see users of others, the job needs the statement ReadRoleUsers (docs/permissions.md).' : ''
  const text = `Nobody can see here who uses the role ${name}, so it is not deleted: ${message}`
  return new ActionError(fault, text, joinSentences(hint, needed), cause)
}
