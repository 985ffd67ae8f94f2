import type { Latency, ProbeMetrics } from '../model/probes/metrics.ts'
import type { Samples } from '../model/probes/samples.ts'
import type { Identity } from '../model/tags.ts'
import { all } from '../model/timeline/event.ts'
import { readT0 } from '../model/timeline/snapshot.ts'
import { VERSION } from '../model/version.ts'
import { toCapacities } from './capacity-json.ts'
import { toPlain } from './escape.ts'
import { toEvents } from './events.ts'
import { type Report, toWall } from './report.ts'
import type { ProbeFile, ReportFile } from './schema.ts'
import { findSpan, toCells } from './strip.ts'

/** The largest number of columns in the strip of a probe. */
const MAX_COLUMNS = 40

/** The report as it is written to a file; docs/report.schema.json describes it. */
export function toReportFile(report: Report, who: Identity): ReportFile {
  const { result, plan, verdict } = report
  return {
    schemaVersion: 1,
    generator: { name: 'spot-interrupt', version: VERSION },
    run: { id: who.run, invocation: who.invocation },
    passed: result.pass,
    verdict: verdict.word,
    text: result.text,
    hint: result.hint,
    reasons: [...verdict.why],
    interrupted: report.interrupted === '' ? null : report.interrupted,
    rehearsal: report.rehearsal,
    region: plan?.region ?? null,
    account: report.account === '' ? null : report.account,
    mode: plan?.mode ?? null,
    durationMs: plan?.durationMs ?? null,
    experiment: toExperiment(report),
    elapsedSeconds: report.elapsedMs === undefined ? null : Math.max(0, Math.floor(report.elapsedMs / 1000)),
    interruptionSeconds: report.interruptionMs === undefined ? null : Math.floor(report.interruptionMs / 1000),
    targets: report.outcomes.map(toTarget),
    judged: toJudged(report),
    availability: verdict.availability ?? null,
    longestOutageMs: verdict.longestOutageMs ?? null,
    recoveryMs: verdict.recoveryMs ?? null,
    probes: verdict.allMetrics.map((metrics) => toProbe(report, metrics)),
    ...toCapacities(report),
    resources: toResources(report),
    dryRun: toDryRun(report),
    warnings: [...report.warnings],
    events: [...toEvents(report)],
  }
}

function toExperiment({ experiment }: Report): ReportFile['experiment'] {
  if (experiment === undefined) return null
  const { id, status, reason, startAt, endAt } = experiment
  return { id, state: status, reason: toPlain(reason), startedAt: iso(startAt), endedAt: iso(endAt), t0: iso(readT0(experiment)) }
}

function toTarget(target: Report['outcomes'][number]): ReportFile['targets'][number] {
  const { id, outcome, evidence, landed, state, behaviour, t0, leftAt, endedAt } = target
  return { id, outcome, evidence: toPlain(evidence), landed, state, behaviour, t0: iso(t0), leftAt: iso(leftAt), endedAt: iso(endedAt) }
}

function toJudged(report: Report): ReportFile['judged'] {
  const { window } = report.verdict
  const rules = report.plan?.probeRules
  if (window === undefined || rules === undefined) return null
  const { intervalMs, timeoutMs, minAvailability, maxOutageMs, observeMs, recoveryMs } = rules
  const limits = { intervalMs, timeoutMs, minAvailability, maxOutageMs, observeMs, recoveryMs }
  return { fromAt: toWall(report, window.fromMs).toISOString(), untilAt: toWall(report, window.untilMs).toISOString(), ...limits }
}

function toProbe(report: Report, metrics: ProbeMetrics): ProbeFile {
  const { name, healthy, failed, unknown, due, availability, longestOutageMs, outages, recovered, recoveryMs, latency } = metrics
  const wall = (ms: number) => toWall(report, ms).toISOString()
  return {
    name,
    address: report.plan?.probeRules?.probes.find((one) => one.name === name)?.shown ?? '',
    healthy,
    failed,
    unknown,
    due,
    availability: availability ?? null,
    longestOutageMs,
    longestPossibleOutageMs: metrics.longestPossibleOutageMs,
    outages: outages.map(({ fromMs, toMs, open }) => ({ fromAt: wall(fromMs), toAt: wall(toMs), lastedMs: toMs - fromMs, open })),
    recovered: recovered === 'unknown' ? null : recovered,
    recoveryMs: recoveryMs ?? null,
    latency: { before: toLatency(latency.before), during: toLatency(latency.during), after: toLatency(latency.after) },
    strip: toStrip(
      report,
      report.allSamples.find((one) => one.name === name),
    ),
  }
}

function toStrip(report: Report, samples: Samples | undefined): ProbeFile['strip'] {
  const span = findSpan(report, MAX_COLUMNS)
  if (span === undefined || samples === undefined) return []
  const width = (span.untilMs - span.fromMs) / span.columns
  return toCells(samples, span).map(({ healthy, failed, unknown, slowestMs }, column) => {
    const fromAt = toWall(report, span.fromMs + column * width).toISOString()
    return { fromAt, healthy, failed, unknown, slowestMs: slowestMs ?? null }
  })
}

function toLatency(latency: Latency | undefined): ProbeFile['latency']['before'] {
  return latency === undefined ? null : { count: latency.count, p50Ms: latency.p50, p95Ms: latency.p95, p99Ms: latency.p99 }
}

function toResources({ removed, kept, left }: Report): ReportFile['resources'] {
  return [
    ...removed.map(({ resource, id, how }) => ({ kind: resource, id, fate: how })),
    ...kept.map(({ resource, id }) => ({ kind: resource, id, fate: 'kept' as const })),
    ...left.map(({ resource, id }) => ({ kind: resource, id, fate: 'left' as const })),
  ]
}

function toDryRun({ timeline }: Report): ReportFile['dryRun'] {
  const would = all(timeline, 'would').map(({ what }) => toPlain(what))
  const permissions = all(timeline, 'permission').map(({ action, resource, answer, statement }) => ({
    action,
    resource,
    answer,
    statement,
  }))
  return would.length === 0 && permissions.length === 0 ? null : { would, permissions }
}

function iso(at: Date | undefined): string | null {
  return at?.toISOString() ?? null
}
