import { markdownTable } from 'markdown-table'
import { cut, toCode, toMarkdown } from './escape.ts'
import { toFigures } from './figures.ts'
import { toPublic, toPublicReasons } from './public.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'
import { toTitle, toTitleSign } from './title.ts'

/** What a comment says beside the run's result. Texts are as the runner tells them. */
export type CommentContext = {
  /** Finds the comment again: no other job, and no other leg of it, has the same. 64 hex digits. */
  readonly marker: string
  /** Tells the comments of several jobs apart for people. */
  readonly key: string
  /** The page of the run; '' outside of GitHub. */
  readonly url: string
  /** The commit that the run is of; '' where it is not known. */
  readonly commit: string
  readonly dryRun: boolean
  readonly rehearsal: boolean
}

const MOST_REASONS = 3
const LONGEST_REASON = 300
const LONGEST_KEY = 80

/** What a comment of this job begins with; nobody sees it. */
export function toMarker(marker: string): string {
  return `<!-- spot-interrupt ${marker} -->`
}

/**
 * The comment on a pull request: verdict, figures against their limits, and the link to the run. No instance ids, account ids, addresses
 * or hosts, because whoever may read the pull request reads it.
 */
export function renderComment(report: Report, context: CommentContext): string {
  const parts = [
    `${toMarker(context.marker)}\n### ${toHeading(report, context)}`,
    isReal(context) ? '' : 'Nothing real was interrupted.',
    renderReasons(report),
    renderFigures(report, context),
    renderFoot(context),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function isReal({ dryRun, rehearsal }: CommentContext): boolean {
  return !dryRun && !rehearsal
}

/**
 * That of the summary. What judges nothing has a sign of its own, and a dry run has words of its own: here, people look for a verdict, and
 * neither should look like one.
 */
function toHeading(report: Report, { dryRun, rehearsal }: CommentContext): string {
  if (dryRun) return `🔍 Dry run ${report.result.pass ? 'without findings' : 'failed'}`
  const run = { ...report, rehearsal }
  const isPlain = report.verdict.word === 'not-judged' && report.result.pass && !rehearsal
  return `${isPlain ? '⚪' : toTitleSign(run)} ${toTitle(run)}`
}

function renderReasons(report: Report): string {
  const reasons = toPublicReasons(report)
  const shown = reasons.slice(0, MOST_REASONS).map((reason) => `- ${toMarkdown(cut(reason, LONGEST_REASON))}`)
  return [...shown, ...(reasons.length > MOST_REASONS ? [`- and ${reasons.length - MOST_REASONS} more`] : [])].join('\n')
}

/** The figures of the summary; a dry run has none. */
function renderFigures(report: Report, { dryRun, rehearsal }: CommentContext): string {
  const figures = dryRun ? [] : toFigures(report)
  if (figures.length === 0) return ''
  const cells = figures.map(({ state, value, limit }) => `${toSign(state, rehearsal)} ${value} (${limit})`)
  return markdownTable([figures.map(({ name }) => name), cells])
}

function renderFoot({ url, key, commit }: CommentContext): string {
  const run = url === '' ? '' : `[All of the run](${url.replace(/[\s()<>]/g, encodeURIComponent)})`
  return [run, toCode(cut(toPublic(key), LONGEST_KEY)), commit === '' ? '' : `commit ${commit.slice(0, 7)}`]
    .filter((part) => part !== '')
    .join(' · ')
}
