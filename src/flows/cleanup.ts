import { explain, toActionError } from '../model/errors.ts'
import type { CleanupInputs, CleanupResult } from '../model/inputs/cleanup.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { findOwnRoles, type RoleWish, sweepRole } from '../steps/role-removal.ts'
import { awaitStopped, type Failed, sweep } from '../steps/sweep.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'endpoints' | 'sts' | 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/** The clean-up action. It sweeps, waits for the experiments that it stopped, and only then checks whether the roles are unused. */
export async function runCleanup(world: Ports, inputs: CleanupInputs): Promise<CleanupResult> {
  await checkEndpoints(world, ['sts', 'iam', 'fis'], inputs)
  const { account, arn, source } = await world.sts.whoami()
  world.log.record({ kind: 'caller', account, arn, source })
  const { run, job, expired, dryRun } = inputs
  const scope = { run, ...(job === undefined ? {} : { job }), expired, now: world.clock.awsNow() }
  const swept = await sweep(world, scope, { dryRun })
  await awaitStopped(world, swept.removed)
  if (!inputs.deleteRole) return { account, ...swept, notes: [] }
  // A dry run does not remove the resources that it found, so they do not count as users of the role.
  const roles = await removeRoles(world, inputs, { scope, dryRun, spare: dryRun ? swept.found : [] })
  for (const what of roles.notes) world.log.record({ kind: 'warned', what })
  return {
    account,
    found: [...swept.found, ...roles.removed, ...roles.failed],
    removed: [...swept.removed, ...(dryRun ? [] : roles.removed)],
    failed: [...swept.failed, ...roles.failed],
    spared: swept.spared,
    notes: roles.notes,
  }
}

type Roles = { readonly removed: CleanupResult['removed']; readonly failed: readonly Failed[]; readonly notes: readonly string[] }

/** Removes the shared role, and the roles that runs with this role-name created for themselves. */
async function removeRoles(world: Ports, inputs: CleanupInputs, wish: RoleWish): Promise<Roles> {
  const { region, roleName } = inputs
  const own = await findOwn(world, roleName)
  const parts: Roles[] = []
  for (const name of [roleName, ...own.names]) parts.push(await removeOne(world, name, { ...wish, shared: name === roleName }))
  const [removed, failed] = [parts.flatMap((part) => part.removed), parts.flatMap((part) => part.failed)]
  const where = `Users of the role ${roleName} were looked for in ${region} only: it may be in use in other regions.`
  const looked = parts.some((part) => part.removed.some(({ id }) => id === roleName)) ? [where] : []
  return { removed, failed, notes: [...parts.flatMap(({ notes }) => notes), ...own.notes, ...looked] }
}

async function findOwn(world: Ports, roleName: string): Promise<{ readonly names: readonly string[]; readonly notes: readonly string[] }> {
  try {
    return { names: await findOwnRoles(world, roleName), notes: [] }
  } catch (thrown) {
    const what = `Roles that single runs made for themselves could not be looked for: ${explain(toActionError(thrown))}`
    return { names: [], notes: [what] }
  }
}

/** Removes one role. A role of a single run that stays is not reported, because its run deletes it. */
async function removeOne(world: Ports, name: string, { shared, ...wish }: RoleWish & { readonly shared: boolean }): Promise<Roles> {
  try {
    const { removed, kept } = await sweepRole(world, name, wish)
    return { removed: removed === undefined ? [] : [removed], failed: [], notes: shared && kept !== undefined ? [kept] : [] }
  } catch (thrown) {
    const failed = { resource: 'role', id: name, run: '', because: 'run', why: explain(toActionError(thrown)) } as const
    return { removed: [], failed: [failed], notes: [] }
  }
}
