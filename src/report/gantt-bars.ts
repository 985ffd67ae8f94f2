import type { State } from './signs.ts'

/** Everything drawn is between these two, in milliseconds since 1970. */
export type Scale = { readonly t0: number; readonly endAt: number }
/** A moment of the monotonic clock in milliseconds since 1970; t0 where it is not known. */
export type Wall = (ms: number | undefined) => number

/** The tags of Mermaid, which stand for the colours above. */
export const TAGS: Readonly<Record<State, string>> = { kept: 'done', unknown: 'active', broken: 'crit' }

/** One bar of a Mermaid gantt; times in milliseconds since 1970. */
export function bar(name: string, tag: string, { from, to }: { from: number; to: number }): string {
  return `  ${name} :${tag === '' ? '' : `${tag}, `}${toStart(from)}, ${toStart(Math.max(to, from + 1000))}`
}

export function milestone(name: string, at: number): string {
  return `  ${name} :milestone, ${toStart(at)}, 0s`
}

/** Mermaid reads and shows times in the reader's time zone. Without a zone in the text the two cancel out, and the diagram shows UTC. */
function toStart(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
