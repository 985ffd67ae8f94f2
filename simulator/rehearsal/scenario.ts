import * as v from 'valibot'
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { groupLine, instanceLine } from '../account/actors.ts'
import { switchesPatch } from '../account/switches.ts'
import { faultsSchema } from '../admin/faults.ts'
import { seedSchema } from '../admin/seed-schema.ts'

/** The word for all instances that exist when the rehearsal begins. */
export const EVERY = 'every'

const actor = v.strictObject({
  ...instanceLine.entries,
  /** The id of an instance, or `every` for all that exist at the beginning. */
  instance: v.optional(v.string(), EVERY),
})

/** Like a union, but a wrong member gives only the error of the option that the value was meant for. */
const line = Object.assign(
  v.lazy((given) => (isRecord(given) && 'autoScalingGroup' in given ? groupLine : actor)),
  { options: [actor, ...groupLine.options] },
)

/** A scenario: what others do and what goes wrong in a rehearsal, and what exists at the beginning. */
export const scenarioSchema = v.strictObject({
  /** What others do to instances and groups. */
  actors: v.optional(v.array(line), []),
  /** What goes wrong with calls. */
  faults: v.optional(faultsSchema, []),
  /** Choices for behaviour that AWS does not document. */
  switches: v.optional(switchesPatch, {}),
  /** What else is in the account at the beginning, in addition to the instances of the step. */
  seed: v.optional(seedSchema, {}),
})

export type Scenario = v.InferOutput<typeof scenarioSchema>

/** A parsed scenario, or its problems: at most `MOST_PROBLEMS` sentences, each with its line number. */
export type ParsedScenario = { readonly scenario: Scenario; readonly seedsRoles: boolean } | { readonly problems: readonly string[] }

const MOST_PROBLEMS = 10
const MEMBERS = Object.keys(scenarioSchema.entries).join(', ')

/**
 * Reads a scenario in YAML, which includes JSON. An empty text is an empty scenario. `region` is the default region of everything in
 * `seed`.
 */
export function parseScenario(text: string, region = 'us-east-1'): ParsedScenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined) return { problems: [`line ${lines.linePos(broken.pos[0]).line}: ${broken.message}`] }
  const { contents } = document
  const toLine = (node: unknown) => `line ${lines.linePos(toOffset(node) ?? 0).line}`
  if (contents !== null && !isMap(contents)) return { problems: [`${toLine(contents)}: a scenario has the members ${MEMBERS}`] }
  const plain = toPlain(document)
  if ('problem' in plain) return { problems: [`${toLine(findAlias(document))}: ${plain.problem}`] }
  const parsed = v.safeParse(scenarioSchema, withRegion(plain.value ?? {}, region))
  if (parsed.success) return { scenario: parsed.output, seedsRoles: document.hasIn(['seed', 'roles']) }
  const problems = parsed.issues.map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => key)
    return `line ${lines.linePos(findOffset(document.contents, path)).line}: ${path.join('.') || 'the scenario'}: ${toSentence(issue)}`
  })
  return { problems: problems.slice(0, MOST_PROBLEMS) }
}

/**
 * Adds the default region to the objects in the lists of `seed` that have a region. A value of another shape stays unchanged; the schema
 * refuses it.
 */
function withRegion(value: unknown, region: string): unknown {
  if (!isRecord(value) || !isRecord(value.seed)) return value
  const kinds: Readonly<Record<string, { readonly wrapped: { readonly item?: { readonly entries?: object } } }>> = seedSchema.entries
  const fill = (kind: string, list: unknown) => {
    if (!Array.isArray(list) || !('region' in (kinds[kind]?.wrapped.item?.entries ?? {}))) return list
    return list.map((one) => (isRecord(one) ? { region, ...one } : one))
  }
  return { ...value, seed: Object.fromEntries(Object.entries(value.seed).map(([kind, list]) => [kind, fill(kind, list)])) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a document. Refuses aliases without an anchor, and aliases that expand without end. */
function toPlain(document: Document.Parsed): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: document.toJS() }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** The first alias without an anchor; if all have one, the last alias. */
function findAlias(document: Document.Parsed): unknown {
  let found: unknown
  visit(document, {
    Alias: (_, node) => {
      found = node
      return node.resolve(document) === undefined ? visit.BREAK : undefined
    },
  })
  return found
}

/** The offset of the key at the end of this path, or of the nearest key around it if there is none. */
function findOffset(contents: unknown, path: readonly unknown[]): number {
  let found: Found = { place: contents, value: contents }
  let offset = toOffset(contents) ?? 0
  for (const key of path) {
    found = findMember(found.value, key)
    offset = toOffset(found.place) ?? offset
  }
  return offset
}

/** A found member: its value, and the node to point at, which is its key if it has one. */
type Found = { readonly place: unknown; readonly value: unknown }

function findMember(node: unknown, key: unknown): Found {
  if (isMap(node)) {
    const pair = node.items.find((one) => isScalar(one.key) && one.key.value === key)
    return { place: pair?.key, value: pair?.value }
  }
  const item = isSeq(node) ? node.items[Number(key)] : undefined
  return { place: item, value: item }
}

function toOffset(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

function toSentence({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (type === 'strict_object' && expected === 'never') return 'there is no member of this name'
  if (type === 'strict_object' && received === 'undefined') return `${expected} is missing`
  return expected === null ? message : `expected ${expected}, got ${received}`
}
