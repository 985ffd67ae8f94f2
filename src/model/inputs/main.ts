import type { CapacityRules } from '../capacity/source.ts'
import { toIso } from '../duration.ts'
import { LONGEST_DURATION_MS, SHORTEST_DURATION_MS } from '../fis.ts'
import type { Mode } from '../mode.ts'
import type { Tags } from '../tags.ts'
import type { ReactTo } from '../timeline/planned.ts'
import { toDefaultTimeout } from '../timeline/timeout.ts'
import { findStrayAlarms, parseAlarms } from './alarms.ts'
import { CAPACITY_FIELDS, findCapacityProblems, toCapacityRules } from './capacity.ts'
import { findClashes } from './clashes.ts'
import { COMMENT_FIELDS } from './comment.ts'
import {
  choice,
  type Field,
  field,
  flag,
  optional,
  type ParsedFields,
  type Problem,
  parseFields,
  pattern,
  type ReadInput,
  span,
} from './field.ts'
import { LEG } from './leg.ts'
import { findProbeProblems, PROBE_FIELDS, type ProbeInputs, toProbes } from './probes.ts'
import { TAGS } from './tags.ts'
import { findTargetProblems, TARGET_FIELDS, type TargetInputs, toTargets } from './targets.ts'
import { parseTimezone } from './timezone.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

export const REGION = pattern(
  '',
  'an AWS region such as `eu-west-1`, given here or in AWS_REGION or AWS_DEFAULT_REGION',
  /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/,
)
export const ROLE_NAME = pattern('FIS-SpotMinimalRole', 'an IAM role name: 1 to 64 letters, digits and `_+=,.@-`', /^[\w+=,.@-]{1,64}$/)

/** Null if it is empty: then the environment variable decides, see `withEnvironment`. */
export const REHEARSAL: Field<boolean | null> = {
  ...optional(flag('false')),
  fallback: '',
  allowed: '`true` or `false`, or nothing for the value of the environment variable SPOT_INTERRUPT_REHEARSAL',
}

/** Every input of the main action. A contract test compares action.yml and the README with this table. */
export const FIELDS = {
  ...TARGET_FIELDS,
  region: REGION,
  mode: choice<Mode>('interruption', 'rebalance'),
  duration: span(toIso(SHORTEST_DURATION_MS), SHORTEST_DURATION_MS, LONGEST_DURATION_MS),
  'rebalance-fallback': choice('none', 'early-stop'),
  'stop-alarms': field('', 'at most 5 ARNs of CloudWatch alarms of the region, one a line', parseAlarms),
  'role-arn': optional(
    pattern('', 'the ARN of an IAM role, `arn:aws:iam::<account>:role/<name>`', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/),
  ),
  'role-name': ROLE_NAME,
  'create-role': flag('true'),
  'delete-role': flag('false'),
  'wait-for': choice('interruption', 'experiment'),
  'poll-interval': span('10s', 2 * SECOND, MINUTE),
  'react-to': choice<ReactTo>('notice', 'rebalance'),
  'require-verdict': flag('false'),
  timeout: optional(span('', SECOND, 60 * MINUTE)),
  timezone: field('Asia/Kolkata', 'an IANA time zone such as `Europe/Berlin`', parseTimezone),
  tags: TAGS,
  ...PROBE_FIELDS,
  ...CAPACITY_FIELDS,
  ...COMMENT_FIELDS,
  sweep: flag('true'),
  rehearsal: REHEARSAL,
  leg: LEG,
} as const

type Parsed = ParsedFields<typeof FIELDS>

/** The inputs of one run, checked; durations in milliseconds. */
export type Inputs = TargetInputs & {
  readonly region: string
  readonly mode: Mode
  readonly durationMs: number
  /** What to do if FIS does not offer the recommendation: an interruption that is stopped at once. Absent for none. */
  readonly fallback?: 'early-stop'
  /** Present if this run uses that fallback. */
  readonly earlyStop?: true
  /** ARNs; absent without any. */
  readonly stopAlarms?: readonly string[]
  readonly roleArn: string | null
  readonly roleName: string
  readonly createRole: boolean
  readonly deleteRole: boolean
  readonly waitFor: 'interruption' | 'experiment'
  readonly reactTo: ReactTo
  readonly requireVerdict: boolean
  readonly pollIntervalMs: number
  readonly timeoutMs: number
  readonly timezone: string
  readonly tags: Tags
  /** Absent without probes. */
  readonly probes?: ProbeInputs
  /** Absent without capacities. */
  readonly capacity?: CapacityRules
  /** Absent if the time of a reaction is not judged. */
  readonly reactWithinMs?: number
  readonly sweep: boolean
  /** Whether the calls may go only to a simulated AWS. */
  readonly rehearsal: boolean
}

/** The environment variables that `region` and `rehearsal` fall back to. */
export type InputEnv = {
  readonly AWS_REGION?: string | undefined
  readonly AWS_DEFAULT_REGION?: string | undefined
  readonly SPOT_INTERRUPT_REHEARSAL?: string | undefined
}

/** Reads and checks every input. Throws one `usage` error that names every problem. */
export function parseInputs(read: ReadInput, env: InputEnv): Inputs {
  return toInputs(parseFields(FIELDS, withEnvironment(read, env), (parsed) => crossRules(parsed, read)))
}

/** Reads `region` (as the AWS CLI does) and `rehearsal` from the environment if the input is empty. */
export function withEnvironment(read: ReadInput, env: InputEnv): ReadInput {
  const fallbacks: Readonly<Record<string, string | undefined>> = {
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION,
    rehearsal: env.SPOT_INTERRUPT_REHEARSAL,
  }
  return (name) => read(name).trim() || fallbacks[name] || ''
}

function crossRules(parsed: Partial<Parsed>, read: ReadInput): readonly Problem[] {
  return [
    ...findTargetProblems(parsed, read),
    ...findStrayAlarms(parsed),
    ...findClashes(parsed).map(([input, allowed]) => ({ input, given: read(input).trim(), allowed })),
    ...findProbeProblems(parsed),
    ...findCapacityProblems(parsed),
  ]
}

function toInputs(parsed: Parsed): Inputs {
  const probes = toProbes(parsed)
  const capacity = toCapacityRules(parsed, { observeMs: parsed['observe-for'], recoveryMs: parsed['recovery-timeout'] })
  return {
    ...toTargets(parsed),
    region: parsed.region,
    mode: parsed.mode,
    durationMs: parsed.duration,
    ...(parsed['rebalance-fallback'] === 'none' ? {} : { fallback: parsed['rebalance-fallback'] }),
    ...(parsed['stop-alarms'].length === 0 ? {} : { stopAlarms: parsed['stop-alarms'] }),
    roleArn: parsed['role-arn'],
    roleName: parsed['role-name'],
    createRole: parsed['create-role'],
    deleteRole: parsed['delete-role'],
    waitFor: parsed['wait-for'],
    reactTo: parsed['react-to'],
    requireVerdict: parsed['require-verdict'],
    pollIntervalMs: parsed['poll-interval'],
    timeoutMs: parsed.timeout ?? toDefaultTimeout(parsed.duration),
    timezone: parsed.timezone,
    tags: parsed.tags,
    ...(probes === undefined ? {} : { probes }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(parsed['react-within'] === null ? {} : { reactWithinMs: parsed['react-within'] }),
    sweep: parsed.sweep,
    rehearsal: parsed.rehearsal === true,
  }
}
