import { findEndpointProblem, type Service, showHosts } from '../model/endpoint.ts'
import { ActionError } from '../model/errors.ts'
import type { World } from '../world.ts'

/**
 * Checks, before the first call, that the calls go to AWS itself, or to a simulated AWS if the run is a rehearsal. It records a rehearsal.
 * Rejects with `refused` for anything else; `hint` replaces the advice.
 */
export async function checkEndpoints(
  { endpoints, log }: Pick<World, 'endpoints' | 'log'>,
  services: readonly Service[],
  { rehearsal, hint }: { readonly rehearsal: boolean; readonly hint?: string },
): Promise<void> {
  const found = await endpoints(services)
  const problem = findEndpointProblem(found, rehearsal)
  if (problem !== undefined) throw new ActionError(problem.fault, problem.message, hint ?? problem.hint)
  if (rehearsal) log.record({ kind: 'rehearsal', at: showHosts(found) })
}
