import type { Tags } from '../tags.ts'
import type { Guards, TagRule } from '../targets/guards.ts'
import { describeSelection, parseSelection, type Selection } from '../targets/selection.ts'
import type { Aim, Selector } from '../targets/selector.ts'
import { field, flag, integer, optional, type ParsedFields, type Problem, pattern, type ReadInput } from './field.ts'
import { parseInstanceIds } from './instance-ids.ts'

const INSTANCE_IDS = 'instance ids (`i-` and 8 or 17 hex digits), separated by commas, blanks or new lines, or a JSON array of them'
const ONE_OF = 'exactly one of `instance-id`, `target-tags` and `auto-scaling-group`'
const NONE = `${INSTANCE_IDS}; or one of \`target-tags\` and \`auto-scaling-group\` in its place`
/** EC2 allows 50 tags on an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
const MAX_TAGS = 50
const TAG_LIMITS = 'at most 50, keys of 1 to 128 and values of up to 256 characters'

/** The inputs that decide which instances are targets, and which never may be. */
export const TARGET_FIELDS = {
  'instance-id': field('', INSTANCE_IDS, parseInstanceIds),
  'target-tags': field('', `\`key=value\` a line, ${TAG_LIMITS}, no key twice; values are compared literally`, parseTargetTags),
  'auto-scaling-group': optional(
    pattern('', 'the name of an Auto Scaling group: 1 to 255 printable characters, no colon', /^[ -9;-~]{1,255}$/),
  ),
  'availability-zone': optional(
    pattern('', 'an Availability Zone of the region, such as `eu-west-1a`', /^[a-z]{2,4}(-[a-z0-9]+)*-\d+[a-z]$|^[a-z]{2,4}(-[a-z0-9]+)+$/),
  ),
  'exclude-tags': field('', `\`key\` or \`key=value\` a line, ${TAG_LIMITS}`, parseTagRules),
  selection: field<Selection>(
    'COUNT(1)',
    '`ALL`, `COUNT(n)` with n of at least 1, or `PERCENT(n)` with n from 1 to 100; whole numbers',
    parseSelection,
  ),
  'max-targets': integer('5', 1, 50),
  'require-tag': field('', 'one tag: `key` or `key=value`', parseOneRule),
  'keep-running': integer('0', 0, 100_000),
  'allowed-accounts': field('', 'account ids of 12 digits, separated by commas, blanks or new lines', parseAccounts),
  'dry-run': flag('false'),
} as const

type Parsed = ParsedFields<typeof TARGET_FIELDS>
/** The inputs that could be parsed, and those of other tables that their rules need. */
type PartlyParsed = Partial<Parsed> & { readonly region?: string }

/** How the run picks its targets itself, from the candidates. */
export type AimInputs = Selector & { readonly selection: Selection; readonly keepRunning: number }

export type TargetInputs = {
  /** Empty if the run picks the targets itself. */
  readonly instanceIds: readonly string[]
  /** Absent if the targets are named by their ids. */
  readonly aim?: AimInputs
  readonly maxTargets: number
  /** Absent without any. */
  readonly guards?: Guards
  /** Present if the run only reads. */
  readonly dryRun?: true
}

/** Problems between inputs that are good by themselves. */
export function findTargetProblems(parsed: PartlyParsed, read: ReadInput): readonly Problem[] {
  const toProblem = ([input, allowed]: Clash): Problem => ({ input, given: allowed === NONE ? '' : read(input).trim(), allowed })
  return [...findAimProblems(parsed).map(toProblem), ...findNeedless(parsed).map(toProblem), ...findTooMany(parsed)]
}

type Clash = readonly [input: keyof typeof TARGET_FIELDS, allowed: string]

/** Requires exactly one way to name the targets. A way that cannot be parsed has its own problem already. */
function findAimProblems(parsed: PartlyParsed): readonly Clash[] {
  const { 'instance-id': ids, 'target-tags': tags, 'auto-scaling-group': group } = parsed
  if (ids === undefined || tags === undefined || group === undefined) return []
  const given: Clash[] = []
  if (ids.length > 0) given.push(['instance-id', ONE_OF])
  if (Object.keys(tags).length > 0) given.push(['target-tags', ONE_OF])
  if (group !== null) given.push(['auto-scaling-group', ONE_OF])
  if (given.length === 0) return [['instance-id', NONE]]
  return given.length === 1 ? [] : given
}

