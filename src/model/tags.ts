import type { Mode } from './fis.ts'

export const MANAGED_BY = 'spot-interrupt'

export const TAG = {
  managedBy: 'ManagedBy',
  run: 'spot-interrupt:run',
  invocation: 'spot-interrupt:invocation',
  createdAt: 'spot-interrupt:created-at',
  expiresAt: 'spot-interrupt:expires-at',
  mode: 'spot-interrupt:mode',
} as const

export type Tags = Readonly<Record<string, string>>

/** Who runs: `run` is `<owner/repo>/<run id>/<attempt>`, `invocation` a UUID that no other step shares. */
export type Identity = { readonly run: string; readonly invocation: string }

/** The tags of everything this run creates. `user` can not override ours: the input parser refuses those keys. */
export function toTags(who: Identity, mode: Mode, life: { createdAt: Date; expiresAt: Date }, user: Tags): Tags {
  return {
    ...user,
    [TAG.managedBy]: MANAGED_BY,
    [TAG.run]: toRunTag(who.run),
    [TAG.invocation]: who.invocation,
    [TAG.createdAt]: life.createdAt.toISOString(),
    [TAG.expiresAt]: life.expiresAt.toISOString(),
    [TAG.mode]: mode,
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** *Ours* means: made by this action, with a valid invocation and creation time. Anything else is somebody else's. */
export function isOurs(tags: Tags): boolean {
  return tags[TAG.managedBy] === MANAGED_BY && UUID.test(tags[TAG.invocation] ?? '') && !Number.isNaN(Date.parse(tags[TAG.createdAt] ?? ''))
}

/** Ours, and made by exactly this invocation. */
export function isOfInvocation(tags: Tags, invocation: string): boolean {
  return isOurs(tags) && tags[TAG.invocation] === invocation
}

/** A run's name as its tag's value: AWS takes letters, digits, spaces and `_.:/=+-@` in tag values, 256 at most; run names may hold more (`dependabot[bot]`). */
export function toRunTag(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Zs}_.:/=+\-@]/gu, '-').slice(0, 256)
}
