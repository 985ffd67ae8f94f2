import type { Tags } from '../tags.ts'

/** A tag by its key, and by its value where that is not null. */
export type TagRule = { readonly key: string; readonly value: string | null }

/** What keeps instances and accounts from being hit, however the targets are named. */
export type Guards = {
  readonly excludeTags: readonly TagRule[]
  readonly requireTag: TagRule | null
  /** Empty: any account. */
  readonly allowedAccounts: readonly string[]
}

export const NO_GUARDS: Guards = { excludeTags: [], requireTag: null, allowedAccounts: [] }

/** The first rule of `exclude-tags` that fits these tags. */
export function findExcluding(tags: Tags, { excludeTags }: Guards): TagRule | undefined {
  return excludeTags.find((rule) => carries(tags, rule))
}

/** Whether `require-tag` is given and these tags lack it. */
export function lacksRequired(tags: Tags, { requireTag }: Guards): boolean {
  return requireTag !== null && !carries(tags, requireTag)
}

/** Whether a run may go on in this account; every account is allowed where the input names none. */
export function isAllowedAccount(account: string, { allowedAccounts }: Guards): boolean {
  return allowedAccounts.length === 0 || allowedAccounts.includes(account)
}

/** `key` or `key=value` */
export function describeTag({ key, value }: TagRule): string {
  return value === null ? key : `${key}=${value}`
}

/** How many candidates remain when the targets are gone. An instance that is about to be interrupted is no candidate. */
export function countRemaining(candidates: number, targets: number): number {
  return candidates - targets
}

function carries(tags: Tags, { key, value }: TagRule): boolean {
  return Object.hasOwn(tags, key) && (value === null || tags[key] === value)
}
