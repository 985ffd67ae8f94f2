import { countUntil, FAILED, HEALTHY, type Samples } from '../model/probes/samples.ts'

/** One column of a strip: the checks sent in its time. `slowestMs` is that of the healthy ones. */
export type Cell = {
  readonly healthy: number
  readonly failed: number
  readonly unknown: number
  readonly slowestMs: number | undefined
}

/** The stretch of time that a strip shows, in monotonic milliseconds, and in how many columns. */
export type Span = { readonly fromMs: number; readonly untilMs: number; readonly columns: number }

/** The checks of one probe, counted by column. */
export function toCells({ sentMs, tookMs, states }: Samples, { fromMs, untilMs, columns }: Span): readonly Cell[] {
  const width = Math.max(1, untilMs - fromMs) / columns
  return Array.from({ length: columns }, (_, column) => {
    const from = column === 0 ? 0 : countUntil(sentMs, fromMs + column * width)
    const until = countUntil(sentMs, column === columns - 1 ? untilMs : fromMs + (column + 1) * width)
    return toCell(tookMs.subarray(from, until), states.subarray(from, until))
  })
}

function toCell(tookMs: Float32Array, states: Uint8Array): Cell {
  const took = tookMs.filter((_, at) => states[at] === HEALTHY)
  const healthy = took.length
  const failed = states.reduce((count, state) => (state === FAILED ? count + 1 : count), 0)
  const slowestMs = healthy === 0 ? undefined : took.reduce((most, ms) => Math.max(most, ms), 0)
  return { healthy, failed, unknown: states.length - healthy - failed, slowestMs }
}

const BARS = '▁▂▃▄▅▆▇█'

/** Availability as squares, because all emoji have one width. Where nothing failed, one unknown check is enough for its own square. */
export function renderSquares(cells: readonly Cell[]): string {
  return cells.map(toSquare).join('')
}

function toSquare({ healthy, failed, unknown }: Cell): string {
  if (failed > 0) return healthy === 0 ? '🟥' : '🟨'
  if (unknown > 0) return '🔳'
  return healthy > 0 ? '🟩' : '⬜'
}

/** Latency as bars, two characters a column as wide as one square, up to the slowest answer; blank where none was healthy. */
export function renderBars(cells: readonly Cell[], slowestMs: number): string {
  return cells
    .map(({ slowestMs: ms }) => {
      if (ms === undefined) return '  '
      const at = Math.min(BARS.length - 1, Math.floor((ms / Math.max(1, slowestMs)) * BARS.length))
      return (BARS[at] ?? ' ').repeat(2)
    })
    .join('')
}

/** What was going on in each column: the last of the phases that had begun by its end. */
export function renderPhases(
  phases: readonly { readonly sign: string; readonly fromMs: number }[],
  { fromMs, untilMs, columns }: Span,
): string {
  const width = (untilMs - fromMs) / columns
  const row = Array.from({ length: columns }, (_, column) => {
    return phases.findLast((phase) => phase.fromMs < fromMs + (column + 1) * width)?.sign ?? '🟦'
  })
  return row.join('')
}
