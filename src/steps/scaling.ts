import type { Capacity } from '../model/capacity/source.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import { lastAttempt } from '../model/timeline/event.ts'
import type { ReadWorld } from '../world.ts'

/** The largest number of activities of a group in a report. */
const MOST = 20

/** Records the activities of the Auto Scaling groups since the start, in their own words. They are only for people. Never rejects. */
export async function recordScaling(
  { autoscaling, log }: Pick<ReadWorld, 'autoscaling' | 'log'>,
  capacities: readonly Capacity[],
): Promise<void> {
  const since = lastAttempt(log.timeline())[0]?.awsAt
  if (since === undefined) return
  const groups = new Set(capacities.flatMap(({ source }) => (source.by === 'asg' ? [source.group] : [])))
  await Promise.all(
    [...groups].map(async (group) => {
      try {
        const activities = (await autoscaling.readActivities(group)).filter(({ startAt }) => startAt >= since)
        for (const activity of activities.slice(0, MOST).toReversed()) log.record({ kind: 'scaling', group, ...activity })
      } catch (thrown) {
        if (isFault(thrown, 'cancelled')) return
        log.record({ kind: 'warned', what: `It is not known what the Auto Scaling group ${group} did: ${explain(toActionError(thrown))}` })
      }
    }),
  )
}
