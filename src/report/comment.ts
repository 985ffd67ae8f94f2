import { markdownTable } from 'markdown-table'
import { toWords } from '../model/duration.ts'
import type { Reason } from '../model/verdict/reasons.ts'
import { ceilSeconds, toPercent } from '../model/verdict/rounding.ts'
import type { VerdictWord } from '../model/verdict/service.ts'
import { cut, toCode, toMarkdown } from './escape.ts'
import { toPublic, toPublicReasons } from './public.ts'
import type { Report } from './report.ts'

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
    `${toMarker(context.marker)}\n### ${toTitle(report, context)}`,
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

const TITLES: Readonly<Record<VerdictWord, string>> = {
  survived: '✅ Survived',
  'not-survived': '❌ Not survived',
  inconclusive: '⚠️ Inconclusive',
  'not-judged': '⚪ Not judged',
}

/** A rehearsal and a dry run have a sign and a word of their own, so that neither looks like a pass. */
function toTitle({ verdict, result }: Report, { dryRun, rehearsal }: CommentContext): string {
  if (dryRun) return `🔍 Dry run ${result.pass ? 'without findings' : 'failed'}`
  if (rehearsal) return `🧪 Rehearsal, not AWS: ${result.pass || verdict.word !== 'not-judged' ? verdict.word : 'failed'}`
  if (result.pass || verdict.word === 'not-survived' || verdict.word === 'inconclusive') return TITLES[verdict.word]
  return verdict.word === 'survived' ? '❌ Failed, though survived' : '❌ Failed'
}

function renderReasons(report: Report): string {
  const reasons = toPublicReasons(report)
  const shown = reasons.slice(0, MOST_REASONS).map((reason) => `- ${toMarkdown(cut(reason, LONGEST_REASON))}`)
  return [...shown, ...(reasons.length > MOST_REASONS ? [`- and ${reasons.length - MOST_REASONS} more`] : [])].join('\n')
}

type Mark = 'kept' | 'broken' | 'not known'
type Figure = { readonly name: string; readonly text: string; readonly mark: Mark }

const SIGNS: Readonly<Record<Mark, string>> = { kept: '✅', broken: '❌', 'not known': '⚠️' }

/** A dry run has no figures; those of a rehearsal have words in place of the signs. */
function renderFigures(report: Report, context: CommentContext): string {
  const figures = context.dryRun ? [] : [...toTargets(report), ...toProbes(report)]
  if (figures.length === 0) return ''
  const cells = figures.map(({ text, mark }) => `${context.rehearsal ? `${mark}:` : SIGNS[mark]} ${text}`)
  return markdownTable([figures.map(({ name }) => name), cells])
}

function toTargets({ outcomes, plan }: Report): readonly Figure[] {
  if (outcomes.length === 0 || plan?.mode !== 'interruption') return []
  const landed = outcomes.filter((one) => one.landed).length
  return [{ name: 'Interrupted', text: `${landed} of ${outcomes.length}`, mark: landed === outcomes.length ? 'kept' : 'not known' }]
}

/** The worst of all probes, each figure against its limit. */
function toProbes({ plan, verdict }: Report): readonly Figure[] {
  const rules = plan?.probeRules
  if (rules === undefined || verdict.window === undefined) return []
  const { availability, longestOutageMs = 0, recoveryMs } = verdict
  const has = (...kinds: readonly Reason['kind'][]) => [...verdict.red, ...verdict.open].some(({ kind }) => kinds.includes(kind))
  const mark = (broken: Reason['kind'], ...unknown: readonly Reason['kind'][]): Mark =>
    has(broken) ? 'broken' : has('cut-short', ...unknown) ? 'not known' : 'kept'
  const few = ['few-checks', 'missing-checks'] as const
  const longestRecoveryMs = rules.observeMs + rules.recoveryMs
  return [
    {
      name: 'Availability',
      text: `${availability === undefined ? '–' : toPercent(availability)} (at least ${rules.minAvailability} %)`,
      mark: mark('availability', 'unknown-availability', ...few),
    },
    {
      name: 'Longest outage',
      text: `${toSeconds(longestOutageMs)} (at most ${toSeconds(rules.maxOutageMs)})`,
      mark: mark('outage', 'unknown-outage', ...few),
    },
    {
      name: 'Recovery',
      text: `${recoveryMs === undefined ? '–' : toSeconds(recoveryMs)} (at most ${toSeconds(longestRecoveryMs)})`,
      mark: mark('no-recovery', 'unknown-recovery', ...few),
    },
  ]
}

/** Whole seconds, rounded up. */
function toSeconds(ms: number): string {
  return toWords(ceilSeconds(ms) * 1000)
}

function renderFoot({ url, key, commit }: CommentContext): string {
  const run = url === '' ? '' : `[All of the run](${url.replace(/[\s()<>]/g, encodeURIComponent)})`
  return [run, toCode(cut(toPublic(key), LONGEST_KEY)), commit === '' ? '' : `commit ${commit.slice(0, 7)}`]
    .filter((part) => part !== '')
    .join(' · ')
}
