import type { State } from './signs.ts'

/** The time range of the diagram, in milliseconds since 1970. */
export type Scale = { readonly t0: number; readonly endAt: number }
/** Converts a moment of the monotonic clock to milliseconds since 1970; gives t0 for an unknown moment. */
export type Wall = (ms: number | undefined) => number

/** Mermaid's tag for each state, which sets the colour of a bar. */
export const BAR_TAGS: Readonly<Record<State, string>> = { kept: '', unknown: 'active', broken: 'crit' }
/** The tag of a bar that is not judged. */
export const PLAIN = 'done'

/** One bar of a Mermaid gantt; times in milliseconds since 1970. */
export function bar(name: string, tag: string, { from, to }: { from: number; to: number }): string {
  return `  ${name} :${tag === '' ? '' : `${tag}, `}${toStart(from)}, ${toStart(Math.max(to, from + 1000))}`
}

export function milestone(name: string, at: number): string {
  return `  ${name} :${PLAIN}, milestone, ${toStart(at)}, 0s`
}

/** A time without a zone. Mermaid reads it and shows it in the time zone of the reader, so the two cancel out and the diagram shows UTC. */
function toStart(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
