import type { ProbeMetrics } from '../model/probes/metrics.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import type { OpenReason } from '../model/verdict/reasons.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import type { Verdict } from '../model/verdict/service.ts'
import { VERSION } from '../model/version.ts'
import type { PredicateFile } from './predicate-schema.ts'
import { toPublic, toPublicReasons } from './public.ts'
import type { Report } from './report.ts'

/** Where a run comes from. `url` is the page of the run; '' outside of GitHub. */
export type Source = {
  readonly url: string
  /** The file of the workflow that the run is of; absent where the runner does not tell it. */
  readonly workflow?: {
    readonly path: string
    readonly server: string
    readonly repository: string
    readonly ref: string
    readonly commit: string
  }
}

/** A test compares it with package.json, of which a run loads only the version. */
const HOME = 'https://github.com/spot-interrupt/spot-interrupt'

/**
 * The run as the predicate of an in-toto attestation, `test-result` v0.1, without the statement around it, which whoever signs it adds.
 * PASSED only if the service survived and the step passed: the type has no word for "not known", and WARNED would mean passed. Not to be
 * made of a rehearsal or of a dry run. No ids, addresses or hosts: an attestation may stand in a public log for good.
 */
export function toPredicate(report: Report, source: Source): PredicateFile {
  const passed = report.verdict.word === 'survived' && report.result.pass
  const tests = [['verdict', passed] as const, ...toInterruption(report), ...toProbes(report)]
  const names = (kept: boolean) => tests.filter(([, good]) => good === kept).map(([name]) => name)
  return {
    result: passed ? 'PASSED' : 'FAILED',
    configuration: [{ name: 'spot-interrupt', uri: HOME, annotations: toAnnotations(report) }, ...toWorkflow(source)],
    ...(source.url === '' ? {} : { url: source.url }),
    passedTests: names(true),
    warnedTests: [],
    failedTests: names(false),
  }
}

/** The name of a test, and whether it passed. What is not known has not. */
type Test = readonly [string, boolean]

function toInterruption({ outcomes, plan }: Report): readonly Test[] {
  if (plan?.mode !== 'interruption') return []
  return [['interruption', outcomes.length > 0 && outcomes.every(({ landed }) => landed)]]
}

function toProbes({ plan, verdict }: Report): readonly Test[] {
  const rules = plan?.probeRules
  if (rules === undefined) return []
  return rules.probes.flatMap(({ name }): readonly Test[] => {
    const metrics = verdict.allMetrics.find((one) => one.name === name)
    const kept = isKept(metrics, verdict, rules)
    return Object.entries(kept).map(([figure, good]) => [`${toPublic(name)}: ${figure}`, good])
  })
}

function isKept(metrics: ProbeMetrics | undefined, { open }: Verdict, { minAvailability, maxOutageMs }: ProbeRules) {
  const known = metrics !== undefined && !open.some((reason) => isUnsound(reason, metrics.name))
  return {
    availability: known && (metrics.lowestAvailability ?? 0) >= minAvailability,
    outage: known && metrics.longestPossibleOutageMs <= maxOutageMs,
    recovery: known && metrics.recovered === true,
  }
}

/** A figure that rests on too few checks, or on a part of the time, is not known. */
function isUnsound(reason: OpenReason, name: string): boolean {
  const few = reason.kind === 'few-checks' || reason.kind === 'missing-checks'
  return reason.kind === 'cut-short' || (few && reason.name === name)
}

function toAnnotations(report: Report): PredicateFile['configuration'][0]['annotations'] {
  const { plan, verdict, outcomes, timeline } = report
  const rules = plan?.probeRules
  return {
    version: VERSION,
    verdict: verdict.word,
    reasons: [...toPublicReasons(report)],
    endedAt: (timeline.at(-1)?.awsAt ?? new Date(0)).toISOString(),
    mode: plan?.mode ?? null,
    region: plan?.region ?? null,
    durationSeconds: plan === undefined ? null : ceilSeconds(plan.durationMs),
    targets: plan?.instanceIds.length ?? 0,
    landed: outcomes.filter(({ landed }) => landed).length,
    probes: (rules?.probes ?? []).map(({ name }) => toPublic(name)),
    minAvailability: rules?.minAvailability ?? null,
    maxOutageSeconds: toSeconds(rules?.maxOutageMs),
    recoverySeconds: rules === undefined ? null : toSeconds(rules.observeMs + rules.recoveryMs),
    availability: verdict.availability ?? null,
    longestOutageSeconds: toSeconds(verdict.longestOutageMs),
    recoveredAfterSeconds: toSeconds(verdict.recoveryMs),
  }
}

function toSeconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ceilSeconds(ms)
}

function toWorkflow({ workflow }: Source): PredicateFile['configuration'][1][] {
  if (workflow === undefined) return []
  const { path, server, repository, ref, commit } = workflow
  const uri = `git+${server}/${repository}@${ref}`
  return [{ name: path, uri, downloadLocation: `${server}/${repository}/blob/${commit}/${path}`, digest: { gitCommit: commit } }]
}
