import type { Tags } from '../tags.ts'

/** Matches a tag by its key, and by its value if that is not null. */
export type TagRule = { readonly key: string; readonly value: string | null }

/** The rules that protect instances and accounts, however the targets are named. */
export type Guards = {
  readonly excludeTags: readonly TagRule[]
  readonly requireTag: TagRule | null
  /** Empty allows any account. */
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

/** Whether a run may go on in this account. Without the input, every account is allowed. */
export function isAllowedAccount(account: string, { allowedAccounts }: Guards): boolean {
  return allowedAccounts.length === 0 || allowedAccounts.includes(account)
}

/** `key` or `key=value` */
export function describeTag({ key, value }: TagRule): string {
  return value === null ? key : `${key}=${value}`
}

/** How many candidates remain without the targets. Instances with a pending interruption do not count, because they are not candidates. */
export function countRemaining(candidates: number, targets: number): number {
  return candidates - targets
}

function carries(tags: Tags, { key, value }: TagRule): boolean {
  return Object.hasOwn(tags, key) && (value === null || tags[key] === value)
}
