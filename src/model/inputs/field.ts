import { parseDuration, toIso } from '../duration.ts'
import { ActionError } from '../errors.ts'

/**
 * One input: its default, which is that of action.yml; the allowed values in words, for the error; and its parser. The parser returns
 * undefined for a value that is not allowed.
 */
export type Field<T> = {
  readonly fallback: string
  readonly allowed: string
  readonly parse: (text: string) => T | undefined
  /** For an input that may contain a secret: what to show instead of a bad text. */
  readonly show?: (text: string) => string
}

/** Makes an input, see `Field`. */
export function field<T>(fallback: string, allowed: string, parse: (text: string) => T | undefined): Field<T> {
  return { fallback, allowed, parse }
}

/**
 * Accepts exactly what `core.getBooleanInput` accepts: https://yaml.org/spec/1.2/spec.html#id2804923. A typo must not silently mean
 * `false`.
 */
export function flag(fallback: 'true' | 'false'): Field<boolean> {
  return field(fallback, '`true` or `false`', (text) => (TRUE.includes(text) ? true : FALSE.includes(text) ? false : undefined))
}

const TRUE: readonly string[] = ['true', 'True', 'TRUE']
const FALSE: readonly string[] = ['false', 'False', 'FALSE']

/** One of several words; the first is the default. */
export function choice<const T extends string>(fallback: T, ...rest: readonly T[]): Field<T> {
  const all = [fallback, ...rest]
  return field(fallback, all.map((one) => `\`${one}\``).join(' or '), (text) => all.find((one) => one === text))
}

/** A duration between two bounds, both allowed, in milliseconds. */
export function span(fallback: string, minMs: number, maxMs: number): Field<number> {
  const allowed = `${toIso(minMs)} to ${toIso(maxMs)} in whole seconds, written as \`PT2M30S\` or \`2m30s\``
  return field(fallback, allowed, (text) => {
    const ms = parseDuration(text)
    return ms !== undefined && ms >= minMs && ms <= maxMs ? ms : undefined
  })
}

export function integer(fallback: string, min: number, max: number): Field<number> {
  return field(fallback, `a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })
}

/** A text that matches a pattern. */
export function pattern(fallback: string, allowed: string, shape: RegExp): Field<string> {
  return field(fallback, allowed, (text) => (shape.test(text) ? text : undefined))
}

/** An input that may be empty, which gives null. */
export function optional<T>(inner: Field<T>): Field<T | null> {
  return { ...inner, parse: (text) => (text === '' ? null : inner.parse(text)) }
}

/** The record that a table of fields is parsed to. */
export type ParsedFields<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** An input that cannot be used: its name, what was given ('' for nothing), and what is allowed, in words. */
export type Problem = { readonly input: string; readonly given: string; readonly allowed: string }

/** The raw text of an input, '' when not given. */
export type ReadInput = (name: string) => string

/**
 * Parses every field of a table. `rules` finds what is wrong across inputs; it gets only the inputs that are good by themselves. Throws one
 * `usage` error that names every problem.
 */
export function parseFields<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
  read: ReadInput,
  rules: (parsed: Partial<ParsedFields<F>>) => readonly Problem[] = () => [],
): ParsedFields<F> {
  const problems: Problem[] = []
  const parsed: Record<string, unknown> = {}
  for (const [input, one] of Object.entries(fields)) {
    const text = read(input).trim() || one.fallback
    const value = one.parse(text)
    if (value === undefined) problems.push({ input, given: text === '' ? '' : (one.show ?? String)(text), allowed: one.allowed })
    else parsed[input] = value
  }
  // The loop has set one member for each field, or recorded its problem. TypeScript cannot see that.
  const all = [...problems, ...rules(parsed as Partial<ParsedFields<F>>)]
  if (all.length > 0) throw toUsageError(all)
  return parsed as ParsedFields<F>
}

/** One error for all problems: the input's name, what was given, what is allowed. */
function toUsageError(problems: readonly Problem[]): ActionError {
  const lines = problems.map(
    ({ input, given, allowed }) => `${input}: ${given === '' ? 'nothing was given' : `got ${quote(given)}`}; allowed: ${allowed}`,
  )
  return new ActionError('usage', `Bad input: ${lines.join(' | ')}.`, 'Nothing was sent to AWS.')
}

function quote(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text
  return JSON.stringify(short)
}
