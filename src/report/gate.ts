/**
 * The gate for text from outside. Every text passes it twice. `toSafe` checks each text by itself when it enters the Timeline or the
 * Conclusion, before Markdown, JSON or XML escape it, so a secret still has its own form there. `hideSecrets` checks the whole output when
 * it leaves, and catches texts that did not come from there.
 */
import { cut, toPlain } from './escape.ts'

/** One form of a secret. `least`: a beginning of it is hidden, too, if it has at least this many characters. */
export type Secret = { readonly text: string; readonly least: number }

/** Shorter values may be common words, which would be hidden everywhere; GitHub would drop outputs that contain them. */
const SHORTEST_SECRET = 8
/** A text that was cut in the middle of a credential shows its beginning, which is hidden from this length on. */
const SHORTEST_PART = 12

/**
 * The forms in which a secret may be shown: as it is, line by line, and encoded as in addresses, Base64 and JSON. A `whole` secret is
 * hidden only as a whole. Empty for a value that is too short.
 */
export function toSecrets(value: string, whole: boolean): readonly Secret[] {
  const bases = [value, ...value.split(/\r?\n/)].map((one) => one.trim()).filter((one) => one.length >= SHORTEST_SECRET)
  const forms = new Set(bases.flatMap((one) => [one, toUri(one), ...toBase64(one), JSON.stringify(one).slice(1, -1)]))
  return [...forms].map((text) => ({ text, least: whole || text.length < 2 * SHORTEST_PART ? text.length : SHORTEST_PART }))
}

type Span = { readonly from: number; readonly to: number }

/** The text with `***` for every form of a secret in it. */
export function hideSecrets(text: string, secrets: readonly Secret[]): string {
  const spans = secrets.flatMap((secret) => findSpans(text, secret)).sort((one, other) => one.from - other.from)
  let shown = ''
  let end = 0
  for (const { from, to } of spans) {
    // Forms may overlap. One that begins inside another is hidden together with it.
    if (from >= end) shown += `${text.slice(end, from)}***`
    end = Math.max(end, to)
  }
  return shown + text.slice(end)
}

/** The places in the text of a secret, or of a long enough beginning of it. */
function findSpans(text: string, { text: secret, least }: Secret): readonly Span[] {
  const head = secret.slice(0, least)
  const spans: Span[] = []
  for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, spans.at(-1)?.to)) {
    let to = from + least
    while (to - from < secret.length && text[to] === secret[to - from]) to += 1
    spans.push({ from, to })
  }
  return spans
}

function toUri(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

/** The Base64 forms of the value after 0, 1 or 2 other bytes, without the characters at both ends that the neighbouring bytes change. */
function toBase64(text: string): readonly string[] {
  return [0, 2, 3].map((drop, before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
    return whole.toString('base64').slice(drop)
  })
}

/** The longest text of AWS, of a service or of a user. */
const LONGEST = 500
/** The longest sentence of ours, which may quote several such texts. GitHub's limit for an annotation is 4096. */
const LONGEST_SENTENCE = 4000
const SENTENCES = ['text', 'what', 'why', 'hint', 'landing', 'commands']

/**
 * A copy of a record in which every text is safe to show: secrets are hidden, it is one line without control or direction characters, and
 * it has at most 500 characters (4000 in members with sentences of ours). Dates and columns of numbers stay unchanged.
 */
export function toSafe<T>(value: T, secrets: readonly Secret[]): T {
  return toSafeValue(value, LONGEST, secrets) as T
}

function toSafeValue(value: unknown, longest: number, secrets: readonly Secret[]): unknown {
  if (typeof value === 'string') return toSafeText(value, longest, secrets)
  if (Array.isArray(value)) return value.map((one) => toSafeValue(one, longest, secrets))
  if (typeof value !== 'object' || value === null || !isRecord(value)) return value
  const safe = Object.entries(value).map(([key, one]) => {
    return [key, toSafeValue(one, SENTENCES.includes(key) ? LONGEST_SENTENCE : longest, secrets)]
  })
  return Object.fromEntries(safe)
}

function isRecord(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function toSafeText(text: string, longest: number, secrets: readonly Secret[]): string {
  // A text that is far too long is cut before the search as well, to save time.
  const near = text.length > 100 * longest ? text.slice(0, 100 * longest) : text
  return cut(toPlain(hideSecrets(near, secrets)), longest)
}
