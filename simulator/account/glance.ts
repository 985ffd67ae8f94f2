import type { InstanceState, Model } from './account.ts'
import { lifeAt } from './instance.ts'
import { tell } from './timeline.ts'

/** An instance as it is at a moment, and whether its interruption notice is out. */
export type Glance = { readonly state: InstanceState; readonly noticed: boolean }

/** Undefined for an instance that is not, or not yet, there. */
export function glance(model: Model, id: string, at: number): Glance | undefined {
  const instance = model.instances.get(id)
  if (instance === undefined || at < instance.launchedAt) return undefined
  const story = tell(model)
  const { state } = lifeAt(instance, story.happenings(id), at)
  return { state, noticed: story.signals(id).some(({ noticeAt }) => noticeAt !== undefined && noticeAt <= at) }
}
