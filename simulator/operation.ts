import * as v from 'valibot'
import type { Account } from './account/account.ts'
import type { Scope } from './account/arn.ts'

/** The simulated services, in neutral words: nothing here knows how a request travels. */
export const services = ['fis', 'ec2', 'iam', 'sts'] as const
export type Service = (typeof services)[number]

export type Caller = { readonly accessKeyId: string; readonly userAgent: string }

export type Call = {
  readonly service: Service
  readonly operation: string
  readonly region: string
  readonly params: unknown
  readonly caller: Caller
}

/** What a handler gets: the account, the moment, and who asks for what. */
export type Context = {
  readonly account: Account
  readonly at: number
  readonly call: Call
  readonly scope: Scope
  /** A fault may make the role that is created now assumable only later, or fail the start that is asked now. */
  readonly roleLagSeconds?: number | undefined
}

/** A write that reached a resource which is not the caller's. */
export type Touch = { readonly kind: string; readonly id: string }

/** A reply is plain data; a Date in it is written as the protocol writes times. Without `model`, nothing changed. */
export type Outcome = { readonly reply: Reply; readonly account?: Account | undefined; readonly touched?: readonly Touch[] | undefined }
export type Reply = { readonly [member: string]: unknown }

export type Handler = (context: Context) => Outcome
export type Handlers = Readonly<Record<string, Handler>>

/** Something asked that the simulator does not know: answered 400, and marked so that a suite can fail on it. */
export type Unknown = { readonly what: 'operation' | 'member' | 'filter'; readonly name: string }

export type Refusal = {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly unknown?: Unknown | undefined
}

/** Refusals are thrown, because any depth of a handler may find a reason; the engine catches them in one place. */
export function refuse(code: string, message: string, status = 400): never {
  throwRefusal({ code, message, status })
}

/** Refuses what AWS may know and the simulator does not; a suite sees it among the violations. */
export function refuseUnknown(code: string, message: string, unknown: Unknown): never {
  throwRefusal({ code, message, status: 400, unknown })
}

function throwRefusal(refusal: Refusal): never {
  throw Object.assign(new Error(refusal.message), { refusal })
}

export function refusalOf(error: unknown): Refusal | undefined {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : undefined
}

export function touched(kind: string, id: string, resource: { readonly foreign: boolean }): readonly Touch[] {
  return resource.foreign ? [{ kind, id }] : []
}

const invalid: Record<Service, { unknown: string; missing: string; wrong: string }> = {
  fis: { unknown: 'ValidationException', missing: 'ValidationException', wrong: 'ValidationException' },
  ec2: { unknown: 'UnknownParameter', missing: 'MissingParameter', wrong: 'InvalidParameterValue' },
  iam: { unknown: 'ValidationError', missing: 'ValidationError', wrong: 'ValidationError' },
  sts: { unknown: 'ValidationError', missing: 'ValidationError', wrong: 'ValidationError' },
}

/** An operation: parameters checked against their schema, then acted on. */
export function operation<S extends v.GenericSchema>(schema: S, act: (context: Context, input: v.InferOutput<S>) => Outcome): Handler {
  return (context) => act(context, parseParams(schema, context.call))
}

function parseParams<S extends v.GenericSchema>(schema: S, call: Call): v.InferOutput<S> {
  const parsed = v.safeParse(schema, call.params)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = v.getDotPath(issue) ?? ''
  const codes = invalid[call.service]
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    refuseUnknown(codes.unknown, `The parameter ${path} is not recognized`, { what: 'member', name: path })
  }
  if (issue.received === 'undefined')
    refuse(codes.missing, `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must not be null`)
  refuse(codes.wrong, `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${issue.message}`)
}
