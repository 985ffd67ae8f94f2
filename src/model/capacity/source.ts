/** A source that capacity is counted at. `own-asg` becomes `asg` once the targets are known. */
export type CapacitySource =
  | { readonly by: 'asg'; readonly group: string }
  | { readonly by: 'own-asg' }
  | { readonly by: 'target-group'; readonly arn: string }
  | { readonly by: 'ecs'; readonly cluster: string; readonly service: string }
  | { readonly by: 'tags'; readonly key: string; readonly value: string }

/** One capacity to judge. `shown` is its source for people: `asg:web`. */
export type Capacity = { readonly name: string; readonly shown: string; readonly source: CapacitySource }

/** The rules by which the capacities of a run are judged; durations in milliseconds. */
export type CapacityRules = {
  readonly capacities: readonly Capacity[]
  readonly observeMs: number
  readonly recoveryMs: number
}

export const MAX_CAPACITIES = 10
const LINE = /^([A-Za-z0-9_-]{1,40})\s*=\s*(asg|target-group|ecs|tags):\s*(\S.*)$/
const GROUP = /^[ -9;-~]{1,255}$/
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html */
const TARGET_GROUP = /^arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):\d{12}:targetgroup\/([A-Za-z0-9-]{1,32})\/[0-9a-f]{16}$/
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
const SERVICE = /^([A-Za-z0-9_-]{1,255})\/([A-Za-z0-9_-]{1,255})$/
const TAG = /^(\P{Cc}{1,128}?)=(\P{Cc}{0,256})$/u

/** Parses `name=source`, one a line. Undefined if a line is bad, a name occurs twice, or there are too many lines. */
export function parseCapacities(text: string): readonly Capacity[] | undefined {
  const lines = toLines(text).filter((line) => line !== '')
  const parsed = lines.map(parseCapacity).filter((one) => one !== undefined)
  const names = new Set(parsed.map(({ name }) => name))
  return names.size === lines.length && lines.length <= MAX_CAPACITIES ? parsed : undefined
}

/**
 * Says what is wrong with bad lines: the first bad line with its number (blank lines count); otherwise a name that occurs twice, or too
 * many lines.
 */
export function describeBadCapacities(text: string): string {
  const lines = toLines(text)
  const bad = lines.flatMap((line, index) => (line !== '' && parseCapacity(line) === undefined ? [`line ${index + 1}, ${line}`] : []))
  const [first, ...rest] = bad
  if (first !== undefined) return rest.length === 0 ? first : `${first}, and ${rest.length} more`
  const count = lines.filter((line) => line !== '').length
  return count > MAX_CAPACITIES ? `${count} capacities` : 'a name twice'
}

/** The region of a target group's ARN. */
export function readTargetGroupRegion(arn: string): string | undefined {
  return TARGET_GROUP.exec(arn)?.[1]
}

/** The capacities that `asg:auto` stands for, one for each group. With several groups, each capacity has its group in its name. */
export function withGroups(capacity: Capacity, groups: readonly string[]): readonly Capacity[] {
  return groups.map((group) => ({
    name: groups.length === 1 ? capacity.name : `${capacity.name} (${group})`,
    shown: `asg:${group}`,
    source: { by: 'asg', group },
  }))
}

function toLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trim())
}

function parseCapacity(line: string): Capacity | undefined {
  const [, name = '', kind = '', rest = ''] = LINE.exec(line) ?? []
  const parsed = SOURCES[kind]?.(rest)
  return parsed === undefined ? undefined : { name, ...parsed }
}

const SOURCES: Readonly<Record<string, (rest: string) => Omit<Capacity, 'name'> | undefined>> = {
  asg: (group) => {
    if (group === 'auto') return { shown: 'asg:auto', source: { by: 'own-asg' } }
    return GROUP.test(group) ? { shown: `asg:${group}`, source: { by: 'asg', group } } : undefined
  },
  'target-group': (arn) => {
    const name = TARGET_GROUP.exec(arn)?.[2]
    return name === undefined ? undefined : { shown: `target-group:${name}`, source: { by: 'target-group', arn } }
  },
  ecs: (path) => {
    const [, cluster, service] = SERVICE.exec(path) ?? []
    if (cluster === undefined || service === undefined) return undefined
    return { shown: `ecs:${cluster}/${service}`, source: { by: 'ecs', cluster, service } }
  },
  tags: (tag) => {
    const [, key, value] = TAG.exec(tag) ?? []
    if (key === undefined || value === undefined) return undefined
    return { shown: `tags:${key}=${value}`, source: { by: 'tags', key, value } }
  },
}
