import type { Need } from '../account/authorization.ts'
import type { Result } from '../delivery.ts'
import type { Call, Touch, Unknown } from '../operation.ts'

/** One request that the simulator received. `status` and `error` are null if it gave no answer. */
export type JournalEntry = {
  readonly index: number
  readonly at: string
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly params: unknown
  readonly fault: string | null
  readonly userAgent: string
  readonly accessKeyId: string
  /** The permissions that the call needed; only if `callerPolicies` are set. */
  needs?: readonly Need[] | undefined
  /** Whether it reached the simulated account; false if an injected fault answered first. */
  acted: boolean
  status: number | null
  error: string | null
}

export type JournalRef = Pick<JournalEntry, 'index' | 'at' | 'service' | 'operation'>
export type ForeignTouch = JournalRef & Touch
export type Violation = JournalRef & { readonly what: Unknown['what'] | 'crash'; readonly name: string }

/** The entry of a call that has just come in; status and error are added with its answer. `at` in milliseconds. */
export function createEntry(when: { readonly index: number; readonly at: number }, call: Call, fault: string | undefined): JournalEntry {
  return {
    index: when.index,
    at: new Date(when.at).toISOString(),
    service: call.service,
    operation: withoutTokens(call.operation),
    region: call.region,
    params: withoutSecrets(call.params),
    fault: fault ?? null,
    userAgent: withoutTokens(call.caller.userAgent),
    accessKeyId: call.caller.accessKeyId,
    acted: false,
    status: null,
    error: null,
  }
}

/** Writes the answer of a call into its entry, and returns the answer. */
export function recordAnswer(entry: JournalEntry, result: Result): Result {
  entry.status = 'refusal' in result ? result.refusal.status : 200
  entry.error = 'refusal' in result ? result.refusal.code : null
  return result
}

/** The members of an entry that are enough to find it again. */
export function refOf({ index, at, service, operation }: JournalEntry): JournalRef {
  return { index, at, service, operation }
}

/** Request members that carry credentials. The journal does not keep their values, because a rehearsal with `id-token: write` sends GitHub's real token. */
const secretMembers = ['WebIdentityToken', 'TokenCode']
const NOT_KEPT = '(not kept)'
/** A JSON Web Token begins with the Base64 of `{"`. */
const webToken = /eyJ[\w+/=-]+\.[\w+/=-]+\.[\w+/=-]*/g

/** The text without tokens, in whichever member the caller put them. */
export function withoutTokens(text: string): string {
  return text.replace(webToken, NOT_KEPT)
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutTokens(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const entries = Object.entries(value).map(([name, one]) => [name, secretMembers.includes(name) ? NOT_KEPT : withoutSecrets(one)])
  return Object.fromEntries(entries)
}
