import type { EventOf } from '../model/timeline/event.ts'
import { toStamp } from './timestamp.ts'

/** A log line for an event of the capacities. */
type Line = { readonly text: string; readonly indent?: boolean }

const MOST_NAMES = 5

/** The level of a capacity before the run, as log lines. */
export function toBaseline({ name, shown, level, members }: EventOf<'capacity-baseline'>): readonly Line[] {
  return [{ text: `✓ Capacity ${name} (${shown}): ${level} serving${members.length === 0 ? '' : `: ${nameSome(members)}`}` }]
}

/** A change of the count of a capacity, with the members that came and went, as a log line. */
export function toCountLines({ name, count, level, joined, lost }: EventOf<'capacity'>): readonly Line[] {
  const changes = [...(joined.length === 0 ? [] : [`${nameSome(joined)} came`]), ...(lost.length === 0 ? [] : [`${nameSome(lost)} went`])]
  const what = changes.length === 0 ? '' : `: ${changes.join(', ')}`
  return [{ text: `${count >= level ? '✓' : '⚠'} Capacity ${name}: ${count} of ${level} serve beside the targets${what}`, indent: true }]
}

/** The first sign of a reaction to the signal to one target, as a log line. */
export function toReacted({ target, by, state }: EventOf<'reaction'>): readonly Line[] {
  return [{ text: `✓ Reaction: ${by} shows ${target} ${state}`, indent: true }]
}

/** An activity of Auto Scaling as a log line, in its own words. */
export function toScaling({ group, description, cause, status, startAt }: EventOf<'scaling'>, timezone: string): readonly Line[] {
  const at = toStamp(startAt, timezone).slice('2025-08-23 '.length)
  return [{ text: `Auto Scaling group ${group} at ${at}: ${description} (${status}). ${cause}`, indent: true }]
}

/** The first five names, and the number of the others. */
function nameSome(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return more <= 0 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`
}
