import { markdownTable } from 'markdown-table'
import { partitionOf } from '../model/arn.ts'
import { toIso, toWords } from '../model/duration.ts'
import type { VerdictWord } from '../model/verdict/service.ts'
import { toCode, toMarkdown } from './escape.ts'
import { renderGantt } from './gantt.ts'
import { renderDryRun } from './permissions.ts'
import { renderProbes, renderStrips } from './probes.ts'
import { toRehearsalNote } from './rehearsal.ts'
import type { Report } from './report.ts'

/** GitHub drops a summary above 1 MiB whole; a good margin below it. */
const MAX_BYTES = 900_000
const LONGEST_TEXT = 4000
const LONGEST_TITLE = 100_000
const MAX_WARNINGS = 20

/**
 * The job summary: verdict and reason in the first line, then targets, timeline, probes, and what was made and cleaned up. Where it would
 * be too large for GitHub, which drops such a summary whole, parts are left out, the least needed first.
 */
export function renderSummary(report: Report): string {
  const links = renderLinks(report)
  const made = renderMade(report)
  const dryRun = renderDryRun(report.timeline)
  if (dryRun !== '') return `${[renderHead(report), dryRun, links].join('\n\n').slice(0, MAX_BYTES / 4)}\n`
  const parts = [renderHead(report), renderTargets(report), renderTimeline(report), renderStrips(report), renderProbes(report), made, links]
  const dropped = [3, 2, 6, 1, 4, 5]
  for (let count = 0; count <= dropped.length; count++) {
    const out = new Set(dropped.slice(0, count))
    const note = count === 0 ? '' : 'The rest of this summary would be too large for GitHub; log and report have it all.'
    const whole = `${[...parts.filter((_, at) => !out.has(at)), note].filter((part) => part !== '').join('\n\n')}\n`
    if (Buffer.byteLength(whole) <= MAX_BYTES) return whole
  }
  return `${renderTitle(report).slice(0, LONGEST_TITLE)}\n`
}

const WORDS: Readonly<Record<VerdictWord, { readonly mark: string; readonly title: string }>> = {
  survived: { mark: '✅', title: 'Survived' },
  'not-survived': { mark: '❌', title: 'Not survived' },
  inconclusive: { mark: '⚠️', title: 'Inconclusive' },
  'not-judged': { mark: '✅', title: 'Passed' },
}

/** Verdict and its reason. A run can fail although the service survived, and for that reason alone it is no success. */
function renderTitle({ result, verdict, rehearsal }: Report): string {
  const note = toRehearsalNote(rehearsal)
  const { mark, title } = WORDS[verdict.word]
  if (!result.pass && verdict.word === 'not-judged') return `## ❌ Failed${note}: ${toSafe(result.text)}`
  if (!result.pass && verdict.word === 'survived') return `## ❌ Failed, though the service survived${note}: ${toSafe(result.text)}`
  return `## ${mark} ${title}${note}: ${toSafe(verdict.word === 'not-judged' ? result.text : `${verdict.why.join('; ')}.`)}`
}

