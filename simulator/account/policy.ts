import * as v from 'valibot'
import type { Need } from './authorization.ts'

/** The part of IAM's policy language that decides whether FIS can assume a role and interrupt an instance with it. */
const words = v.union([v.string(), v.array(v.string())])
const statementSchema = v.looseObject({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.optional(words),
  Resource: v.optional(words),
  Principal: v.optional(v.union([v.string(), v.record(v.string(), words)])),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), words))),
})
const documentSchema = v.looseObject({
  Version: v.optional(v.picklist(['2012-10-17', '2008-10-17'])),
  Statement: v.union([v.array(statementSchema), statementSchema]),
})

type Statement = v.InferOutput<typeof statementSchema>

/** The values of condition keys. Keys are in lower case, because IAM ignores their case. */
export type Facts = Readonly<Record<string, string>>

/** The caller, with every name by which a policy may name it. */
export type Principal = { readonly type: 'Service' | 'AWS' | 'Federated'; readonly names: readonly string[] }

export type Question = {
  readonly action: string
  readonly resource?: string | undefined
  readonly principal?: Principal | undefined
  readonly facts: Facts
}

/** The statements of a policy document; undefined for a text that IAM would refuse as malformed. */
export function parsePolicy(text: string): readonly Statement[] | undefined {
  try {
    const parsed = v.safeParse(documentSchema, JSON.parse(text))
    return parsed.success ? [parsed.output.Statement].flat() : undefined
  } catch {
    return undefined
  }
}

/** Whether the policies allow the request: an explicit Deny wins, otherwise one Allow is enough. */
export function isAllowed(documents: readonly string[], question: Question): boolean {
  const applying = documents.flatMap((text) => parsePolicy(text) ?? []).filter((statement) => applies(statement, question))
  return applying.some((statement) => statement.Effect === 'Allow') && !applying.some((statement) => statement.Effect === 'Deny')
}

/** Whether identity policies allow a call. Condition keys are compared in lower case, because IAM ignores their case. */
export function grants(documents: readonly string[], { action, resource, keys }: Need): boolean {
  const facts = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]))
  return isAllowed(documents, { action, resource, facts })
}

function applies(statement: Statement, question: Question): boolean {
  const { action, resource, principal, facts } = question
  return (
    matchesAny(statement.Action, action.toLowerCase(), true) &&
    (resource === undefined || matchesAny(statement.Resource, resource)) &&
    (principal === undefined || isPrincipal(statement.Principal, principal)) &&
    conditionsHold(statement.Condition ?? {}, facts)
  )
}

function isPrincipal(allowed: Statement['Principal'], { type, names }: Principal): boolean {
  if (allowed === undefined || typeof allowed === 'string') return allowed === '*'
  return [allowed[type] ?? []].flat().some((name) => name === '*' || names.includes(name))
}

type Operands = Readonly<Record<string, string | string[]>>

function conditionsHold(conditions: Readonly<Record<string, Operands>>, facts: Facts): boolean {
  return Object.entries(conditions).every(([operator, operands]) =>
    Object.entries(operands).every(([key, wanted]) => holds(operator, wanted, facts[key.toLowerCase()])),
  )
}

/** Whether a condition is fulfilled. An unknown operator or key is not, so that a grant counts only if this parser understands it. */
function holds(operator: string, wanted: string | string[], given: string | undefined): boolean {
  if (given === undefined) return false
  if (operator === 'StringEquals' || operator === 'ArnEquals') return [wanted].flat().includes(given)
  return ['StringLike', 'ArnLike'].includes(operator) && matchesAny(wanted, given)
}

function matchesAny(patterns: string | string[] | undefined, text: string, ignoreCase = false): boolean {
  return [patterns ?? []].flat().some((pattern) => matchesWildcard(ignoreCase ? pattern.toLowerCase() : pattern, text))
}

/** `*` and `?` as AWS reads them; a backslash makes the next character literal, as in EC2's filters. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern.replace(/\\(.)|[\s\S]/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escapeLiteral(escaped)
    if (token === '*') return '[\\s\\S]*'
    return token === '?' ? '[\\s\\S]' : escapeLiteral(token)
  })
  return new RegExp(`^${source}$`, 'u').test(text)
}

function escapeLiteral(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}
