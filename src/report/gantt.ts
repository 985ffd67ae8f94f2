import type { Finding } from '../model/finding.ts'
import type { Report } from './report.ts'

const NOTICE_MS = 120_000
/** More targets than this make a diagram nobody reads; the table has them all. */
const MAX_ROWS = 20

/**
 * The run as a Mermaid gantt in UTC, in the plain syntax that GitHub's Mermaid has had for years; undefined before any action started.
 * Ids only: free text would have to be escaped for Mermaid.
 */
export function renderGantt(report: Report): string | undefined {
  const { plan, start, experiment } = report
  if (plan === undefined || start === undefined) return undefined
  const t0 = start.at.getTime()
  const ends = report.findings.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [endedAt.getTime()]))
  const endAt = Math.max(t0 + 1000, experiment?.endAt?.getTime() ?? t0, ...ends)
  const signals = plan.mode === 'interruption' ? renderSignals(t0, plan.durationMs) : [milestone('recommendation', t0)]
  return [
    'gantt',
    '  dateFormat x',
    '  axisFormat %H:%M:%S',
    '  title Times in UTC',
    '  section FIS',
    bar('experiment', '', { from: t0, to: experiment?.endAt?.getTime() ?? endAt }),
    ...signals,
    '  section Targets',
    ...report.findings.slice(0, MAX_ROWS).flatMap((finding) => renderTarget(finding, t0, endAt)),
  ].join('\n')
}

function renderTarget({ id, outcome, leftAt, endedAt }: Finding, t0: number, endAt: number): readonly string[] {
  const left = (leftAt ?? endedAt)?.getTime() ?? endAt
  const up = bar(`${id} up`, '', { from: t0, to: left })
  if (endedAt === undefined) return [up]
  const tag = outcome === 'interrupted' || outcome === 'drained' ? 'done' : 'crit'
  return [up, bar(`${id} ${outcome}`, tag, { from: left, to: endedAt.getTime() })]
}

function renderSignals(t0: number, durationMs: number): readonly string[] {
  return [
    milestone('recommendation', t0),
    milestone('notice due', t0 + durationMs - NOTICE_MS),
    milestone('interruption due', t0 + durationMs),
  ]
}

function bar(name: string, tag: string, { from, to }: { from: number; to: number }): string {
  return `  ${name} :${tag === '' ? '' : `${tag}, `}${from}, ${Math.max(to, from + 1000)}`
}

function milestone(name: string, at: number): string {
  return `  ${name} :milestone, ${at}, 0s`
}
