import { explain, isFault, toActionError } from '../model/errors.ts'
import { findCandidates, type Pending, toPending } from '../model/plan/pending.ts'
import type { World } from '../world.ts'

/** The pending interruptions of these instances, or why they cannot be seen. */
export type PendingReading = { readonly pending: readonly Pending[]; readonly unread?: string }

/**
 * Finds which of these instances, or of all where none are named, an experiment of another run of ours is about to interrupt. A caller may be forbidden to list experiments,
 * and the run must not depend on it: then the reason is given, and nothing is pending. Rejects only with `cancelled`.
 */
export async function readPending(
  world: Pick<World, 'fis' | 'clock'>,
  ids: readonly string[] | undefined,
  invocation = '',
): Promise<PendingReading> {
  try {
    const listed = await world.fis.listExperiments('read')
    const candidates = findCandidates(listed, world.clock.awsNow(), invocation)
    const read = await Promise.all(candidates.map(async (one) => ({ one, shown: await world.fis.readInterruptions(one.id) })))
    const now = world.clock.awsNow()
    const pending = read.flatMap(({ one, shown }) => (shown === undefined ? [] : toPending(one, shown, now)))
    return { pending: pending.filter(({ instanceId }) => ids === undefined || ids.includes(instanceId)) }
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) throw thrown
    return { pending: [], unread: explain(toActionError(thrown)) }
  }
}
