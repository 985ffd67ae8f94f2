import { LONGEST_DURATION_MS } from '../fis.ts'
import { isOfInvocation, isOurs, TAG, type Tags } from '../tags.ts'
import { readPendingUntil } from '../timeline/pending.ts'
import { LATE_MS } from '../timeline/schedule.ts'
import { type ExperimentSnapshot, isTerminal } from '../timeline/snapshot.ts'

/** A pending interruption of a target by another experiment of ours. `until` is undefined while its action has not started. */
export type Pending = { readonly instanceId: string; readonly experimentId: string; readonly run: string; readonly until: Date | undefined }

type Listed = { readonly id: string; readonly status: string; readonly tags: Tags; readonly createdAt?: Date }

/** A generous limit for the time from the creation of an experiment to the start of its actions. */
const STARTING_MS = 15 * 60_000

/**
 * The experiments of other runs of ours that may still interrupt something at `now`, and so have to be read: those that have not ended, and
 * those that are so new that an interruption may still come.
 */
export function findExperimentsToRead<T extends Listed>(listed: readonly T[], now: Date, invocation: string): readonly T[] {
  const oldest = now.getTime() - STARTING_MS - LONGEST_DURATION_MS - LATE_MS
  return listed.filter(
    ({ status, tags, createdAt }) =>
      isOurs(tags) &&
      !isOfInvocation(tags, invocation) &&
      (!isTerminal(status) || createdAt === undefined || createdAt.getTime() >= oldest),
  )
}

/** The pending interruptions of an experiment at `now`: the targets of each action that may still interrupt them. */
export function toPending({ tags }: Pick<Listed, 'tags'>, snapshot: ExperimentSnapshot, now: Date): readonly Pending[] {
  return snapshot.actions.flatMap((action) => {
    const { durationMs, startAt, instanceIds = [] } = action
    const until = readPendingUntil({ ...snapshot, actions: [action] })
    if (durationMs === undefined || until === undefined || until <= now) return []
    const known = startAt === undefined ? undefined : until
    return instanceIds.map((instanceId) => ({ instanceId, experimentId: snapshot.id, run: tags[TAG.run] ?? '', until: known }))
  })
}

/** `i-1 is about to be interrupted by experiment EXP1 of run o/r/1/1, at the latest at 12:34:56 UTC` */
export function describePending({ instanceId, experimentId, run, until }: Pending): string {
  const whose = run === '' ? 'another run' : `run ${run}`
  const when = until === undefined ? '' : `, at the latest at ${until.toISOString().slice(11, 19)} UTC`
  return `${instanceId} is about to be interrupted by experiment ${experimentId} of ${whose}${when}`
}
