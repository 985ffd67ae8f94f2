import { explain, toActionError } from '../model/errors.ts'
import type { CleanupInputs, CleanupResult } from '../model/inputs/cleanup.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { awaitStopped, sweep, sweepRole } from '../steps/sweep.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'endpoints' | 'sts' | 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/** The clean-up action: sweeps, waits for what it stopped, and only then looks whether the role is free. */
export async function runCleanup(world: Ports, inputs: CleanupInputs): Promise<CleanupResult> {
  await checkEndpoints(world, ['sts', 'iam', 'fis'], inputs)
  const { account, arn } = await world.sts.whoami()
  world.log.record({ kind: 'caller', account, arn })
  const scope = { run: inputs.run, expired: inputs.expired, now: world.clock.awsNow() }
  const swept = await sweep(world, scope, inputs)
  await awaitStopped(world, swept.removed)
  if (!inputs.deleteRole) return { account, ...swept, kept: '' }
  return { account, ...(await withRole(world, inputs, { scope, swept })) }
}

async function withRole(
  world: Ports,
  { roleName, dryRun }: CleanupInputs,
  { scope, swept }: { scope: Parameters<typeof sweep>[1]; swept: Awaited<ReturnType<typeof sweep>> },
): Promise<Omit<CleanupResult, 'account'>> {
  try {
    // A dry run leaves in place what would use the role no more, so that is not held against it.
    const { gone, kept = '' } = await sweepRole(world, roleName, { scope, dryRun, spare: dryRun ? swept.found : [] })
    if (kept !== '') world.log.record({ kind: 'warned', what: kept })
    const role = gone === undefined ? [] : [gone]
    return { ...swept, found: [...swept.found, ...role], removed: [...swept.removed, ...(dryRun ? [] : role)], kept }
  } catch (thrown) {
    const role = { resource: 'role', id: roleName, run: '', because: 'run', why: explain(toActionError(thrown)) } as const
    return { ...swept, found: [...swept.found, role], failed: [...swept.failed, role], kept: '' }
  }
}
