import type { Instance } from '../account/account.ts'
import { type History, isVisible } from '../account/instance.ts'
import { historyOf, instancesAt } from '../account/timeline.ts'
import { type Context, refuse } from '../operation.ts'

/** An instance together with its history up to now. */
export type ListedInstance = Instance & { readonly history: History; readonly ownerId: string }

/** The instances that EC2 lists in the region of the call. Terminated ones are listed for most of an hour. */
export function instancesIn(context: Context): readonly ListedInstance[] {
  return instancesAt(context.account, context.at)
    .filter(({ region }) => region === context.call.region)
    .map((instance) => withHistory(context, instance))
    .filter((listed) => isVisible(listed.history, context.at))
}

/** An instance with its owner, and with its state at the moment of the call. */
export function withHistory({ account, at, scope }: Pick<Context, 'account' | 'at' | 'scope'>, instance: Instance): ListedInstance {
  return { ...instance, ownerId: instance.owner ?? scope.accountId, history: historyOf(account, instance, at) }
}

/** The instances with these ids, in the same order. A single malformed or unknown id fails the whole call. */
export function findInstances(context: Context, ids: readonly string[]): readonly ListedInstance[] {
  const malformed = ids.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) refuse('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  const all = new Map(instancesIn(context).map((listed) => [listed.id, listed]))
  const missing = ids.filter((id) => !all.has(id))
  if (missing.length === 1) refuse('InvalidInstanceID.NotFound', `The instance ID '${missing[0]}' does not exist`)
  if (missing.length > 1) refuse('InvalidInstanceID.NotFound', `The instance IDs '${missing.join(', ')}' do not exist`)
  return ids.flatMap((id) => all.get(id) ?? [])
}
