/**
 * The members of a scenario as tables, from the schemas of the simulator: names, values and defaults come from the loaded schemas, the
 * meanings from the comments in their sources.
 */
import { markdownTable } from 'markdown-table'
import { defaultSwitches } from '../simulator/account/switches.ts'
import { scenarioSchema } from '../simulator/rehearsal/scenario.ts'
import { findComment } from './schema-comments.ts'

/** The parts of a schema that are read here. https://valibot.dev/guides/schemas/ */
type Schema = {
  readonly type: string
  readonly entries?: Readonly<Record<string, Schema>>
  readonly wrapped?: Schema
  readonly item?: Schema
  readonly value?: Schema
  readonly literal?: unknown
  readonly options?: readonly unknown[]
  readonly default?: unknown
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[]
}

/** The tables of the page, by the names of their marks: one for each member of a scenario, and for `seed` one for each kind of resource. */
export function renderScenario(): Readonly<Record<string, string>> {
  const members = scenarioSchema.entries as unknown as Readonly<Record<string, Schema>>
  const seeds = unwrap(members.seed).entries ?? {}
  const kinds = Object.keys(seeds).map((kind) => `### \`seed.${kind}\`\n\n${renderTable(['seed', kind], seeds[kind])}`)
  const others = Object.keys(members).filter((name) => name !== 'seed')
  return { ...Object.fromEntries(others.map((name) => [name, renderTable([name], members[name])])), seed: kinds.join('\n\n') }
}

type Row = { readonly path: readonly string[]; readonly schema: Schema }

function renderTable(path: readonly string[], schema: Schema | undefined): string {
  const inner = unwrap(schema)
  const rows = merge(findInner(inner).flatMap((one) => findRows(one)))
  const lines = rows.map(({ path: name, schema: one }) => [
    `\`${name.join('.')}\``,
    toValues(one),
    toDefault(path, name, one),
    findComment([...path, ...name]),
  ])
  return markdownTable([
    ['member', 'values', 'default', 'meaning'],
    ...lines.map((line) => line.map((cell) => cell.replaceAll('|', '\\|'))),
  ])
}

/** Merges members of the same name into one row, with the values of all. */
function merge(rows: readonly Row[]): readonly Row[] {
  const byName = new Map<string, Row[]>()
  for (const row of rows) byName.set(row.path.join('.'), [...(byName.get(row.path.join('.')) ?? []), row])
  return [...byName.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const options = [first, ...others]
      .map(({ schema }) => schema)
      .filter((one, at, all) => all.findIndex((other) => toValues(other) === toValues(one)) === at)
    return [options.length === 1 ? first : { ...first, schema: { type: 'union', options } }]
  })
}

/** The members of an object, each followed by its own members. */
function findRows({ entries = {} }: Schema, above: readonly string[] = []): readonly Row[] {
  return Object.entries(entries).flatMap(([name, schema]) => {
    const path = [...above, name]
    return [{ path, schema }, ...findInner(schema).flatMap((inner) => findRows(inner, path))]
  })
}

/** The object types of a value, or of the items of a list. */
function findInner(schema: Schema): readonly Schema[] {
  const inner = unwrap(schema)
  if (inner.entries !== undefined) return [inner]
  if (inner.item !== undefined) return findInner(inner.item)
  if (inner.type === 'union' || inner.type === 'lazy') return (inner.options as readonly Schema[]).flatMap(findInner)
  return []
}

function unwrap(schema: Schema | undefined): Schema {
  return schema?.wrapped === undefined ? (schema ?? { type: 'unknown' }) : unwrap(schema.wrapped)
}

const WORDS: Readonly<Record<string, (schema: Schema) => string>> = {
  string: () => 'text',
  boolean: () => '`true` or `false`',
  number: ({ pipe = [] }) => {
    const bound = (type: string, word: string) => pipe.filter((one) => one.type === type).map(({ requirement }) => `${word} ${requirement}`)
    const whole = pipe.some(({ type }) => type === 'integer') ? 'whole number' : 'number'
    return [whole, ...bound('min_value', 'from'), ...bound('max_value', 'to')].join(' ')
  },
  picklist: ({ options = [] }) => options.map((one) => `\`${one}\``).join(', '),
  literal: ({ literal }) => `\`${literal}\``,
  array: ({ item }) => `list of ${item === undefined || findInner(item).length > 0 ? 'objects' : toValues(item)}`,
  record: ({ value }) => `names with ${value?.type === 'string' ? 'text' : 'objects'}`,
  strict_object: () => 'object',
  nullable: ({ wrapped }) => `${wrapped === undefined ? '' : toValues(wrapped)} or \`null\``,
  optional: ({ wrapped }) => (wrapped === undefined ? '' : toValues(wrapped)),
  unknown: () => 'anything',
  variant: ({ options = [] }) => (options as readonly Schema[]).map(toValues).join(', or '),
  lazy: ({ options = [] }) => (options as readonly Schema[]).map(toValues).join(', or '),
  union: ({ options = [] }) => (options as readonly Schema[]).map(toValues).join(', or '),
}

function toValues(schema: Schema): string {
  const word = WORDS[schema.type]
  if (word === undefined) throw new Error(`scripts/scenario-tables.ts has no word for a schema of the type ${schema.type}`)
  return word(schema)
}

function toDefault([member]: readonly string[], name: readonly string[], schema: Schema): string {
  const [first = ''] = name
  const ruled = member === 'switches' && name.length === 1 ? (defaultSwitches as Readonly<Record<string, unknown>>)[first] : schema.default
  if (member === 'seed' && name.join() === 'region') return 'the region of the step'
  return ruled === undefined ? (schema.type === 'optional' ? '' : 'needed') : `\`${JSON.stringify(ruled)}\``
}
