import { ActionError, explain, toActionError } from '../model/errors.ts'
import { ACTION_ID, type Mode } from '../model/fis.ts'
import { findProblems, findWarnings } from '../model/plan/preflight.ts'
import { toTargetSnapshots } from '../model/timeline/snapshot.ts'
import type { Caller, World } from '../world.ts'
import { readPending } from './pending.ts'
import { readTargets } from './poll.ts'

export type Wanted = {
  readonly mode: Mode
  readonly region: string
  readonly instanceIds: readonly string[]
  readonly roleArn: string | null
  /** The longest that the run can take. */
  readonly needsMs?: number
}

/**
 * Asks AWS, side by side, everything that could forbid the run, and rejects with all of it in one `refused` error. A call that AWS
 * refuses is thrown as it is when nothing else is wrong.
 */
export async function preflight(world: Pick<World, 'sts' | 'fis' | 'ec2' | 'host' | 'clock' | 'log'>, wanted: Wanted): Promise<Caller> {
  const [caller, action, seen, own, others] = await Promise.allSettled([
    world.sts.whoami(),
    world.fis.readAction(ACTION_ID[wanted.mode]),
    readTargets(world, wanted.instanceIds),
    world.host.ownInstanceId(),
    readPending(world, wanted.instanceIds),
  ])
  throwFaults([caller, action, seen])
  if (caller.status !== 'fulfilled' || action.status !== 'fulfilled' || seen.status !== 'fulfilled') {
    throw new ActionError('internal', 'preflight went on without its answers')
  }
  const facts = {
    ...wanted,
    ...seen.value,
    caller: caller.value,
    action: action.value,
    now: world.clock.awsNow(),
    ownId: own.status === 'fulfilled' ? own.value : 'unknown',
    ...(others.status === 'fulfilled' ? others.value : {}),
  }
  const { account, arn, source } = caller.value
  world.log.record({ kind: 'caller', account, arn, source })
  for (const snapshot of toTargetSnapshots(wanted.instanceIds, seen.value.instances, seen.value.requests))
    world.log.record({ kind: 'target', snapshot })
  const problems = findProblems(facts)
  if (problems.length > 0) throw new ActionError('refused', `Preflight refused the run: ${problems.join(' | ')}`, 'Nothing was created.')
  for (const what of findWarnings(facts)) world.log.record({ kind: 'warned', what })
  world.log.record({ kind: 'checked', targets: wanted.instanceIds.length })
  return caller.value
}

/** One fault is thrown as it is; several become one error that names each once. */
function throwFaults(results: readonly PromiseSettledResult<unknown>[]): void {
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [toActionError(result.reason)] : []))
  const [first, ...rest] = faults
  if (first === undefined) return
  const sentences = [...new Set(faults.map(explain))]
  if (rest.length === 0 || sentences.length === 1) throw first
  throw new ActionError(first.fault, sentences.join(' | '), '', first)
}
