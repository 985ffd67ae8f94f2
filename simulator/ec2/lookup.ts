import type { Instance } from '../account/account.ts'
import { isVisible, type Life, lifeAt } from '../account/instance.ts'
import { tell } from '../account/timeline.ts'
import { refuse, type Scene } from '../operation.ts'

/** An instance together with the life it has had up to now. */
export type Seen = Instance & { readonly life: Life }

export function instancesIn(scene: Scene): readonly Seen[] {
  return [...scene.model.instances.values()]
    .filter((instance) => instance.region === scene.call.region && instance.launchedAt <= scene.at)
    .map((instance) => see(scene, instance))
    .filter((seen) => isVisible(seen.life, scene.at))
}

export function see({ model, at }: Pick<Scene, 'model' | 'at'>, instance: Instance): Seen {
  return { ...instance, life: lifeAt(instance, tell(model).happenings(instance.id), at) }
}

/** In the order asked; one id that is malformed or unknown fails the whole call. */
export function findInstances(scene: Scene, ids: readonly string[]): readonly Seen[] {
  const malformed = ids.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) refuse('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  const all = new Map(instancesIn(scene).map((seen) => [seen.id, seen]))
  const missing = ids.filter((id) => !all.has(id))
  if (missing.length === 1) refuse('InvalidInstanceID.NotFound', `The instance ID '${missing[0]}' does not exist`)
  if (missing.length > 1) refuse('InvalidInstanceID.NotFound', `The instance IDs '${missing.join(', ')}' do not exist`)
  return ids.flatMap((id) => all.get(id) ?? [])
}
