/** The comments on the members of the simulator's schemas, read from their sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const simulator = resolve(import.meta.dirname, '../simulator')

/** A member in the sources: its comment, the constants that its value refers to, and the members inside it. */
type Source = { comment: string; names: string[]; members: Map<string, Source> }

const sources = readSources()

/** The meaning of a member, by its path in the scenario; '' if its source has no comment. */
export function findComment(path: readonly string[]): string {
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
