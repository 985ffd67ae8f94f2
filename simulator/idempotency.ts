import { type Model, withEntry } from './account/account.ts'
import { refuse, type Scene } from './operation.ts'

/** What the same client token already made, if it is still there. */
export function recall<T>(scene: Scene, token: string, find: (id: string) => T | undefined): T | undefined {
  const earlier = scene.model.tokens.get(keyOf(scene, token))
  const made = earlier && find(earlier.id)
  if (!made) return undefined
  if (earlier.body !== bodyOf(scene) && scene.model.switches.token === 'conflict') refuseOther(scene)
  return made
}

export function remember(scene: Scene, model: Model, token: string, id: string): Model {
  return withEntry(model, 'tokens', keyOf(scene, token), { body: bodyOf(scene), id })
}

function refuseOther({ call }: Scene): never {
  const message = 'A request with the same client token but different parameters was already made.'
  if (call.service === 'ec2') refuse('IdempotentParameterMismatch', message)
  refuse('ConflictException', message, 409)
}

function keyOf({ call }: Scene, token: string): string {
  return `${call.region}/${call.operation}/${token}`
}

/** The order of members means nothing. */
function bodyOf({ call }: Scene): string {
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
