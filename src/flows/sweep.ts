import type { Ledger } from '../model/cleanup/ledger.ts'
import type { Inputs } from '../model/inputs/main.ts'
import { sweepExpired } from '../steps/sweep.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/**
 * The last thing that a step does, when its result is out: removes expired leftovers of earlier runs, where the user wants that. It changes
 * nothing in the result, never rejects, and ends as soon as `cancel` of its world aborts. A run that never learned its account, or that
 * was cancelled, leaves it out. Roles are looked for only by a run with `delete-role`: others need no permission to list roles.
 */
export async function sweepAfter(world: Ports, { sweep, deleteRole, roleName }: Inputs, ledger: Ledger): Promise<void> {
  if (!sweep || !ledger.state()?.account || world.cancel.aborted) return
  await sweepExpired(world, deleteRole ? { ownRoles: roleName } : {})
}
