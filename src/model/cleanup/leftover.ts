import { isOurs, TAG, type Tags, toRunTag } from '../tags.ts'
import type { Resource } from '../timeline/event.ts'

/** What an earlier run left, and why it may go. */
export type Leftover = { readonly resource: Resource; readonly id: string; readonly run: string; readonly because: 'run' | 'expired' }

/** Which leftovers are meant: those of a run (`owner/repo/run id`, any attempt), and those whose own time is over at `now`. */
export type SweepScope = { readonly run: string | null; readonly expired: boolean; readonly now: Date }

/**
 * Why a thing with these tags may be removed; undefined for everything that is not ours, or that a run may still be using. What its own
 * run said of its end decides, never its age: a run may last for hours.
 */
export function findReason(tags: Tags, { run, expired, now }: SweepScope): Leftover['because'] | undefined {
  if (!isOurs(tags)) return undefined
  if (run !== null && isOfRun(tags, run)) return 'run'
  return expired && isExpired(tags, now) ? 'expired' : undefined
}

/** Made by any attempt of the run `owner/repo/run id`. */
export function isOfRun(tags: Tags, run: string): boolean {
  const prefix = `${toRunTag(run)}/`
  const value = tags[TAG.run] ?? ''
  return value.startsWith(prefix) && /^\d+$/.test(value.slice(prefix.length))
}

/** Past the moment that its run had said; without such a moment nothing ever is. */
export function isExpired(tags: Tags, now: Date): boolean {
  return Date.parse(tags[TAG.expiresAt] ?? '') < now.getTime()
}

/** The things of a listing that are meant. */
export function findLeftovers<T extends { readonly id: string; readonly tags: Tags }>(
  resource: Resource,
  listed: readonly T[],
  scope: SweepScope,
): readonly Leftover[] {
  return listed.flatMap(({ id, tags }) => {
    const because = findReason(tags, scope)
    return because === undefined ? [] : [{ resource, id, run: tags[TAG.run] ?? '', because }]
  })
}