/** Refuses inputs that choose among candidates if the targets are named by their ids. */
function findNeedless(parsed: PartlyParsed): readonly Clash[] {
  const { 'instance-id': ids = [], 'availability-zone': zone, selection, 'keep-running': keep, region } = parsed
  const clashes: Clash[] = []
  if (zone && region !== undefined && !isZoneOf(zone, region)) clashes.push(['availability-zone', `a zone of the region ${region}`])
  if (ids.length === 0) return clashes
  const without = 'nothing together with `instance-id`: the targets are named'
  if (zone) clashes.push(['availability-zone', without])
  if (selection !== undefined && describeSelection(selection) !== TARGET_FIELDS.selection.fallback) clashes.push(['selection', without])
  if (keep !== undefined && keep > 0) clashes.push(['keep-running', without])
  return clashes
}

/**
 * Whether a zone is in a region: `eu-west-1a`, or `us-west-2-lax-1a` for a Local Zone or Wavelength Zone. The name of a region is not a
 * zone.
 */
function isZoneOf(zone: string, region: string): boolean {
  return zone.startsWith(region) && /^([a-z]|-.+)$/.test(zone.slice(region.length))
}

function findTooMany({ 'instance-id': ids = [], selection, 'max-targets': max }: PartlyParsed): readonly Problem[] {
  if (max === undefined) return []
  const allowed = `at most ${max}, the value of max-targets`
  if (ids.length > max) return [{ input: 'instance-id', given: `${ids.length} instances`, allowed }]
  if (selection?.kind !== 'COUNT' || selection.n <= max) return []
  return [{ input: 'selection', given: describeSelection(selection), allowed: `\`COUNT(n)\` with n of ${allowed}` }]
}

/** The part of the inputs that decides which instances are targets, and what protects the others. */
export function toTargets(parsed: Parsed): TargetInputs {
  const {
    'instance-id': instanceIds,
    'max-targets': maxTargets,
    'availability-zone': zone,
    selection,
    'keep-running': keepRunning,
  } = parsed
  const aim = toAim(parsed)
  const guards = toGuards(parsed)
  return {
    instanceIds,
    maxTargets,
    ...(aim === undefined ? {} : { aim: { aim, zone, selection, keepRunning } }),
    ...(guards === undefined ? {} : { guards }),
    ...(parsed['dry-run'] ? { dryRun: true } : {}),
  }
}

function toGuards(parsed: Parsed): Guards | undefined {
  const { 'exclude-tags': excludeTags, 'require-tag': requireTag, 'allowed-accounts': allowedAccounts } = parsed
  if (excludeTags.length === 0 && requireTag === null && allowedAccounts.length === 0) return undefined
  return { excludeTags, requireTag, allowedAccounts }
}

function toAim({ 'target-tags': tags, 'auto-scaling-group': group }: Parsed): Aim | undefined {
  if (group !== null) return { by: 'group', group }
  return Object.keys(tags).length === 0 ? undefined : { by: 'tags', tags }
}

/** Parses tags of instances, including those that AWS sets (`aws:autoscaling:groupName`). */
function parseTargetTags(text: string): Tags | undefined {
  const rules = parseTagRules(text)
  const good = rules?.every(({ value }) => value !== null) && new Set(rules.map(({ key }) => key)).size === rules.length
  return rules !== undefined && good ? Object.fromEntries(rules.map(({ key, value }) => [key, value ?? ''])) : undefined
}

/** Parses `key` or `key=value`, one a line, split at the first `=`. */
function parseTagRules(text: string): readonly TagRule[] | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const rules = lines.filter((line) => line !== '').map(toRule)
  const good = rules.every(({ key, value }) => /^\P{Cc}{1,128}$/u.test(key) && /^\P{Cc}{0,256}$/u.test(value ?? ''))
  return good && rules.length <= MAX_TAGS ? rules : undefined
}

function parseOneRule(text: string): TagRule | null | undefined {
  const rules = parseTagRules(text)
  return rules === undefined || rules.length > 1 ? undefined : (rules[0] ?? null)
}

function toRule(line: string): TagRule {
  const at = line.indexOf('=')
  return at < 0 ? { key: line, value: null } : { key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }
}

function parseAccounts(text: string): readonly string[] | undefined {
  const accounts = text.split(/[\s,]+/).filter((one) => one !== '')
  return accounts.every((one) => /^\d{12}$/.test(one)) ? [...new Set(accounts)] : undefined
}
