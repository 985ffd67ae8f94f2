import { countUntil, FAILED, HEALTHY, type Samples } from '../model/probes/samples.ts'
import type { Report } from './report.ts'

/** One column of a strip: the checks that were sent in its time. `slowestMs` is the slowest healthy answer. */
export type StripColumn = {
  readonly healthy: number
  readonly failed: number
  readonly unknown: number
  readonly slowestMs: number | undefined
}

/** The time that a strip shows, in monotonic milliseconds, and its number of columns. */
export type Span = { readonly fromMs: number; readonly untilMs: number; readonly columns: number }

/** The time from the first check to the end of the judged time, in at most `mostColumns` columns; undefined without checks. */
export function findSpan({ allSamples, verdict, timeline, plan }: Report, mostColumns: number): Span | undefined {
  const firsts = allSamples.flatMap(({ sentMs }) => (sentMs[0] === undefined ? [] : [sentMs[0]]))
  if (firsts.length === 0) return undefined
  const untilMs = verdict.window?.untilMs ?? timeline.findLast(({ kind }) => kind === 'probed')?.atMs ?? 0
  const fromMs = Math.min(...firsts)
  const beats = Math.floor((untilMs - fromMs) / (plan?.probeRules?.intervalMs ?? 1))
  return { fromMs, untilMs, columns: Math.max(1, Math.min(mostColumns, beats)) }
}

/** The checks of one probe, counted by column. */
export function toCells({ sentMs, tookMs, states }: Samples, { fromMs, untilMs, columns }: Span): readonly StripColumn[] {
  const width = Math.max(1, untilMs - fromMs) / columns
  return Array.from({ length: columns }, (_, column) => {
    const from = column === 0 ? 0 : countUntil(sentMs, fromMs + column * width)
    const until = countUntil(sentMs, column === columns - 1 ? untilMs : fromMs + (column + 1) * width)
    return toCell(tookMs.subarray(from, until), states.subarray(from, until))
  })
}

function toCell(tookMs: Float32Array, states: Uint8Array): StripColumn {
  const took = tookMs.filter((_, at) => states[at] === HEALTHY)
  const healthy = took.length
  const failed = states.reduce((count, state) => (state === FAILED ? count + 1 : count), 0)
  const slowestMs = healthy === 0 ? undefined : took.reduce((most, ms) => Math.max(most, ms), 0)
  return { healthy, failed, unknown: states.length - healthy - failed, slowestMs }
}
