import { markdownTable } from 'markdown-table'
import { toIso, toWords } from '../model/duration.ts'
import type { Latency, ProbeMetrics } from '../model/probes/metrics.ts'
import { readDue } from '../model/timeline/schedule.ts'
import { ceilSeconds, toPercent } from '../model/verdict/rounding.ts'
import { toCode, toMarkdown } from './escape.ts'
import type { Report } from './report.ts'
import { renderBars, renderPhases, renderSquares, type Span, toCells } from './strip.ts'

const MAX_COLUMNS = 40

/** The figures of the probes, a row each. */
export function renderProbes({ verdict, plan }: Report): string {
  const rules = plan?.probeRules
  if (rules === undefined) return ''
  const head = ['Probe', 'Address', 'Availability', 'Longest outage', 'Recovery', 'Before', 'During', 'After']
  const rows = rules.probes.map(({ name, shown }) => {
    const metrics = verdict.allMetrics.find((one) => one.name === name)
    return [toCode(name), toMarkdown(shown), ...(metrics === undefined ? Array(6).fill('–') : toNumbers(metrics))]
  })
  const from = plan?.reactTo === 'rebalance' || plan?.mode === 'rebalance' ? 'recommendation' : 'notice'
  const limits = `Every ${toIso(rules.intervalMs)}, time-out ${toIso(rules.timeoutMs)}. Allowed: at least ${rules.minAvailability} % from the ${from} on, an outage of at most ${toWords(rules.maxOutageMs)} from the start on, recovery within ${toWords(rules.observeMs + rules.recoveryMs)}. Before, during and after the interruption: how long healthy answers took, p50 / p95 / p99 in ms. Unknown checks count for nothing: their answers came from a cache, or the runner was paused.`
  return `### Probes\n\n${markdownTable([head, ...rows])}\n\n${limits}`
}

function toNumbers(metrics: ProbeMetrics): readonly string[] {
  const { availability, healthy, failed, unknown, longestOutageMs, outages, recovered, recoveryMs, latency } = metrics
  const known = availability === undefined ? 'no known check' : `${toPercent(availability)} of ${healthy + failed}`
  const share = unknown === 0 ? known : `${known}, ${unknown} unknown`
  const outage =
    outages.length === 0 ? 'none' : `${ceilSeconds(longestOutageMs)} s${outages.length > 1 ? ` (${outages.length} outages)` : ''}`
  const recovery = recoveryMs !== undefined ? `${ceilSeconds(recoveryMs)} s` : recovered === false ? 'not in time' : 'unknown'
  return [share, outage, recovery, ...[latency.before, latency.during, latency.after].map(toLatency)]
}

function toLatency(latency: Latency | undefined): string {
  return latency === undefined ? '–' : [latency.p50, latency.p95, latency.p99].map((ms) => Math.round(ms)).join(' / ')
}

/** What the strips show, from the first probe to the end of the judged time; undefined where nothing was probed. */
export function findSpan({ allSamples, verdict, timeline, plan }: Report): Span | undefined {
  const firsts = allSamples.flatMap(({ sentMs }) => (sentMs[0] === undefined ? [] : [sentMs[0]]))
  if (firsts.length === 0) return undefined
  const untilMs = verdict.window?.untilMs ?? timeline.findLast(({ kind }) => kind === 'probed')?.atMs ?? 0
  const fromMs = Math.min(...firsts)
  const beats = Math.floor((untilMs - fromMs) / (plan?.probeRules?.intervalMs ?? 1))
  return { fromMs, untilMs, columns: Math.max(1, Math.min(MAX_COLUMNS, beats)) }
}

/** Availability and latency of every probe over time, below the signals: what came after what can be seen at once. */
export function renderStrips(report: Report): string {
  const span = findSpan(report)
  if (span === undefined) return ''
  const width = Math.max(7, ...report.allSamples.map(({ name }) => name.length))
  const rows = report.allSamples.flatMap((samples) => {
    const cells = toCells(samples, span)
    const slowestMs = Math.max(0, ...cells.map((cell) => cell.slowestMs ?? 0))
    return [
      `${samples.name.padEnd(width)} ${renderSquares(cells)}`,
      `${''.padEnd(width)} ${renderBars(cells, slowestMs)} up to ${Math.round(slowestMs)} ms`,
    ]
  })
  const phases = `${'phase'.padEnd(width)} ${renderPhases(toPhases(report), span)}`
  const column = toWords(Math.round((span.untilMs - span.fromMs) / span.columns))
  return [
    '### Availability and latency',
    '',
    `\`\`\`text\n${[phases, ...rows].join('\n')}\n\`\`\``,
    '',
    `🟦 before the start · 🟪 recommendation out · 🟧 notice out · 🟫 first target going · ⬛ last target left · 🟩 healthy · 🟨 in part · 🟥 down · 🔳 unknown · ⬜ no check; a column is ${column}, the bars are the slowest healthy answer in it`,
  ].join('\n')
}

/** In the order of time; squares again, because signs of other kinds do not have the same width everywhere. */
function toPhases({ start, plan, outcomes, verdict }: Report): readonly { sign: string; fromMs: number }[] {
  if (start === undefined || plan === undefined) return []
  const recommended = { sign: '🟪', fromMs: start.ms }
  const due = readDue(plan, start)
  if (due === undefined) return [recommended]
  const left = Math.min(...outcomes.map(({ leftMs }) => leftMs ?? Number.POSITIVE_INFINITY))
  const lastLeft = verdict.window?.leftMs ?? Number.POSITIVE_INFINITY
  const notice = { sign: '🟧', fromMs: due.noticeMs }
  return [recommended, notice, { sign: '🟫', fromMs: left }, { sign: '⬛', fromMs: lastLeft }].toSorted((a, b) => a.fromMs - b.fromMs)
}
