import { explain, isFault, toActionError } from '../model/errors.ts'
import { findExperimentsToRead, type Pending, toPending } from '../model/plan/pending.ts'
import type { ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld } from '../world.ts'

/** The pending interruptions of some instances, or why they could not be read. */
export type PendingReading = { readonly pending: readonly Pending[]; readonly unread?: string }

/**
 * Finds which of these instances (without a list, which of all instances) an experiment of another run of ours is about to interrupt. A run
 * must not depend on the permission to list experiments: without it, the result has the reason and no pending interruptions. Rejects only
 * with `cancelled`.
 */
export async function readPending(
  world: Pick<ReadWorld, 'fis' | 'clock'>,
  ids: readonly string[] | undefined,
  invocation = '',
): Promise<PendingReading> {
  try {
    const listed = await world.fis.listExperiments('read')
    const experiments = findExperimentsToRead(listed, world.clock.awsNow(), invocation)
    const read = await Promise.all(experiments.map(async (one) => ({ one, snapshot: await readOrGone(world, one.id) })))
    const now = world.clock.awsNow()
    const pending = read.flatMap(({ one, snapshot }) => (snapshot === undefined ? [] : toPending(one, snapshot, now)))
    return { pending: pending.filter(({ instanceId }) => ids === undefined || ids.includes(instanceId)) }
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) throw thrown
    return { pending: [], unread: explain(toActionError(thrown)) }
  }
}

async function readOrGone({ fis }: Pick<ReadWorld, 'fis'>, id: string): Promise<ExperimentSnapshot | undefined> {
  try {
    return await fis.readExperiment(id)
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return undefined
    throw thrown
  }
}
