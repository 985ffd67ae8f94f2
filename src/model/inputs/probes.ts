import { toIso } from '../duration.ts'
import type { Mode } from '../fis.ts'
import { plural } from '../plural.ts'
import { hideHeaders, hideQueries, MAX_PROBES, type ProbeRules, type ProbeTarget, parseHeaders, parseProbes } from '../probes/probe.ts'
import { NOTICE_MS } from '../timeline/schedule.ts'
import { field, flag, type ParsedFields, type Problem, span } from './field.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Fewer answers than this are not judged. */
export const MIN_ANSWERS = 10

/** The inputs that are about probes. What is shown of a bad one never holds its secrets. */
export const PROBE_FIELDS = {
  probes: {
    ...field(
      '',
      `at most ${MAX_PROBES}, one a line: \`name=https://…\`, \`name=http://…\` (status codes that are good beside 200–299 may follow) or \`name=tcp://host:port\`; names unique, of 1 to 40 letters, digits, \`_\` and \`-\`; no credentials in an address`,
      parseProbes,
    ),
    show: hideQueries,
  },
  'probe-headers': {
    ...field('', '`name: Header: value` a line, for a probe of `probes` that is http or https, no header twice', parseHeaders),
    show: hideHeaders,
  },
  'probe-interval': span('2s', SECOND, MINUTE),
  'probe-timeout': span('5s', SECOND, MINUTE),
  'min-availability': field('90', 'per cent from 0 to 100, such as `99.5`', parsePercent),
  'max-outage': span('30s', 0, HOUR),
  'observe-for': span('1m', 0, HOUR),
  'recovery-timeout': span('5m', 0, HOUR),
  'abort-on-outage': flag('false'),
} as const

type Parsed = ParsedFields<typeof PROBE_FIELDS>

/** The probes of a run: what they are judged by, and how they are sent. */
export type ProbeInputs = { readonly rules: ProbeRules; readonly probeTargets: readonly ProbeTarget[] }

/** What can be wrong although each input alone is good. */
export function findProbeProblems(
  parsed: Partial<Parsed> & { readonly mode?: Mode; readonly 'wait-for'?: 'interruption' | 'experiment' },
): readonly Problem[] {
  const { probes = [], 'probe-headers': headers = [] } = parsed
  const blind = probes.length > 0 && parsed.mode === 'interruption' && parsed['wait-for'] === 'experiment'
  const late = { input: 'probes', given: '', allowed: 'none with `wait-for: experiment`: the interruption comes after that wait' }
  const web = new Set(probes.filter(({ kind }) => kind !== 'tcp').map(({ name }) => name))
  const stray = parsed.probes === undefined ? [] : headers.filter(({ probe }) => !web.has(probe))
  return [
    ...(blind ? [{ ...late, given: plural(probes.length, 'probe') }] : []),
    ...stray.map(({ probe }) => ({
      input: 'probe-headers',
      given: `a header for ${probe}`,
      allowed: PROBE_FIELDS['probe-headers'].allowed,
    })),
  ]
}

/** Undefined without probes. */
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

/** Says when even a run that goes as planned can not give answers enough to be judged. */
export function findTooFew({ intervalMs, observeMs }: ProbeRules, mode: Mode): string | undefined {
  const judgedMs = observeMs + (mode === 'interruption' ? NOTICE_MS : 0)
  if (judgedMs >= intervalMs * MIN_ANSWERS) return undefined
  return `A probe every ${toIso(intervalMs)} gives fewer than ${MIN_ANSWERS} answers in the ${toIso(judgedMs)} that are judged, so the verdict will be inconclusive: lower probe-interval or raise observe-for.`
}

function parsePercent(text: string): number | undefined {
  const value = /^\d{1,3}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
  return value >= 0 && value <= 100 ? value : undefined
}
