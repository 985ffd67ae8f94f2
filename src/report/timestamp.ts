import { FIXED_ZONES, type FixedZone } from '../model/timezone.ts'

const LOCALES = ['en-US', 'en-IN', 'en-GB', 'en-AU']

const CLOCK = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const

/** `2025-08-23 02:04:26 IST`: the log's time in an IANA zone, with the English name of the zone if there is one, otherwise `UTC+9`. */
export function toStamp(at: Date, timeZone: string): string {
  const fixed = Object.hasOwn(FIXED_ZONES, timeZone) ? FIXED_ZONES[timeZone] : undefined
  return fixed === undefined ? toIntlStamp(at, timeZone) : toFixedStamp(at, fixed)
}

function toFixedStamp(at: Date, { name, offsetMinutes }: FixedZone): string {
  const shifted = new Date(at.getTime() + offsetMinutes * 60_000).toISOString()
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${name}`
}

/** The same timestamp by Intl, for any zone. */
export function toIntlStamp(at: Date, timeZone: string): string {
  const parts = toParts('en-CA', { timeZone, ...CLOCK }, at)
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${toZoneName(at, timeZone)}`
}

function toZoneName(at: Date, timeZone: string): string {
  let first: string | undefined
  for (const locale of LOCALES) {
    const name = toParts(locale, { timeZone, timeZoneName: 'short' }, at).timeZoneName ?? 'UTC'
    if (!/^GMT[+-]/.test(name)) return name
    first ??= name
  }
  return (first ?? 'UTC').replace('GMT', 'UTC')
}

/** A cache, because it is slow to create a formatter, and a run needs only a few. */
const formats = new Map<string, Intl.DateTimeFormat>()

function toParts(locale: string, options: Intl.DateTimeFormatOptions, at: Date): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const key = `${locale} ${options.timeZone} ${options.timeZoneName}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, format)
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}
