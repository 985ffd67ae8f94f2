/** The contenders side by side: wall time, processor time and calls of a run. */
import type { TopLevelSpec } from 'vega-lite'
import { toDay, toRounds } from '../page-files.ts'
import type { ContenderRecord, RivalRun, RivalsFile } from '../shapes.ts'
import { median } from '../statistics.ts'
import { type Chart, type Frame, type Theme, toConfig } from './theme.ts'

const BAR_PX = 112
const STEP_PX = 26
/** The space between two panels. It holds the title of the lower one. */
const GAP_PX = 52
const LEFT_PX = 168
const TOP_PX = 64

type Bar = { readonly title: string; readonly ours: boolean; readonly from: number; readonly to: number; readonly label: string }

export function toContendersChart(file: RivalsFile): Chart {
  const shown = file.contenders.filter(({ delayed }) => !delayed)
  const measure = (one: ContenderRecord, value: (run: RivalRun) => number) => median(one.runs.map(value))
  const wall = shown.map((one) => {
    const [to, from] = [measure(one, (run) => run.wall), measure(one, (run) => run.aws)]
    return toBar(one, { from, to, label: `${to.toFixed(1)} s, ${(to - from).toFixed(1)} s on top` })
  })
  const cpu = shown.map((one) => {
    const to = measure(one, (run) => run.cpu)
    return toBar(one, { from: 0, to, label: `${to.toFixed(2)} s` })
  })
  const calls = shown.map((one) => {
    const to = measure(one, countCalls)
    return toBar(one, { from: 0, to, label: String(to) })
  })
  const panels = [
    {
      title: 'Wall time of a run',
      notes: [`${toRounds(file.rounds)}, simulated AWS, ${toDay(file)}.`, 'Pale: what FIS and EC2 take.'],
      bars: wall,
    },
    { title: 'Processor time of a run', notes: [], bars: cpu },
    { title: 'Calls of AWS in a run', notes: [], bars: calls },
  ]
  const frame = { left: LEFT_PX, top: TOP_PX, height: TOP_PX + 3 * shown.length * STEP_PX + 2 * GAP_PX + 8 }
  return {
    name: 'rivals',
    alt: panels.map(({ title, bars }) => `${title}: ${bars.map((bar) => `${bar.title} ${bar.label}`).join('; ')}.`).join(' '),
    frame,
    draw: (theme) => draw(theme, panels, frame),
  }
}

function countCalls({ calls }: RivalRun): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0)
}

function toBar({ id, title }: ContenderRecord, bar: Pick<Bar, 'from' | 'to' | 'label'>): Bar {
  return { title, ours: id.startsWith('ours'), ...bar }
}

type Panel = { readonly title: string; readonly notes: readonly string[]; readonly bars: readonly Bar[] }

function draw(theme: Theme, panels: readonly Panel[], frame: Frame): TopLevelSpec {
  return {
    config: toConfig(theme, frame),
    spacing: GAP_PX,
    bounds: 'flush',
    vconcat: panels.map(({ title, notes, bars }) => ({
      title: { text: title, ...(notes.length === 0 ? {} : { subtitle: [...notes] }) },
      width: BAR_PX,
      height: bars.length * STEP_PX,
      data: { values: bars.map((bar) => ({ ...bar, zero: 0 })) },
      encoding: {
        y: {
          field: 'title',
          type: 'nominal',
          sort: null,
          axis: { title: null, domain: false, ticks: false, labelPadding: 6 },
        },
      },
      layer: [
        {
          mark: { type: 'bar', color: theme.given },
          encoding: { x: { field: 'zero', type: 'quantitative', axis: null }, x2: { field: 'from' } },
        },
        {
          mark: { type: 'bar' },
          encoding: {
            x: { field: 'from', type: 'quantitative', axis: null },
            x2: { field: 'to' },
            color: { condition: { test: 'datum.ours', value: theme.accent }, value: theme.beside },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5 },
          encoding: { x: { field: 'to', type: 'quantitative' }, text: { field: 'label' } },
        },
      ],
    })),
  }
}
