import type { ProbeMetrics } from '../model/probes/metrics.ts'
import type { Outage } from '../model/probes/outages.ts'
import { NOTICE_MS } from '../model/timeline/schedule.ts'
import type { TargetOutcome } from '../model/verdict/outcome.ts'
import { type Report, toWall } from './report.ts'

/** More targets, or more outages of a probe, than this make a diagram nobody reads; the tables have them all. */
const MAX_ROWS = 20
const MAX_OUTAGES = 5

/** Everything drawn is between these two, in milliseconds since 1970. */
type Scale = { readonly t0: number; readonly endAt: number; readonly noticeAt: number | undefined }

/**
 * The run as a Mermaid gantt in UTC, in the plain syntax that GitHub's Mermaid has had for years; undefined before any action started.
 * Ids and probe names only: free text would have to be escaped for Mermaid.
 */
export function renderGantt(report: Report): string | undefined {
  const { plan, start, experiment, verdict } = report
  if (plan === undefined || start === undefined) return undefined
  const t0 = start.at.getTime()
  const wall = (ms: number | undefined) => (ms === undefined ? t0 : toWall(report, ms).getTime())
  const ends = report.outcomes.map(({ endedMs, leftMs }) => wall(endedMs ?? leftMs))
  const endAt = Math.max(t0 + 1000, experiment?.endAt?.getTime() ?? t0, wall(verdict.window?.untilMs), ...ends)
  const interrupts = plan.mode === 'interruption'
  const window = { t0, endAt, noticeAt: interrupts ? t0 + plan.durationMs - NOTICE_MS : undefined }
  return [
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    '  axisFormat %H:%M:%S',
    '  todayMarker off',
    '  title Times in UTC',
    '  section FIS',
    bar('experiment', '', { from: t0, to: experiment?.endAt?.getTime() ?? endAt }),
    ...(interrupts ? renderSignals(t0, plan.durationMs) : [milestone('recommendation', t0)]),
    '  section Targets',
    ...report.outcomes.slice(0, MAX_ROWS).flatMap((finding) => renderTarget(finding, wall, window)),
    ...(verdict.allMetrics.length === 0 ? [] : ['  section Probes']),
    ...verdict.allMetrics.flatMap((metrics) => renderProbe(metrics, wall, window)),
  ].join('\n')
}

type Wall = (ms: number | undefined) => number

function renderTarget({ id, outcome, leftMs, endedMs }: TargetOutcome, wall: Wall, { t0, endAt, noticeAt }: Scale): readonly string[] {
  const left = leftMs === undefined ? endAt : wall(leftMs)
  // A target that left before its notice was never under notice.
  const warnedAt = Math.min(noticeAt ?? left, left)
  const up = warnedAt > t0 ? [bar(`${id} up`, '', { from: t0, to: warnedAt })] : []
  const notice = left > warnedAt ? [bar(`${id} under notice`, 'active', { from: warnedAt, to: left })] : []
  if (leftMs === undefined) return [...up, ...notice]
  const tag = outcome === 'interrupted' || outcome === 'drained' ? 'done' : 'crit'
  return [...up, ...notice, bar(`${id} ${outcome}`, tag, { from: left, to: wall(endedMs ?? leftMs) })]
}

/** Each outage from t0 on, the longest if they are many; and, after the last target's end, the recovery. */
function renderProbe({ name, outages, recoveryMs }: ProbeMetrics, wall: Wall, { t0, endAt }: Scale): readonly string[] {
  // A name by itself may be a keyword of Mermaid, such as `click`.
  const probe = `Probe ${name}`
  if (outages.length === 0) return [bar(`${probe} well`, 'done', { from: t0, to: endAt })]
  const kept = new Set(outages.toSorted((a, b) => lasted(b) - lasted(a)).slice(0, MAX_OUTAGES))
  const drawn = outages.filter((outage) => kept.has(outage))
  const last = outages.at(-1)
  const back =
    recoveryMs !== undefined && last !== undefined ? [bar(`${probe} well again`, 'done', { from: wall(last.toMs), to: endAt })] : []
  return [...drawn.map(({ fromMs, toMs }) => bar(`${probe} down`, 'crit', { from: wall(fromMs), to: wall(toMs) })), ...back]
}

function lasted({ fromMs, toMs }: Outage): number {
  return toMs - fromMs
}

function renderSignals(t0: number, durationMs: number): readonly string[] {
  return [
    milestone('recommendation', t0),
    milestone('notice due', t0 + durationMs - NOTICE_MS),
    milestone('interruption due', t0 + durationMs),
  ]
}

function bar(name: string, tag: string, { from, to }: { from: number; to: number }): string {
  return `  ${name} :${tag === '' ? '' : `${tag}, `}${toStart(from)}, ${toStart(Math.max(to, from + 1000))}`
}

function milestone(name: string, at: number): string {
  return `  ${name} :milestone, ${toStart(at)}, 0s`
}

/** Mermaid reads and shows times in the reader's time zone. Without a zone in the text the two cancel out, and the diagram shows UTC. */
function toStart(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
