import type { Experiment } from '@aws-sdk/client-fis'
import type { Interruption } from '../world.ts'
import { promised } from './retry.ts'

const DURATION = 'durationBeforeInterruption'

/** The actions that interrupt Spot instances; others have no such parameter. */
export function toInterruptions(experiment: Experiment | undefined): { status: string; interruptions: readonly Interruption[] } {
  const { state, actions = {}, targets = {} } = promised(experiment, 'an experiment')
  const interruptions = Object.values(actions).flatMap((action) => {
    const duration = action.parameters?.[DURATION]
    if (duration === undefined) return []
    const arns = Object.values(action.targets ?? {}).flatMap((target) => targets[target]?.resourceArns ?? [])
    const instanceIds = arns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1))
    return [{ status: action.state?.status ?? '', duration, instanceIds, ...(action.startTime ? { startAt: action.startTime } : {}) }]
  })
  return { status: promised(state?.status, 'a status'), interruptions }
}
