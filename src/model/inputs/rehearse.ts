import type { Tags } from '../tags.ts'
import { field, integer, optional, parseFields, pattern, type ReadInput } from './field.ts'
import { type InputEnv, REGION, withEnvironment } from './main.ts'

const DEFAULT_REGION = 'us-east-1'
const MOST_INSTANCES = 1000
const SLOWEST = 0.1
const FASTEST = 1000
const MOST_TAGS = 50

/**
 * Every input of `rehearse/action.yml`; a contract test compares the two. Without a region in the step and in the environment, `region` is
 * `us-east-1`.
 */
export const REHEARSE_FIELDS = {
  instances: integer('1', 0, MOST_INSTANCES),
  tags: field('', `\`key=value\` a line, at most ${MOST_TAGS}, no key twice`, parseInstanceTags),
  'auto-scaling-group': optional(pattern('', 'the name of an Auto Scaling group, 1 to 255 characters', /^[^\p{Cc}:]{1,255}$/u)),
  scenario: optional(field('', 'YAML, JSON, or the path of a file', (text) => text)),
  speed: field('1', `a number from ${SLOWEST} to ${FASTEST}`, parseSpeed),
  region: REGION,
} as const

export const REHEARSE_OUTPUTS = ['endpoint', 'instance-ids'] as const

export type RehearseInputs = {
  readonly instances: number
  readonly tags: Tags
  readonly autoScalingGroup: string | null
  /** The scenario itself, or the path of its file; see `isPath`. */
  readonly scenario: string | null
  readonly speed: number
  readonly region: string
}

/** Reads and checks every input of rehearse, but not the scenario itself. Throws one `usage` error that names every problem. */
export function parseRehearse(read: ReadInput, env: InputEnv): RehearseInputs {
  const given = withEnvironment(read, env)
  const parsed = parseFields(REHEARSE_FIELDS, (name) => given(name) || (name === 'region' ? DEFAULT_REGION : ''))
  const { 'auto-scaling-group': autoScalingGroup, ...rest } = parsed
  return { ...rest, autoScalingGroup }
}

/** Whether a scenario is the path of a file: one line that is neither a JSON object nor `key: value`. */
export function isPath(scenario: string): boolean {
  return !/\n|^\s*\{|:(\s|$)/.test(scenario)
}

/**
 * Parses the tags of the simulated instances. Unlike `tags` of the main action, they may be any tags of an instance, such as `aws:…` or
 * those of Karpenter or EKS.
 */
function parseInstanceTags(text: string): Tags | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const pairs = lines.map((line) => /^([^=]{1,128}?)\s*=\s*(.{0,256})$/.exec(line)?.slice(1) ?? [])
  const tags = Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]))
  const good = pairs.every(({ length }) => length > 0) && Object.keys(tags).length === pairs.length && pairs.length <= MOST_TAGS
  return good ? tags : undefined
}

function parseSpeed(text: string): number | undefined {
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  return speed >= SLOWEST && speed <= FASTEST ? speed : undefined
}
