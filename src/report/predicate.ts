import { isJudged } from '../model/capacity/metrics.ts'
import type { OpenReason } from '../model/verdict/reasons.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import { VERSION } from '../model/version.ts'
import { toFigures, toState } from './figures.ts'
import type { PredicateFile } from './predicate-schema.ts'
import { toPublic, toPublicReasons } from './public.ts'
import type { Report } from './report.ts'

/** The source of a run. `url` is the page of the run; '' outside of GitHub. */
export type Source = {
  readonly url: string
  /** The workflow file of the run; absent if the runner does not name it. */
  readonly workflow?: {
    readonly path: string
    readonly server: string
    readonly repository: string
    readonly ref: string
    readonly commit: string
  }
}

/** A run loads only the version from package.json, so this is a copy; a test compares the two. */
const HOME = 'https://github.com/spot-interrupt/spot-interrupt'

/**
 * The run as the predicate of an in-toto attestation, `test-result` v0.1, without the statement around it, which the signer adds. It is
 * PASSED only if the service survived and the step passed: the type has no word for "not known", and WARNED would mean passed. Never make
 * it of a rehearsal or a dry run. It contains no ids, addresses or hosts, because an attestation may stay in a public log for ever.
 */
export function toPredicate(report: Report, source: Source): PredicateFile {
  const passed = report.verdict.word === 'survived' && report.result.pass
  const tests = [['verdict', passed] as const, ...toTargets(report), ...toProbes(report), ...toCapacities(report), ...toReaction(report)]
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

/** The name of a test, and whether it passed. An unknown result counts as failed. */
type Test = readonly [string, boolean]

/** The tests on the targets: that each was reached by the interruption, got its signal, or was spared. */
function toTargets(report: Report): readonly Test[] {
  if (report.plan === undefined) return []
  const figure = toFigures(report).find(({ name }) => name === 'Targets')
  const kept = report.verdict.word === 'not-judged' ? figure?.state === 'kept' : toState(report, 'targets') === 'kept'
  return [['targets', kept]]
}

function toProbes(report: Report): readonly Test[] {
  const { plan, verdict } = report
  return (plan?.probeRules?.probes ?? []).flatMap(({ name }) => {
    const known = verdict.allMetrics.some((one) => one.name === name) && !verdict.open.some((reason) => isUnsound(reason, name))
    const figures = ['availability', 'outage', 'recovery'] as const
    return figures.map((figure): Test => [`${toPublic(name)}: ${figure}`, known && toState(report, figure, name) === 'kept'])
  })
}

/** The tests on the capacities, except for those that no target belongs to. */
function toCapacities(report: Report): readonly Test[] {
  const { plan, verdict } = report
  return (plan?.capacityRules?.capacities ?? []).flatMap(({ name }): readonly Test[] => {
    const metrics = verdict.capacities.find((one) => one.name === name)
    if (metrics !== undefined && !isJudged(metrics)) return []
    const known = metrics !== undefined && !verdict.open.some((reason) => isUnsound(reason, name))
    return [[`${toPublic(name)}: capacity`, known && toState(report, 'capacity', name) === 'kept']]
  })
}

function toReaction(report: Report): readonly Test[] {
  if (report.plan?.reactWithinMs === undefined) return []
  return [['reaction', toState(report, 'reaction') === 'kept']]
}

/** Whether a reason makes a figure unknown, because there are too few checks or they cover only a part of the time. */
function isUnsound(reason: OpenReason, name: string): boolean {
  const few = reason.kind === 'few-checks' || reason.kind === 'missing-checks'
  return reason.kind === 'cut-short' || (few && reason.name === name)
}

function toAnnotations(report: Report): PredicateFile['configuration'][0]['annotations'] {
  const { plan, verdict, outcomes, timeline } = report
  return {
    version: VERSION,
    verdict: verdict.word,
    reasons: [...toPublicReasons(report)],
    endedAt: (timeline.at(-1)?.awsAt ?? new Date(0)).toISOString(),
    mode: plan?.mode ?? null,
    region: plan?.region ?? null,
    durationSeconds: toSeconds(plan?.durationMs),
    targets: plan?.instanceIds.length ?? 0,
    landed: outcomes.filter(({ landed }) => landed).length,
    ...toLimits(plan),
    ...toFound(report),
  }
}

function toLimits(plan: Report['plan']) {
  const { probeRules, capacityRules, reactWithinMs } = plan ?? {}
  const wait = probeRules ?? capacityRules
  return {
    probes: (probeRules?.probes ?? []).map(({ name }) => toPublic(name)),
    capacities: (capacityRules?.capacities ?? []).map(({ name }) => toPublic(name)),
    minAvailability: probeRules?.minAvailability ?? null,
    maxOutageSeconds: toSeconds(probeRules?.maxOutageMs),
    recoverySeconds: wait === undefined ? null : toSeconds(wait.observeMs + wait.recoveryMs),
    reactWithinSeconds: toSeconds(reactWithinMs),
  }
}

function toFound({ verdict, reaction }: Report) {
  return {
    availability: verdict.availability ?? null,
    longestOutageSeconds: toSeconds(verdict.longestOutageMs),
    recoveredAfterSeconds: toSeconds(verdict.recoveryMs),
    replacedAfterSeconds: toSeconds(verdict.replacementMs),
    reactedAfterSeconds: toSeconds(reaction.reactionMs),
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
