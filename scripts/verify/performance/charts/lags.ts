/**
 * The delay with which the action notices a change: a tick for each run in simulated time, a ring for each run in real time, and both
 * medians.
 */
import type { TopLevelSpec } from 'vega-lite'
import { EXACT_KINDS, type LagFile, type LagKind, REAL_KINDS } from '../lag-shapes.ts'
import { toDay } from '../page-files.ts'
import { median } from '../statistics.ts'
import { type Chart, type Frame, type Theme, toConfig } from './theme.ts'

const PLOT_PX = 306
const ROW_PX = 54
const FRAME: Frame = { left: 124, top: 66, height: 66 + 6 * ROW_PX + 46 }
const DOMAIN: number[] = [0, 11]
const TICKS: number[] = [0, 1, 2, 4, 6, 8, 10]
const ORDER: Point['how'][] = ['exact', 'real']

/** The rows. `back` is three polls of a replacement, so it only follows from that row. */
const ROWS: readonly (readonly [LagKind, string])[] = [
  ['departure', 'target leaves|when it is due'],
  ['early-departure', 'target leaves|early'],
  ['early-departure-15m', 'the same,|run of 15 minutes'],
  ['completed', 'FIS reports|completed'],
  ['replacement', 'replacement|in service'],
  ['exit', 'last evidence|to end of step'],
]

type Point = { readonly row: string; readonly how: 'exact' | 'real'; readonly seconds: number }
type Median = Point & { readonly label: string }

export function toLagsChart(file: LagFile): Chart {
  const points = ROWS.flatMap(([kind, row]) => [
    ...pick(file.exact, EXACT_KINDS, kind).map((seconds): Point => ({ row, how: 'exact', seconds })),
    ...pick(file.real, REAL_KINDS, kind).map((seconds): Point => ({ row, how: 'real', seconds })),
  ])
  const medians = ROWS.flatMap(([, row]) => (['exact', 'real'] as const).flatMap((how) => toMedian(points, row, how)))
  const said = medians.map(({ row, how, label }) => `${row.replace('|', ' ')}, ${how === 'exact' ? 'simulated' : 'real'} time: ${label}`)
  return {
    name: 'lag',
    alt: `Medians of the time until the action notices a change. ${said.join('; ')}.`,
    frame: FRAME,
    draw: (theme) => draw(theme, { points, medians, about: toAbout(file) }),
  }
}

function pick<K extends LagKind>(lags: LagFile['exact'] | LagFile['real'], kinds: readonly K[], kind: LagKind): readonly number[] {
  const found = kinds.some((one) => one === kind) ? (lags as Partial<LagFile['exact'] & LagFile['real']>)[kind] : undefined
  return (found ?? []).map((lagMs) => lagMs / 1000)
}

function toMedian(points: readonly Point[], row: string, how: Point['how']): readonly Median[] {
  const own = points.filter((one) => one.row === row && one.how === how).map(({ seconds }) => seconds)
  if (own.length === 0) return []
  const seconds = median(own)
  return [{ row, how, seconds, label: `${seconds.toFixed(seconds < 0.1 ? 2 : 1)} s` }]
}

function toAbout(file: LagFile): readonly string[] {
  const runs = [file.exact.departure.length, file.real.departure.length]
  return [
    `Ticks: ${runs[0]} runs in simulated time. Rings: ${runs[1]} processes in`,
    `real time. Numbers: medians. Simulated AWS, ${toDay(file)}`,
  ]
}

type Drawn = { readonly points: readonly Point[]; readonly medians: readonly Median[]; readonly about: readonly string[] }

function draw(theme: Theme, { points, medians, about }: Drawn): TopLevelSpec {
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelExpr: "split(datum.label, '|')",
      labelPadding: 8,
    },
  } as const
  const yOffset = { field: 'how', type: 'nominal', sort: ORDER, scale: { paddingOuter: 0.3 } } as const
  const x = {
    field: 'seconds',
    type: 'quantitative',
    scale: { domain: DOMAIN, nice: false },
    axis: { title: 'seconds from the change until it is noticed', values: TICKS },
  } as const
  return {
    title: { text: 'How soon the action notices a change', subtitle: [...about] },
    config: toConfig(theme, FRAME),
    width: PLOT_PX,
    height: ROWS.length * ROW_PX,
    layer: [
      {
        data: { values: points.filter(({ how }) => how === 'exact') },
        mark: { type: 'tick', color: theme.accent, opacity: 0.35, thickness: 1, height: 14 },
        encoding: { x, y, yOffset },
      },
      {
        data: { values: points.filter(({ how }) => how === 'real') },
        mark: { type: 'point', color: theme.second, opacity: 0.7, size: 26, strokeWidth: 1.2 },
        encoding: { x, y, yOffset },
      },
      {
        data: { values: [...medians] },
        mark: { type: 'tick', color: theme.text, thickness: 2, height: 18 },
        encoding: { x, y, yOffset },
      },
      {
        data: { values: [...medians] },
        mark: { type: 'text', align: 'left', dx: 6, fontWeight: 'bold', stroke: theme.halo, strokeWidth: 3 },
        encoding: { x, y, yOffset, text: { field: 'label' } },
      },
      {
        data: { values: [...medians] },
        mark: { type: 'text', align: 'left', dx: 6, fontWeight: 'bold' },
        encoding: { x, y, yOffset, text: { field: 'label' } },
      },
    ],
  }
}
