import { toIso } from '../duration.ts'
import type { Mode } from '../mode.ts'
import { plural } from '../plural.ts'
import {
  hideHeaders,
  hideProbes,
  MAX_PROBES,
  MIN_CHECKS,
  type ProbeRules,
  type ProbeTarget,
  parseHeaders,
  parseProbes,
} from '../probes/probe.ts'
import { RECOVERY_CHECKS } from '../probes/recovery.ts'
import { NOTICE_MS } from '../timeline/schedule.ts'
import { type Field, field, flag, type ParsedFields, type Problem, span } from './field.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Inputs that have no effect without anything to judge. */
const LIMITS = {
  'probe-interval': span('2s', SECOND, MINUTE),
  'probe-timeout': span('5s', SECOND, MINUTE),
  'min-availability': field('80', 'per cent from 0 to 100, such as `99.5`', parsePercent),
  'max-outage': span('30s', 0, HOUR),
  'observe-for': span('1m', 0, HOUR),
  'recovery-timeout': span('5m', 0, HOUR),
  'abort-on-outage': flag('false'),
} as const

/** The inputs for probes. An error shows only the number of a bad line, because the line may contain a secret. */
export const PROBE_FIELDS = {
  probes: {
    ...field(
      '',
      `at most ${MAX_PROBES}, one a line: \`name=https://…\`, \`name=http://…\` (status codes that are healthy beside 200–299 may follow) or \`name=tcp://host:port\`; names unique, of 1 to 40 letters, digits, \`_\` and \`-\`; no credentials in an address`,
      parseProbes,
    ),
    show: hideProbes,
  },
  'probe-headers': {
    ...field('', '`name: Header: value` a line, for a probe of `probes` that is http or https, no header twice', parseHeaders),
    show: hideHeaders,
  },
  ...LIMITS,
} as const

type Parsed = ParsedFields<typeof PROBE_FIELDS>
/** The inputs that could be parsed, and those of other tables that their rules need. */
type PartlyParsed = Partial<Parsed> & {
  readonly mode?: Mode
  readonly capacity?: readonly unknown[]
  readonly 'wait-for'?: 'interruption' | 'experiment'
}

/** The probes of a run: the rules that judge them, and how each is sent. */
export type ProbeInputs = { readonly rules: ProbeRules; readonly probeTargets: readonly ProbeTarget[] }

/** Problems between inputs that are good by themselves. */
export function findProbeProblems(parsed: PartlyParsed): readonly Problem[] {
  const { probes = [], 'probe-headers': headers = [] } = parsed
  const web = new Set(probes.filter(({ kind }) => kind !== 'tcp').map(({ name }) => name))
  const stray = parsed.probes === undefined ? [] : headers.filter(({ probe }) => !web.has(probe))
  return [
    ...findUnwatched(parsed),
    ...stray.map(({ probe }) => ({
      input: 'probe-headers',
      given: `a header for ${probe}`,
      allowed: PROBE_FIELDS['probe-headers'].allowed,
    })),
    ...(parsed.probes?.length === 0 ? findIdleLimits(parsed) : [...findBlindInterval(parsed), ...findShortRecovery(parsed)]),
  ]
}

function findUnwatched({ probes = [], mode, 'wait-for': waitFor }: PartlyParsed): readonly Problem[] {
  if (probes.length === 0 || mode !== 'interruption' || waitFor !== 'experiment') return []
  const given = plural(probes.length, 'probe')
  return [{ input: 'probes', given, allowed: 'none with `wait-for: experiment`: the interruption comes after that wait' }]
}

/**
 * Refuses limits without anything to judge, because they would always pass. The variable that should contain the probes or the capacities
 * may be empty.
 */
