import type { Mode } from './mode.ts'

export const MANAGED_BY = 'spot-interrupt'

export const TAG = {
  managedBy: 'ManagedBy',
  run: 'spot-interrupt:run',
  job: 'spot-interrupt:job',
  invocation: 'spot-interrupt:invocation',
  createdAt: 'spot-interrupt:created-at',
  expiresAt: 'spot-interrupt:expires-at',
  mode: 'spot-interrupt:mode',
} as const

export type Tags = Readonly<Record<string, string>>

/**
 * The identity of this step: `run` is `<owner/repo>/<run id>/<attempt>`, `invocation` a UUID that no other step shares. `job` is the key of
 * the job in its workflow, `leg` tells the jobs of a matrix apart; '' if one is not known.
 */
export type Identity = { readonly run: string; readonly invocation: string; readonly job: string; readonly leg: string }

/** The tags of everything this run creates. `user` cannot override ours: the input parser refuses those keys. */
export function toTags(who: Identity, life: { mode: Mode; createdAt: Date; expiresAt: Date }, user: Tags): Tags {
  return {
    ...user,
    [TAG.managedBy]: MANAGED_BY,
    [TAG.run]: toTagValue(who.run),
    [TAG.job]: toJobTag(who),
    [TAG.invocation]: who.invocation,
    [TAG.createdAt]: life.createdAt.toISOString(),
    [TAG.expiresAt]: life.expiresAt.toISOString(),
    [TAG.mode]: life.mode,
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a resource is *ours*: created by this action, with a valid invocation and creation time. Any other belongs to somebody else. */
export function isOurs(tags: Tags): boolean {
  return tags[TAG.managedBy] === MANAGED_BY && UUID.test(tags[TAG.invocation] ?? '') && !Number.isNaN(Date.parse(tags[TAG.createdAt] ?? ''))
}

/** Whether it is ours, and exactly this invocation created it. */
export function isOfInvocation(tags: Tags, invocation: string): boolean {
  return isOurs(tags) && tags[TAG.invocation] === invocation
}

/** The value of the tag for the job and its leg, `<job>/<leg>`. */
export function toJobTag({ job, leg }: Pick<Identity, 'job' | 'leg'>): string {
  return toTagValue(`${job}/${leg}`)
}

/**
 * Converts a name to the value of a tag. AWS accepts at most 256 letters, digits, spaces and `_.:/=+-@`; names may contain others
 * (`dependabot[bot]`).
 */
export function toTagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Zs}_.:/=+\-@]/gu, '-').slice(0, 256)
}

const MAX_ROLE_NAME = 64

/** The name of a role that one run creates for itself and deletes at its end: `<name>-<8 hex digits>`, with digits of its invocation. */
export function toOwnRoleName(name: string, invocation: string): string {
  const digits = invocation.slice(0, 8).toLowerCase()
  return `${name.slice(0, MAX_ROLE_NAME - digits.length - 1)}-${digits}`
}

/** Whether a role is the own role of the run that created it, which no other run may use. */
export function isOwnRole({ name, tags }: { readonly name: string; readonly tags: Tags }): boolean {
  return isOurs(tags) && name.endsWith(`-${tags[TAG.invocation]?.slice(0, 8).toLowerCase()}`)
}

/** Whether a name may be that of the own role of some run with this `role-name`. */
export function mayBeOwnRole(candidate: string, name: string): boolean {
  return /-[0-9a-f]{8}$/.test(candidate) && candidate === toOwnRoleName(name, candidate.slice(-8))
}
