import * as v from 'valibot'
import type { Account } from './account/account.ts'
import type { Scope } from './account/arn.ts'
import { errorCodes, type Service } from './service.ts'

export type { Service } from './service.ts'

/** The caller, by its signature. An unsigned call has an empty access key. */
export type Caller = { readonly accessKeyId: string; readonly userAgent: string }

export type Call = {
  readonly service: Service
  readonly operation: string
  readonly region: string
  readonly params: unknown
  readonly caller: Caller
}

/** What a handler gets: the account, the moment, and the call. */
export type Context = {
  readonly account: Account
  readonly at: number
  readonly call: Call
  readonly scope: Scope
  /**
   * Set while the injected fault `roleNotAssumable` hits this call. In CreateRole: the seconds until FIS can assume the new role. In
   * StartExperiment: the experiment fails, because FIS cannot assume its role.
   */
  readonly roleLagSeconds?: number | undefined
}

/** A write that reached a resource which is not the caller's. */
export type Touch = { readonly kind: string; readonly id: string }

/**
 * The result of a handler. A reply is plain data; the protocol decides how a Date in it is written. Without `account`, nothing has changed.
 */
export type Outcome = { readonly reply: Reply; readonly account?: Account | undefined; readonly touched?: readonly Touch[] | undefined }
export type Reply = { readonly [member: string]: unknown }

/** The implementation of an operation. Its schema has every member that it accepts. */
export type Handler = ((context: Context) => Outcome) & { readonly schema?: v.GenericSchema | undefined }
export type Handlers = Readonly<Record<string, Handler>>

/** Something that the simulator does not know. It answers 400 and marks the call, so that a suite can fail. */
export type Unknown = { readonly what: 'operation' | 'member' | 'filter'; readonly name: string }

export type Refusal = {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly unknown?: Unknown | undefined
}

/** Throws a refusal. Any function below a handler may refuse; the engine catches all refusals in one place. */
export function refuse(code: string, message: string, status = 400): never {
  throwRefusal({ code, message, status })
}

/** Refuses something that AWS may know but the simulator does not. A suite finds it among the violations. */
export function refuseUnknown(code: string, message: string, unknown: Unknown): never {
  throwRefusal({ code, message, status: 400, unknown })
}

function throwRefusal(refusal: Refusal): never {
  throw Object.assign(new Error(refusal.message), { refusal })
}

/** The refusal in a thrown error; undefined for an error of the simulator itself. */
export function refusalOf(error: unknown): Refusal | undefined {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : undefined
}

/** The touch to report for a write; none for a resource that callers of this simulator created. */
export function touched(kind: string, id: string, resource: { readonly foreign: boolean }): readonly Touch[] {
  return resource.foreign ? [{ kind, id }] : []
}

/** Makes an operation, which checks its parameters by their schema and then acts. */
export function operation<S extends v.GenericSchema>(schema: S, act: (context: Context, input: v.InferOutput<S>) => Outcome): Handler {
  return Object.assign((context: Context) => act(context, parseParams(schema, context.call)), { schema })
}

/**
 * Checks the members of a call, for every service. Every schema is strict, so an unknown member is refused. The message has the form that
 * AWS's services share.
 */
function parseParams<S extends v.GenericSchema>(schema: S, call: Call): v.InferOutput<S> {
  const parsed = v.safeParse(schema, withEmptyLists(schema, call.params))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = v.getDotPath(issue) ?? ''
  const codes = errorCodes[call.service]
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    refuseUnknown(codes.unknownMember, `The parameter ${path} is not recognized`, { what: 'member', name: path })
  }
  const reason = issue.received === 'undefined' ? 'Member must not be null' : issue.message
  const code = issue.received === 'undefined' ? codes.missingMember : codes.invalidMember
  refuse(code, `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${reason}`)
}

/** Refuses members of AWS that would have an effect which the simulator does not simulate. */
export function refuseMembers<T extends object>({ call }: Context, input: T, names: readonly (keyof T & string)[]): void {
  const name = names.find((one) => input[one] !== undefined)
  if (name === undefined) return
  refuseUnknown(errorCodes[call.service].invalidMember, `The parameter ${name} is not simulated`, { what: 'member', name })
}

type Entries = Readonly<Record<string, { readonly type: string; readonly wrapped?: { readonly type: string } }>>

/** The query protocols send an empty list as a name without a value. */
function withEmptyLists(schema: v.GenericSchema, params: unknown): unknown {
  if (typeof params !== 'object' || params === null || !('entries' in schema)) return params
  const entries = schema.entries as Entries
  const isList = (name: string) => (entries[name]?.wrapped ?? entries[name])?.type === 'array'
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value === '' && isList(name) ? [] : value]))
}
