import { markdownTable } from 'markdown-table'
import { cut, toCode, toMarkdown } from './escape.ts'
import { toFigures } from './figures.ts'
import { toPublic, toVerdictReasons } from './public.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'
import { toTitle, toTitleSign } from './title.ts'

/** What a comment shows in addition to the result of the run. Texts come from the runner unchanged. */
export type CommentContext = {
  /** 64 hex digits by which a later run finds the comment. No other job, and no other leg of the job, has the same. */
  readonly marker: string
  /** The text by which people tell the comments of several jobs apart. */
  readonly key: string
  /** The page of the run; '' outside of GitHub. */
  readonly url: string
  /** The commit of the run; '' if it is not known. */
  readonly commit: string
  readonly dryRun: boolean
}

const MOST_REASONS = 3
const LONGEST_REASON = 300
const LONGEST_KEY = 80
/** The sign of a dry run that found no problem, which is not a pass, either. */
const DRY_RUN = '🔍'

/** The invisible beginning of a comment of this job. */
export function toMarker(marker: string): string {
  return `<!-- spot-interrupt ${marker} -->`
}

/**
 * The comment on a pull request: the verdict, the figures with their limits, and the link to the run. It contains no instance ids, account
 * ids, addresses or hosts, because everybody who may read the pull request can read it.
 */
export function renderComment(report: Report, context: CommentContext): string {
  const isReal = !context.dryRun && !report.rehearsal
  const sign = context.dryRun && report.result.pass ? DRY_RUN : toTitleSign(report)
  const parts = [
    `${toMarker(context.marker)}\n### ${sign} ${toTitle(report)}`,
    isReal ? '' : 'Nothing real was interrupted.',
    renderReasons(report),
    renderFigures(report),
    renderFoot(context),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function renderReasons({ verdict }: Report): string {
  const reasons = toVerdictReasons(verdict)
  const shown = reasons.slice(0, MOST_REASONS).map((reason) => `- ${toMarkdown(cut(reason, LONGEST_REASON))}`)
  return [...shown, ...(reasons.length > MOST_REASONS ? [`- and ${reasons.length - MOST_REASONS} more`] : [])].join('\n')
}

function renderFigures(report: Report): string {
  const figures = toFigures(report)
  if (figures.length === 0) return ''
  const cells = figures.map(({ state, value, limit }) => `${toSign(state, report.rehearsal)} ${value} (${limit})`)
  return markdownTable([figures.map(({ name }) => name), cells])
}

function renderFoot({ url, key, commit }: CommentContext): string {
  const run = url === '' ? '' : `[All of the run](${url.replace(/[\s()<>]/g, encodeURIComponent)})`
  return [run, toCode(cut(toPublic(key), LONGEST_KEY)), commit === '' ? '' : `commit ${commit.slice(0, 7)}`]
    .filter((part) => part !== '')
    .join(' · ')
}
