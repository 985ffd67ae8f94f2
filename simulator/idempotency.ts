import { type Account, withEntry } from './account/account.ts'
import { type Context, refuse } from './operation.ts'

/** The resource that an earlier call with the same client token created, if it still exists. */
export function findByToken<T>(context: Context, token: string, find: (id: string) => T | undefined): T | undefined {
  const earlier = context.account.tokens.get(keyOf(context, token))
  const made = earlier && find(earlier.id)
  if (!made) return undefined
  if (earlier.body !== bodyOf(context) && context.account.switches.token === 'conflict') refuseOther(context)
  return made
}

/** The account, which now knows that this client token made the resource `id`. */
export function recordToken(context: Context, token: string, id: string): Account {
  return withEntry(context.account, 'tokens', [keyOf(context, token), { body: bodyOf(context), id }])
}

function refuseOther({ call }: Context): never {
  const message = 'A request with the same client token but different parameters was already made.'
  if (call.service === 'ec2') refuse('IdempotentParameterMismatch', message)
  refuse('ConflictException', message, 409)
}

function keyOf({ call }: Context, token: string): string {
  return `${call.region}/${call.operation}/${token}`
}

/** The members of a call, sorted, because their order means nothing. */
function bodyOf({ call }: Context): string {
  return JSON.stringify(sorted(call.params))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
