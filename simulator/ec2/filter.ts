import type { Tags } from '../account/origin.ts'
import { matchesWildcard } from '../account/policy.ts'
import { refuseUnknown } from '../operation.ts'
import type { Filter } from './schema.ts'

/** For each filter name of an operation: the function that reads the value to compare from a resource, or undefined if it has none. */
export type Readers<T> = Readonly<Record<string, (resource: T) => string | undefined>>

/**
 * Whether a resource passes all filters. It passes a filter if any value of that filter matches. `tag:KEY` and `tag-key` need no reader.
 */
export function passes<T extends { readonly tags: Tags }>(resource: T, filters: readonly Filter[], readers: Readers<T>): boolean {
  return filters.every((filter) => readingsOf(resource, filter.Name, readers).some((reading) => matchesSome(filter.Value, reading)))
}

function readingsOf<T extends { readonly tags: Tags }>(resource: T, name: string, readers: Readers<T>): readonly string[] {
  if (name === 'tag-key') return Object.keys(resource.tags)
  if (name.startsWith('tag:')) return present(resource.tags[name.slice('tag:'.length)])
  const read = readers[name]
  return read ? present(read(resource)) : []
}

/** EC2 refuses an unknown filter name, even if there is no resource to filter. */
export function checkFilters(filters: readonly Filter[], readers: Readers<never>): void {
  const unknown = filters.find(({ Name }) => Name !== 'tag-key' && !Name.startsWith('tag:') && !Object.hasOwn(readers, Name))
  if (unknown) refuseUnknown('InvalidParameterValue', `The filter '${unknown.Name}' is invalid`, { what: 'filter', name: unknown.Name })
}

function present(reading: string | undefined): readonly string[] {
  return reading === undefined ? [] : [reading]
}

function matchesSome(patterns: readonly string[], reading: string): boolean {
  return patterns.some((pattern) => matchesWildcard(pattern, reading))
}
