import type { Ledger } from '../model/cleanup/ledger.ts'
import type { Inputs } from '../model/inputs/main.ts'
import { sweepExpired } from '../steps/sweep.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/**
 * The last work of a step, after its result is delivered: removes expired leftovers of earlier runs, unless the input `sweep` is false. It
 * never changes the result, never rejects, and ends as soon as `cancel` of its world aborts. A run that was cancelled, or that does not
 * know its account, skips it. Only a run with `delete-role` searches for roles, so that other runs need no permission to list them.
 */
export async function sweepAfter(world: Ports, { sweep, deleteRole, roleName }: Inputs, ledger: Ledger): Promise<void> {
  if (!sweep || !ledger.state()?.account || world.cancel.aborted) return
  await sweepExpired(world, deleteRole ? { ownRoles: roleName } : {})
}
