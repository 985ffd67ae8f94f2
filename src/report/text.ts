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

/** `2025-08-23 02:04:26 IST`: the log's time in an IANA zone, with the zone's name where some English has one, else `UTC+9`. */
export function toStamp(at: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${toZoneName(at, timeZone)}`
}

function toZoneName(at: Date, timeZone: string): string {
  const names = LOCALES.map((locale) => nameIn(locale, at, timeZone))
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? (names[0] ?? 'UTC').replace('GMT', 'UTC')
}

function nameIn(locale: string, at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}
