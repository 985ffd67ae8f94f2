import { parse } from 'tinyduration'

const COMPACT = /^(?=\d)(\d+h)?(\d+m)?(\d+s)?$/i
const LONGEST_MS = 24 * 3_600_000

/**
 * Parses a duration to milliseconds, in either notation: ISO 8601 (`PT2M30S`) or compact (`2m30s`), any case, whole seconds only. Undefined
 * for anything else: a bare number, a fraction, days and longer, a sign, or more than 24 hours.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toUpperCase()
  const iso = COMPACT.test(trimmed) ? `PT${trimmed}` : trimmed
  if (!/^PT(?=\d)(\d{1,7}H)?(\d{1,7}M)?(\d{1,7}S)?$/.test(iso)) return undefined
  const { hours = 0, minutes = 0, seconds = 0 } = parse(iso)
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000
  return ms <= LONGEST_MS ? ms : undefined
}

/** The form for FIS and for people: `PT<n>M` for whole minutes, otherwise `PT<n>S`. */
export function toIso(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds % 60 === 0 && seconds > 0 ? `PT${seconds / 60}M` : `PT${seconds}S`
}

/** Elapsed time as people read it, rounded down: `45s`, `2m 0s`, `1h 2m 3s`. */
export function toWords(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = total % 60
  if (hours > 0) return `${hours}h ${minutes}m ${seconds}s`
  return minutes > 0 ? `${minutes}m ${seconds}s` : `${seconds}s`
}
