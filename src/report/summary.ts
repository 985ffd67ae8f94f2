import { toMarkdown } from './escape.ts'
import { toFigures } from './figures.ts'
import { renderGantt } from './gantt.ts'
import { renderDryRun } from './permissions.ts'
import type { Report } from './report.ts'
import { renderResources } from './resources.ts'
import { renderRun } from './run-data.ts'
import { toSign } from './signs.ts'
import { renderDetails } from './table.ts'
import { renderTargets } from './targets.ts'
import { describeFailure, isUnbegun, toTitle, toTitleSign } from './title.ts'

/** GitHub drops a whole summary above 1 MiB; this leaves a margin. */
const MAX_BYTES = 900_000
const LONGEST_TEXT = 4000
const MAX_WARNINGS = 20
/** More warnings than this are folded. */
const MAX_OPEN_WARNINGS = 3
/** The tables have all reasons; the sentence at the top has the first ones. */
const MAX_REASONS = 3

/**
 * A part of the summary below its head; '' if the run has nothing for it. The lowest place is shown first. If space is short, the lowest
 * rank is left out first.
 */
export type Section = { readonly place: number; readonly rank: number; readonly render: (report: Report) => string }

/** The sections of every run. To add a section, add a line here or in judged.ts. */
const SECTIONS: readonly Section[] = [
  { place: 40, rank: 5, render: renderTargets },
  { place: 50, rank: 2, render: renderTimeline },
  { place: 60, rank: 8, render: ({ timeline }) => renderDryRun(timeline) },
  { place: 70, rank: 4, render: renderResources },
  { place: 80, rank: 1, render: renderRun },
]

/**
 * The job summary: the verdict, the figures with their limits, and the reason; then everything else. If it would be too large for GitHub,
 * which drops such a summary as a whole, sections are left out by their rank.
 *
 * @param judged the sections of a run whose service is judged
 */
export function renderSummary(report: Report, judged: readonly Section[] = []): string {
  const head = renderHead(report)
  const sections = [...SECTIONS, ...judged].toSorted((a, b) => a.place - b.place)
  const parts = sections.map(({ rank, render }) => ({ rank, text: render(report) })).filter(({ text }) => text !== '')
  const ranks = [0, ...parts.map(({ rank }) => rank).toSorted((a, b) => a - b)]
  for (const lowest of ranks) {
    const kept = parts.filter(({ rank }) => rank > lowest).map(({ text }) => text)
    const note = lowest === 0 ? [] : ['The rest of this summary would be too large for GitHub. The log and the report have all of it.']
    const whole = `${[...head, ...kept, ...note].join('\n\n')}\n`
    if (Buffer.byteLength(whole) <= MAX_BYTES) return whole
  }
  return `${head[0]}\n`
}

/** The title, the row of figures, the reason, and the warnings: each a block of Markdown. */
function renderHead(report: Report): readonly string[] {
  const { result, rehearsal } = report
  return [
    `## ${toTitleSign(report)} ${toTitle(report)}`,
    renderFigures(report),
    ...toReasons(report).map((text) => toMarkdown(cut(text))),
    result.hint === '' ? '' : `**What to do:** ${toMarkdown(cut(result.hint))}`,
    rehearsal ? '> ⚠️ **Rehearsal, not AWS.** The calls went to a simulated AWS: nothing real was interrupted, and nothing is proved.' : '',
    renderWarnings(report),
  ].filter((text) => text !== '')
}

/** One row: each figure with its sign, above its limit. Heads and limits are small, so that four columns fit on a phone. */
function renderFigures(report: Report): string {
  const figures = toFigures(report)
  if (figures.length === 0) return ''
  const cells = figures.map(({ state, value, limit }) => {
    return `${toSign(state, report.rehearsal)} **${unbroken(value)}**<br><sub>${unbroken(limit)}</sub>`
  })
  const heads = figures.map(({ name }) => `<sub>${name}</sub>`)
  return [heads, figures.map(() => '---'), cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '&nbsp;')
}

/** The reason of the verdict in one sentence and, if the run failed, what happened to the experiment. */
function toReasons(report: Report): readonly string[] {
  const { verdict, result, plan } = report
  if (verdict.why.length === 0 || isUnbegun(verdict)) return [result.text]
  const more = verdict.why.length - MAX_REASONS
  const why = `${verdict.why.slice(0, MAX_REASONS).join('; ')}${more > 0 ? `; and ${more} more reasons below` : ''}.`
  const judged = [...(plan?.probeRules?.probes ?? []), ...(plan?.capacityRules?.capacities ?? [])]
  const isName = judged.some(({ name }) => why.startsWith(name))
  const sentence = isName ? why : why.charAt(0).toUpperCase() + why.slice(1)
  return describeFailure(report) === '' ? [sentence] : [sentence, result.landing ?? result.text]
}

function renderWarnings({ warnings }: Report): string {
  const lines = warnings.slice(0, MAX_WARNINGS).map((warning) => `> ⚠️ ${toMarkdown(cut(warning))}`)
  const more = warnings.length - MAX_WARNINGS
  if (more > 0) lines.push(`> ⚠️ The log has ${more} more warnings.`)
  const text = lines.join('\n>\n')
  return lines.length > MAX_OPEN_WARNINGS ? renderDetails(`⚠️ ${warnings.length} warnings`, text) : text
}

function renderTimeline(report: Report): string {
  const gantt = renderGantt(report)
  return gantt === undefined ? '' : `### Timeline\n\n\`\`\`mermaid\n${gantt}\n\`\`\``
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} …` : text
}
