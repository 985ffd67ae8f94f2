import type { Tags } from '../tags.ts'
import type { InstanceSnapshot } from '../timeline/snapshot.ts'

/** Which instances to choose from: those with all of these tags, or the InService members of an Auto Scaling group. */
export type Aim = { readonly by: 'tags'; readonly tags: Tags } | { readonly by: 'group'; readonly group: string }

/** An aim, limited to one zone; null for all zones. */
export type Selector = { readonly aim: Aim; readonly zone: string | null }

/** The number of instances that match the aim, and how many of them remain after each further condition. */
export type Funnel = { readonly matching: number; readonly spot: number; readonly running: number; readonly inZone: number }

/** `*`, `?` and `\` are wildcards in the values of EC2's filters: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\\*?]/g, '\\$&')
}

/** The instances that have all of these tags, compared literally. An instance that occurs on two pages counts once. */
export function withTags(instances: readonly InstanceSnapshot[], tags: Tags): readonly InstanceSnapshot[] {
  return distinct(instances).filter((one) =>
    Object.entries(tags).every(([key, value]) => Object.hasOwn(one.tags, key) && one.tags[key] === value),
  )
}

/** Each instance once, sorted by id, so that the order of pages decides nothing. */
export function distinct(instances: readonly InstanceSnapshot[]): readonly InstanceSnapshot[] {
  const byId = new Map(instances.map((one) => [one.id, one]))
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The running Spot instances in the zone among those that match the aim, and how many remain after each condition. */
export function narrow(
  matching: readonly InstanceSnapshot[],
  zone: string | null,
): { readonly eligible: readonly InstanceSnapshot[]; readonly funnel: Funnel } {
  const spot = matching.filter(({ lifecycle }) => lifecycle === 'spot')
  const running = spot.filter(({ state }) => state === 'running')
  const eligible = running.filter((one) => zone === null || one.zone === zone)
  return { eligible, funnel: { matching: matching.length, spot: spot.length, running: running.length, inZone: eligible.length } }
}

/** `the tags app=web and stage=prod`, `the Auto Scaling group workers` */
export function describeAim(aim: Aim): string {
  if (aim.by === 'group') return `the Auto Scaling group ${aim.group}`
  const pairs = Object.entries(aim.tags).map(([key, value]) => `${key}=${value}`)
  return `the tag${pairs.length === 1 ? '' : 's'} ${joinWords(pairs)}`
}

/** `a`, `a and b`, `a, b and c` */
function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
