import { FIXED_ZONES, type FixedZone } from '../model/timezone.ts'

/** Text from outside, made harmless before it is shown: to the runner's log parser, and to Markdown. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

/**
 * One line without control or direction characters. The runner takes `##[name` for a command anywhere in a line, and `::name` at
 * its start; ours start with a timestamp. https://github.com/actions/runner, ActionCommand.TryParseV2
 */
export function toPlain(text: string): string {
  return text.replace(CONTROL, ' ').replaceAll('##[', '## [').trim()
}

/** Plain text as Markdown that shows just that text, also inside a table cell. */
export function toMarkdown(text: string): string {
  return toPlain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\bhttps?:\/\//gi, (scheme) => scheme.replace(':', '&#58;'))
}

/** Text between backticks; a backtick inside would end it. */
export function toCode(text: string): string {
  return `\`${toPlain(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

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

/** `2025-08-23 02:04:26 IST`: the log's time in an IANA zone, with the zone's name where some English has one, else `UTC+9`. */
export function toStamp(at: Date, timeZone: string): string {
  const fixed = Object.hasOwn(FIXED_ZONES, timeZone) ? FIXED_ZONES[timeZone] : undefined
  return fixed === undefined ? toIntlStamp(at, timeZone) : toFixedStamp(at, fixed)
}

function toFixedStamp(at: Date, { name, offsetMinutes }: FixedZone): string {
  const shifted = new Date(at.getTime() + offsetMinutes * 60_000).toISOString()
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${name}`
}

/** The same by Intl, for any zone. */
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

/** Making a formatter costs more than a line of the log; there are a handful in a run. */
const formats = new Map<string, Intl.DateTimeFormat>()

function toParts(locale: string, options: Intl.DateTimeFormatOptions, at: Date): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const key = `${locale} ${options.timeZone} ${options.timeZoneName}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, format)
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}
