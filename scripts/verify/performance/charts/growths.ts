/** How calls and memory of a run grow with the number of instances. */
import type { TopLevelSpec } from 'vega-lite'
import { toDay } from '../page-files.ts'
import type { GrowthCell, GrowthFile } from '../shapes.ts'
import { type Chart, type Frame, type Theme, toConfig } from './theme.ts'

const PLOT = { width: 190, height: 170 }
/** The space between two panels, for an axis and a title. */
const GAP_PX = 112
const FRAME: Frame = { left: 58, top: 56, height: 56 + 2 * PLOT.height + GAP_PX + 44 }
const INSTANCES: number[] = [1, 50]
const TICKS: number[] = [1, 5, 50]
/** The smallest distance at which two labels do not overlap. */
const LABEL_PX = 17

type Line = { readonly name: string; readonly strong: boolean; readonly fits: (cell: GrowthCell) => boolean }
type Panel = {
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
  readonly measure: (cell: GrowthCell) => number
}

const PANELS: readonly Panel[] = [
  {
    title: 'Calls of AWS in a run, without probes',
    unit: 'calls',
    measure: ({ totalCalls }) => totalCalls,
    lines: [
      { name: 'PT2M', strong: true, fits: (cell) => is(cell, { duration: 'PT2M', probes: 0, capacity: 0 }) },
      { name: 'PT2M, capacity', strong: false, fits: (cell) => is(cell, { duration: 'PT2M', probes: 0, capacity: 3 }) },
      { name: 'PT15M', strong: true, fits: (cell) => is(cell, { duration: 'PT15M', probes: 0, capacity: 0 }) },
      { name: 'PT15M, capacity', strong: false, fits: (cell) => is(cell, { duration: 'PT15M', probes: 0, capacity: 3 }) },
    ],
  },
  {
    title: 'Peak memory of a run of 15 minutes',
    unit: 'MB',
    measure: ({ memoryMb }) => memoryMb,
    lines: [
      { name: 'plain', strong: true, fits: (cell) => is(cell, { duration: 'PT15M', probes: 0, capacity: 0 }) },
      { name: '20 probes', strong: false, fits: (cell) => is(cell, { duration: 'PT15M', probes: 20, capacity: 0 }) },
      { name: 'capacity', strong: false, fits: (cell) => is(cell, { duration: 'PT15M', probes: 0, capacity: 3 }) },
      { name: '20 probes, capacity', strong: false, fits: (cell) => is(cell, { duration: 'PT15M', probes: 20, capacity: 3 }) },
    ],
  },
]

type Conditions = Pick<GrowthCell, 'duration' | 'probes' | 'capacity'>

function is(cell: GrowthCell, { duration, probes, capacity }: Conditions): boolean {
  return cell.duration === duration && cell.probes === probes && cell.capacity === capacity
}

type Dot = { readonly line: string; readonly strong: boolean; readonly instances: number; readonly value: number }
type Label = { readonly strong: boolean; readonly instances: number; readonly y: number; readonly label: string }
type Drawn = Pick<Panel, 'title' | 'unit'> & { readonly dots: readonly Dot[]; readonly labels: readonly Label[]; readonly most: number }

export function toGrowthChart(file: GrowthFile): Chart {
  const panels = PANELS.map((panel) => toDrawn(panel, file.cells))
  return {
    name: 'growth',
    alt: panels.map(({ title, labels }) => `${title}, with the most instances: ${labels.map(({ label }) => label).join('; ')}.`).join(' '),
    frame: FRAME,
    draw: (theme) => draw(theme, panels, `Simulated AWS, ${toDay(file)}`),
  }
}

function toDrawn({ title, unit, lines, measure }: Panel, cells: readonly GrowthCell[]): Drawn {
  const dots = lines.flatMap(({ name, strong, fits }) =>
    cells.filter(fits).map((cell): Dot => ({ line: name, strong, instances: cell.instances, value: measure(cell) })),
  )
  const most = Math.max(0, ...dots.map(({ value }) => value))
  const ends = lines.flatMap(({ name }) => dots.filter(({ line }) => line === name).toSorted((a, b) => b.instances - a.instances)[0] ?? [])
  return { title, unit, dots, most, labels: toLabels(ends, unit, (LABEL_PX / PLOT.height) * most) }
}

/** The labels from the bottom up, each at least `gap` above the previous one. */
function toLabels(ends: readonly Dot[], unit: string, gap: number): readonly Label[] {
  const labels: Label[] = []
  for (const { line, strong, instances, value } of ends.toSorted((a, b) => a.value - b.value)) {
    const y = Math.max(value, (labels.at(-1)?.y ?? Number.NEGATIVE_INFINITY) + gap)
    labels.push({ strong, instances, y, label: `${Math.round(value)} ${unit === 'MB' ? 'MB ' : ''}${line}` })
  }
  return labels
}

function draw(theme: Theme, panels: readonly Drawn[], about: string): TopLevelSpec {
  const color = { condition: { test: 'datum.strong', value: theme.accent }, value: theme.beside } as const
  return {
    config: toConfig(theme, FRAME),
    spacing: GAP_PX,
    bounds: 'flush',
    vconcat: panels.map(({ title, unit, dots, labels, most }) => {
      const x = {
        field: 'instances',
        type: 'quantitative',
        scale: { type: 'log', domain: INSTANCES, nice: false },
        axis: { title: 'instances', values: TICKS, grid: false },
      } as const
      const domain = [0, Math.max(most, ...labels.map((one) => one.y))]
      const y = { type: 'quantitative', scale: { domain } } as const
      const axis = { title: unit, tickCount: 4, domain: false, ticks: false } as const
      return {
        title: { text: title, subtitle: [about] },
        ...PLOT,
        layer: [
          {
            data: { values: [...dots] },
            mark: { type: 'line', strokeWidth: 2 },
            encoding: { x, y: { ...y, field: 'value', axis }, detail: { field: 'line' }, color },
          },
          {
            data: { values: [...dots] },
            mark: { type: 'point', filled: true, size: 40, opacity: 1 },
            encoding: { x, y: { ...y, field: 'value', axis }, color },
          },
          {
            data: { values: [...labels] },
            mark: { type: 'text', align: 'left', dx: 9 },
            encoding: { x, y: { ...y, field: 'y', axis }, text: { field: 'label' } },
          },
        ],
      }
    }),
  }
}