function toSafe(text: string): string {
  return toMarkdown(cut(text, LONGEST_TEXT))
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)} …` : text
}

function renderHead(report: Report): string {
  const { result, verdict, plan, experiment, elapsedMs, warnings } = report
  const lines = [renderTitle(report)]
  // The title has the reason of the verdict; what happened to the experiment is not in it.
  if (verdict.word !== 'not-judged') lines.push('', toSafe(result.landing ?? result.text))
  if (result.hint !== '') lines.push('', toMarkdown(result.hint))
  lines.push(...warnings.slice(0, MAX_WARNINGS).map((warning) => `\n> ⚠ ${toMarkdown(cut(warning, LONGEST_TEXT))}`))
  if (warnings.length > MAX_WARNINGS) lines.push(`\n> ⚠ ${warnings.length - MAX_WARNINGS} more warnings are in the log`)
  if (plan === undefined) return lines.join('\n')
  const facts = [
    ['Region', plan.region],
    ['Mode', plan.mode === 'interruption' ? `interruption, ${toIso(plan.durationMs)}` : 'rebalance'],
    [
      'Experiment',
      experiment === undefined
        ? 'not started'
        : `${experiment.id}: ${experiment.status}${elapsedMs === undefined ? '' : ` after ${toWords(elapsedMs)}`}`,
    ],
    ...(experiment?.reason ? [['FIS says', cut(experiment.reason, LONGEST_TEXT)]] : []),
  ]
  const cells = facts.map(([name = '', value = '']) => [name, toMarkdown(value)])
  return [...lines, '', markdownTable([['', ''], ...cells])].join('\n')
}

function renderTargets({ outcomes }: Report): string {
  if (outcomes.length === 0) return ''
  const rows = outcomes.map(({ id, outcome, evidence, state, leftAt }) => [
    toCode(id),
    outcome,
    evidence === '' ? '–' : toMarkdown(evidence),
    state === '' ? '–' : toMarkdown(state),
    leftAt === undefined ? '–' : `${leftAt.toISOString().slice(11, 19)} UTC`,
  ])
  return `### Targets\n\n${markdownTable([['Instance', 'Outcome', 'Evidence', 'State', 'Left'], ...rows])}`
}

function renderTimeline(report: Report): string {
  const gantt = renderGantt(report)
  return gantt === undefined ? '' : `### Timeline\n\n\`\`\`mermaid\n${gantt}\n\`\`\``
}

function renderMade({ role, templateId, experiment, removed, kept, left }: Report): string {
  const rows: string[][] = []
  const fate = (id: string) =>
    removed.some((one) => one.id === id) ? 'removed' : left.some((one) => one.id === id) ? 'LEFT BEHIND' : 'removed later, in the post step'
  if (templateId !== '') rows.push(['Template', toCode(templateId), fate(templateId)])
  if (experiment !== undefined)
    rows.push(['Experiment', toCode(experiment.id), removed.some(({ id }) => id === experiment.id) ? 'stopped' : experiment.status])
  if (role !== undefined) rows.push(['Role', toCode(role.name), tellRole(role, { removed, kept })])
  if (rows.length === 0) return 'Nothing was created.'
  const commands = left.flatMap((one) => one.commands)
  const byHand =
    commands.length === 0
      ? ''
      : `\n\nStill there when this was written; the post step tries again. By hand:\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``
  return `### Created and cleaned up\n\n${markdownTable([['', 'Id', 'Now'], ...rows])}${byHand}`
}

function tellRole(role: NonNullable<Report['role']>, { removed, kept }: Pick<Report, 'removed' | 'kept'>): string {
  if (removed.some(({ id }) => id === role.name)) return 'created by this run, deleted'
  if (kept.some(({ id }) => id === role.name)) return 'created by this run, kept (`delete-role: true` deletes it)'
  if (role.origin === 'created') return 'created by this run, deleted later, in the post step'
  return role.origin === 'given'
    ? 'given, not touched'
    : role.origin === 'mended'
      ? 'was there before, its policy was mended'
      : 'was there before, not touched'
}

const CONSOLE: Readonly<Record<string, string>> = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' }

/** None of a rehearsal: the console would show another experiment, or none. */
function renderLinks({ plan, experiment, rehearsal }: Report): string {
  if (plan === undefined || rehearsal) return ''
  const { region } = plan
  const host = `https://${region}.${CONSOLE[partitionOf(region)] ?? 'console.aws.amazon.com'}`
  const fis =
    experiment === undefined
      ? ''
      : `[The experiment in the FIS console](${host}/fis/home?region=${region}#Experiments/${encodeURIComponent(experiment.id)}) · `
  if (plan.instanceIds.length === 0) return ''
  const instances = plan.instanceIds.map(encodeURIComponent).join(',')
  return `${fis}[The instances in the EC2 console](${host}/ec2/home?region=${region}#Instances:instanceId=${instances})`
}
