import { toWords } from '../model/duration.ts'
import { readDue } from '../model/timeline/schedule.ts'
import type { Report } from './report.ts'
import { findSpan, type Span, type StripColumn, toCells } from './strip.ts'
import { renderDetails } from './table.ts'

/** This many columns fit on a phone. */
const MAX_COLUMNS = 18
/** If there are more probes than this, those that were always healthy are folded. */
const MAX_OPEN = 5

/**
 * The signs of a column, each with a different shape. All are emoji above U+FFFF, because these have one width, and text fonts do not
 * replace them.
 */
const HEALTHY = { sign: '🟩', words: 'healthy' }
const PART = { sign: '🔶', words: 'failed in part' }
const DOWN = { sign: '🔴', words: 'down' }
const UNKNOWN = { sign: '🔳', words: 'unknown' }
const NONE = { sign: '🔹', words: 'no check' }
const NOTHING = { sign: '🔹', words: '' }

type Mark = typeof HEALTHY

type Row = { readonly name: string; readonly marks: readonly Mark[] }

/** The checks of every probe over time, below the signals, so that their order is visible. '' without checks. */
export function renderStrips(report: Report): string {
  const span = findSpan(report, MAX_COLUMNS)
  if (span === undefined) return ''
  const signals = toSignals(report, span)
  const strips = report.allSamples.map((samples) => ({ name: samples.name, marks: toCells(samples, span).map(toMark) }))
  const isCalm = ({ marks }: Row) => strips.length > MAX_OPEN && marks.every((mark) => mark === HEALTHY)
  const calm = strips.filter(isCalm)
  const open = [...(signals === undefined ? [] : [{ name: 'signals', marks: signals }]), ...strips.filter((row) => !isCalm(row))]
  return [
    '### Checks over time',
    ...(open.length === 0 ? [] : [renderRows(open)]),
    ...(calm.length === 0 ? [] : [renderDetails(`${HEALTHY.sign} ${calm.length} probes, healthy all the time`, renderRows(calm))]),
    renderLegend([...open, ...calm], span),
  ].join('\n\n')
}

function renderRows(rows: readonly Row[]): string {
  return `\`\`\`text\n${rows.map(({ name, marks }) => `${name}\n${marks.map(({ sign }) => sign).join('')}`).join('\n')}\n\`\`\``
}

/** The legend of the signs that are shown. */
function renderLegend(rows: readonly Row[], { fromMs, untilMs, columns }: Span): string {
  const shown = new Set(rows.flatMap(({ marks }) => marks))
  const legend = ORDER.filter((mark) => shown.has(mark)).map(({ sign, words }) => `${sign} ${words}`.replaceAll(' ', '&nbsp;'))
  return [...legend, `a column is ${toWords(Math.round((untilMs - fromMs) / columns))}`].join(' · ')
}

/** The sign of a column. A failed check decides first, then an unknown one. */
export function toMark({ healthy, failed, unknown }: StripColumn): Mark {
  if (failed > 0) return healthy === 0 ? DOWN : PART
  if (unknown > 0) return UNKNOWN
  return healthy > 0 ? HEALTHY : NONE
}

const BARS = '▁▂▃▄▅▆▇█'

/** Bars for the slowest healthy answer in each column; blank if none was healthy. '' without checks. */
export function renderLatency(report: Report): string {
  const span = findSpan(report, MAX_COLUMNS)
  if (span === undefined) return ''
  const lines = report.allSamples.map((samples) => {
    const cells = toCells(samples, span)
    const slowestMs = Math.max(0, ...cells.map((cell) => cell.slowestMs ?? 0))
    return `${samples.name}, up to ${Math.round(slowestMs)} ms\n${renderBars(cells, slowestMs)}`
  })
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``
}

/** Two characters for each column, which are as wide as an emoji. */
export function renderBars(cells: readonly Pick<StripColumn, 'slowestMs'>[], slowestMs: number): string {
  const draw = (ms: number | undefined) => {
    const at = Math.min(BARS.length - 1, Math.floor(((ms ?? 0) / Math.max(1, slowestMs)) * BARS.length))
    return ms === undefined ? ' ' : (BARS[at] ?? ' ')
  }
  return cells.map(({ slowestMs: ms }) => draw(ms).repeat(2)).join('')
}

const RECOMMENDED = { sign: '📣', words: 'rebalance recommendation' }
const NOTICED = { sign: '🔔', words: 'interruption notice' }
const LAST_LEFT = { sign: '🏁', words: 'last target left' }
const LEFT = { sign: '💥', words: 'target left' }
const ORDER: readonly Mark[] = [RECOMMENDED, NOTICED, LEFT, LAST_LEFT, HEALTHY, PART, DOWN, UNKNOWN, NONE]

/** The signals in their columns. If two fall into one column, the later one of the list is shown. Undefined if no action started. */
function toSignals({ start, plan, outcomes }: Report, { fromMs, untilMs, columns }: Span): readonly Mark[] | undefined {
  if (start === undefined || plan === undefined) return undefined
  const left = outcomes.map(({ leftMs }) => leftMs ?? Number.POSITIVE_INFINITY)
  const moments = [
    { mark: RECOMMENDED, ms: start.ms },
    { mark: NOTICED, ms: readDue(plan, start)?.noticeMs },
    { mark: LAST_LEFT, ms: Math.max(...left) },
    { mark: LEFT, ms: Math.min(...left) },
  ]
  const row: Mark[] = Array(columns).fill(NOTHING)
  for (const { mark, ms } of moments) {
    const column = Math.floor(((ms ?? Number.POSITIVE_INFINITY) - fromMs) / ((untilMs - fromMs) / columns))
    if (column >= 0 && column < columns) row[column] = mark
  }
  return row
}
