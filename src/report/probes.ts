import { toWords } from '../model/duration.ts'
import type { Latency, ProbeMetrics } from '../model/probes/metrics.ts'
import type { ProbeRules } from '../model/probes/probe.ts'
import { toPercent } from '../model/verdict/rounding.ts'
import { toMarkdown } from './escape.ts'
import { describeOutage, describeRecovery, toState } from './figures.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'
import { renderLatency } from './strips.ts'
import { type Cell, renderDetails, renderTable } from './table.ts'

/** The figures of the probes, one row for each, then (folded) their addresses and how long their answers took; '' if none was measured. */
export function renderProbes(report: Report): string {
  const { verdict, plan } = report
  const rules = plan?.probeRules
  if (rules === undefined || verdict.window === undefined) return ''
  const rows = rules.probes.map(({ name }) => [{ id: name }, ...toFigures(report, name)])
  const table = renderTable(['Probe', 'Availability', 'Longest outage', 'Recovery'], rows)
  return ['### Probes', table, renderDetails('Addresses, checks and latency', renderAnswers(report, rules))].join('\n\n')
}

function toFigures(report: Report, name: string): readonly string[] {
  const metrics = findMetrics(report, name)
  const states = (['availability', 'outage', 'recovery'] as const).map((figure) => toState(report, figure, name))
  const [availability = 'unknown', outage = 'unknown', recovery = 'unknown'] = states
  const values = [
    metrics?.availability === undefined ? 'unknown' : toPercent(metrics.availability),
    metrics === undefined ? 'unknown' : toOutages(metrics),
    describeRecovery(metrics?.recoveryMs, recovery),
  ]
  return [availability, outage, recovery].map(
    (state, at) => `${toSign(state, report.rehearsal)}&nbsp;${values[at]?.replaceAll(' ', '&nbsp;')}`,
  )
}

function toOutages({ outages, longestOutageMs }: ProbeMetrics): string {
  return `${describeOutage(longestOutageMs)}${outages.length > 1 ? ` (${outages.length} outages)` : ''}`
}

function renderAnswers(report: Report, rules: ProbeRules): string {
  const rows = rules.probes.map(({ name, shown }) => {
    const metrics = findMetrics(report, name)
    const { before, during, after } = metrics?.latency ?? {}
    return [{ id: name }, toMarkdown(shown), metrics === undefined ? '–' : toChecks(metrics), ...[before, during, after].map(toLatency)]
  })
  const { intervalMs, timeoutMs } = rules
  const from = report.plan?.reactTo === 'rebalance' || report.plan?.mode === 'rebalance' ? 'rebalance recommendation' : 'notice'
  const notes = [
    `A check is sent every ${toWords(intervalMs)} and fails after ${toWords(timeoutMs)} without an answer.`,
    `Availability counts from the ${from} on, outages count from the start of the experiment on.`,
    'Before, during and after the interruption: how many milliseconds healthy answers took, as p50 / p95 / p99. The bars show the slowest of them over time.',
    'Nobody knows what an unknown check says: its answer came from a cache, or the runner was paused.',
  ]
  const table = renderTable(['Probe', 'Address', 'Checks', 'Before', 'During', 'After'], rows)
  return [table, renderLatency(report), notes.join(' ')].filter((part) => part !== '').join('\n\n')
}

function findMetrics({ verdict }: Report, name: string): ProbeMetrics | undefined {
  return verdict.allMetrics.find((one) => one.name === name)
}

function toChecks({ healthy, failed, unknown }: ProbeMetrics): Cell {
  const counts = [`${healthy} healthy`, ...(failed === 0 ? [] : [`${failed} failed`]), ...(unknown === 0 ? [] : [`${unknown} unknown`])]
  return counts.join(', ')
}

function toLatency(latency: Latency | undefined): string {
  return latency === undefined ? '–' : [latency.p50, latency.p95, latency.p99].map((ms) => Math.round(ms)).join(' / ')
}
