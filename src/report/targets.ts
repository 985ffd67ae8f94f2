import { toWords } from '../model/duration.ts'
import { isStartOpen } from '../model/verdict/cancelled.ts'
import type { Outcome, TargetOutcome } from '../model/verdict/outcome.ts'
import { toMarkdown } from './escape.ts'
import type { Report } from './report.ts'
import { type State, toSign } from './signs.ts'
import { type Cell, renderDetails, renderTable } from './table.ts'
import { describeFailure } from './title.ts'

/** This many targets are shown without folding. */
const MAX_OPEN = 3
const HEADS = ['Instance', 'Outcome', 'Left after', 'Evidence']

/**
 * One line for each target; '' if no experiment can have been started, because no target was polled then. If there are many, those with the
 * same outcome are folded, except for failed ones.
 */
export function renderTargets(report: Report): string {
  const { outcomes } = report
  if (outcomes.length === 0 || !isStartOpen(report.timeline)) return ''
  const lead = toLead(report)
  return ['### Targets', ...(lead === '' ? [] : [toMarkdown(lead)]), ...renderGroups(report)].join('\n\n')
}

/** One sentence on the targets, if neither the head of the summary nor the outcomes show what happened. */
function toLead(report: Report): string {
  const { outcomes, result, verdict } = report
  const [first] = outcomes
  const isShown = verdict.why.length === 0 || describeFailure(report) !== ''
  return isShown || first === undefined || toTargetState(report, first) !== undefined ? '' : (result.landing ?? '')
}

function renderGroups(report: Report): readonly string[] {
  const { outcomes } = report
  const toTable = (some: readonly TargetOutcome[]) =>
    renderTable(
      HEADS,
      some.map((one) => toRow(report, one)),
    )
  if (outcomes.length <= MAX_OPEN) return [toTable(outcomes)]
  const groups = Map.groupBy(outcomes, ({ outcome, landed }) => `${outcome}${landed}`)
  const isOpen = (group: readonly TargetOutcome[]) => group.length <= MAX_OPEN
  const open = [...groups.values()].filter(isOpen).flat()
  const folded = [...groups.values()].filter((group) => !isOpen(group))
  return [...(open.length === 0 ? [] : [toTable(open)]), ...folded.map((group) => renderDetails(toHead(report, group), toTable(group)))]
}

/** `✅ 11 interrupted, after 2m 1s to 2m 5s` */
function toHead(report: Report, group: readonly TargetOutcome[]): string {
  const [first] = group
  if (first === undefined) return ''
  const times = group.flatMap((one) => toLeftMs(report, one) ?? [])
  const [from, to] = [Math.min(...times), Math.max(...times)].map(toWords)
  const when = times.length === 0 ? '' : `, after ${from === to ? from : `${from} to ${to}`}`
  return `${toMark(report, first)}<b>${group.length} ${first.outcome}</b>${when}`
}

function toRow(report: Report, target: TargetOutcome): readonly Cell[] {
  const { id, outcome, evidence, state, leftAt } = target
  const leftMs = toLeftMs(report, target)
  const after = leftMs === undefined ? [] : [toWords(leftMs).replaceAll(' ', '&nbsp;')]
  const clock = leftAt === undefined ? [] : [`${leftAt.toISOString().slice(11, 19)}&nbsp;UTC`]
  const notes = [state, evidence].filter((note) => note !== '').map(toMarkdown)
  return [
    { id },
    `${toMark(report, target)}${outcome}`,
    [...after, ...clock].join('<br>') || '–',
    notes.length === 0 ? '–' : notes.join('; '),
  ]
}

function toLeftMs({ start }: Report, { leftMs }: TargetOutcome): number | undefined {
  return start === undefined || leftMs === undefined ? undefined : leftMs - start.ms
}

const CERTAIN: readonly Outcome[] = ['running', 'ended-early']

/** Whether a target is as required; undefined if nothing is required, or if no experiment was started. */
export function toTargetState({ plan, experiment }: Report, { landed, outcome }: TargetOutcome): State | undefined {
  if (plan?.mode !== 'interruption' || plan.waitFor !== 'interruption' || plan.earlyStop || experiment === undefined) return undefined
  if (landed) return 'kept'
  return CERTAIN.includes(outcome) ? 'broken' : 'unknown'
}

function toMark(report: Report, target: TargetOutcome): string {
  const state = toTargetState(report, target)
  return state === undefined ? '' : `${toSign(state, report.rehearsal)}&nbsp;`
}
