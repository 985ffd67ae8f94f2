/**
 * The members of a scenario as tables, from the schemas of the simulator: names, values and defaults come from the loaded schemas, the
 * meanings from the comments in their sources.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { markdownTable } from 'markdown-table'
import ts from 'typescript'
import { defaultSwitches } from '../simulator/account/switches.ts'
import { scenarioSchema } from '../simulator/rehearsal/scenario.ts'

const simulator = resolve(import.meta.dirname, '../simulator')

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

/** A member in the sources: its comment, the constants that its value refers to, and the members inside it. */
type Source = { comment: string; names: string[]; members: Map<string, Source> }

const sources = readSources()

/** The meaning of a member, by its path in the scenario; '' if its source has no comment. */
function findComment(path: readonly string[]): string {
  let at: readonly Source[] = sources.get('scenarioSchema') ?? []
  for (const name of path) at = at.flatMap((source) => findMembers(source, name))
  return at.find(({ comment }) => comment !== '')?.comment ?? ''
}

function findMembers(source: Source, name: string, seen: ReadonlySet<string> = new Set()): readonly Source[] {
  const own = source.members.get(name)
  if (own !== undefined) return [own]
  const further = source.names.filter((one) => !seen.has(one))
  return further.flatMap((one) => (sources.get(one) ?? []).flatMap((next) => findMembers(next, name, new Set([...seen, ...further]))))
}

/** The constants of the simulator with object schemas, by their names. */
function readSources(): ReadonlyMap<string, readonly Source[]> {
  const paths = readdirSync(simulator, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const found = new Map<string, Source[]>()
  for (const [name, source] of paths.flatMap(readConstants)) found.set(name, [...(found.get(name) ?? []), source])
  return found
}

function readConstants(path: string): readonly (readonly [string, Source])[] {
  const file = ts.createSourceFile(path, readFileSync(join(simulator, path), 'utf8'), ts.ScriptTarget.Latest, true)
  return file.statements.filter(ts.isVariableStatement).flatMap((statement) =>
    statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      if (initializer === undefined || !ts.isIdentifier(name)) return []
      return [[name.text, readSource(initializer, '')] as const]
    }),
  )
}

function readSource(node: ts.Node, comment: string): Source {
  const source: Source = { comment, names: [], members: new Map() }
  const visit = (one: ts.Node): void => {
    if (ts.isPropertyAssignment(one)) source.members.set(one.name.getText(), readSource(one.initializer, readComment(one)))
    else if (ts.isShorthandPropertyAssignment(one))
      source.members.set(one.name.text, { ...readSource(one.name, readComment(one)), names: [one.name.text] })
    else {
      if (ts.isIdentifier(one)) source.names.push(one.text)
      ts.forEachChild(one, visit)
    }
  }
  visit(node)
  return source
}

/** The comment before a member, as one line. */
function readComment(node: ts.Node): string {
  const text = node.getSourceFile().text
  const last = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1)
  if (last === undefined) return ''
  return text
    .slice(last.pos, last.end)
    .replace(/^\/\*\*|\*\/$|^\/\//g, '')
    .replace(/\s*\n\s*\*\s*/g, ' ')
    .trim()
}