function findIdleLimits(parsed: PartlyParsed): readonly Problem[] {
  if (parsed.capacity?.length !== 0) return []
  const limits = Object.entries<Field<number> | Field<boolean>>(LIMITS)
  return limits.flatMap(([input, { fallback, parse }]) => {
    const value = parsed[input as keyof typeof LIMITS]
    if (value === undefined || value === parse(fallback)) return []
    const given = typeof value === 'number' && input !== 'min-availability' ? toIso(value) : String(value)
    return [
      {
        input,
        given,
        allowed: `only its default, \`${fallback}\`, while \`probes\` and \`capacity\` are empty: there is nothing to judge`,
      },
    ]
  })
}

/** Refuses intervals at which an outage that is just too long could fall between two checks. */
function findBlindInterval(parsed: PartlyParsed): readonly Problem[] {
  const { 'probe-interval': intervalMs, 'probe-timeout': timeoutMs, 'max-outage': maxOutageMs } = parsed
  if (intervalMs === undefined || timeoutMs === undefined || maxOutageMs === undefined) return []
  const leastMs = intervalMs + timeoutMs
  if (leastMs <= maxOutageMs) return []
  const given = `${toIso(maxOutageMs)} with a probe-interval of ${toIso(intervalMs)} and a probe-timeout of ${toIso(timeoutMs)}`
  return [{ input: 'max-outage', given, allowed: `at least ${toIso(leastMs)}, which is probe-interval plus probe-timeout; or lower these` }]
}

function findShortRecovery({ 'probe-interval': intervalMs, 'recovery-timeout': recoveryMs }: PartlyParsed): readonly Problem[] {
  if (intervalMs === undefined || recoveryMs === undefined || recoveryMs >= RECOVERY_CHECKS * intervalMs) return []
  const given = `${toIso(recoveryMs)} with a probe-interval of ${toIso(intervalMs)}`
  const allowed = `at least ${toIso(RECOVERY_CHECKS * intervalMs)}: a recovery takes ${RECOVERY_CHECKS} healthy checks in a row`
  return [{ input: 'recovery-timeout', given, allowed }]
}

/** The probes; undefined without any. */
export function toProbes(parsed: Parsed): ProbeInputs | undefined {
  if (parsed.probes.length === 0) return undefined
  const probeTargets = parsed.probes.map((probeTarget) => {
    const own = parsed['probe-headers'].filter(({ probe }) => probe === probeTarget.name)
    return { ...probeTarget, headers: Object.fromEntries(own.map(({ name, value }) => [name, value])) }
  })
  const rules = {
    probes: probeTargets.map(({ name, shown }) => ({ name, shown })),
    intervalMs: parsed['probe-interval'],
    timeoutMs: parsed['probe-timeout'],
    minAvailability: parsed['min-availability'],
    maxOutageMs: parsed['max-outage'],
    observeMs: parsed['observe-for'],
    recoveryMs: parsed['recovery-timeout'],
    abortOnOutage: parsed['abort-on-outage'],
  }
  return { rules, probeTargets }
}

/** The warning that even a run that goes as planned gives too few checks to be judged; undefined if it gives enough. */
export function findTooFew(
  { intervalMs, observeMs }: ProbeRules,
  { mode, durationMs }: { readonly mode: Mode; readonly durationMs: number },
): string | undefined {
  const signalled = mode === 'interruption'
  const judgedMs = observeMs + (signalled ? NOTICE_MS : 0)
  // The recovery wait lasts until there are 30 checks, including those before the notice.
  const beforeMs = signalled ? durationMs - NOTICE_MS : 0
  if (Math.max(judgedMs, RECOVERY_CHECKS * intervalMs - beforeMs) >= intervalMs * MIN_CHECKS) return undefined
  return `A probe every ${toIso(intervalMs)} gives fewer than ${MIN_CHECKS} checks in the ${toIso(judgedMs)} that are judged, so the verdict may be inconclusive: lower probe-interval or raise observe-for.`
}

function parsePercent(text: string): number | undefined {
  const value = /^\d{1,3}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
  return value >= 0 && value <= 100 ? value : undefined
}
