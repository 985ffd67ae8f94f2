/** The charts of docs/performance.md as SVG, each for the light and for the dark theme. Vega-Lite draws them without a browser. */
import { parse, View } from 'vega'
import { compile } from 'vega-lite'
import { toContendersChart } from './charts/contenders.ts'
import { toGrowthChart } from './charts/growths.ts'
import { toLagsChart } from './charts/lags.ts'
import { type Chart, PALETTE, THEMES, type ThemeName, WIDTH } from './charts/theme.ts'
import type { Files } from './page-files.ts'

/** The charts for the existing files of raw values. */
export function toCharts({ rivals, lag, growth }: Files): readonly Chart[] {
  return [
    ...(rivals === undefined ? [] : [toContendersChart(rivals)]),
    ...(lag === undefined ? [] : [toLagsChart(lag)]),
    ...(growth === undefined ? [] : [toGrowthChart(growth)]),
  ]
}

/** Every chart by the name of its file, `lag-dark.svg`. */
export async function renderCharts(files: Files): Promise<Readonly<Record<string, string>>> {
  const wanted = toCharts(files).flatMap((chart) => THEMES.map((theme) => ({ chart, theme })))
  const drawn = await Promise.all(
    wanted.map(async ({ chart, theme }) => [`${chart.name}-${theme}.svg`, await renderSvg(chart, theme)] as const),
  )
  return Object.fromEntries(drawn)
}

/** The HTML of a chart, with which GitHub shows the picture for the theme of the reader. */
export function renderPicture({ name, alt }: Chart): string {
  const dark = `<source media="(prefers-color-scheme: dark)" srcset="performance/${name}-dark.svg">`
  return `<picture>${dark}<img alt="${escapeAttribute(alt)}" src="performance/${name}-light.svg"></picture>`
}

async function renderSvg({ draw, alt, frame }: Chart, theme: ThemeName): Promise<string> {
  const { spec } = compile({ ...draw(PALETTE[theme]), description: alt })
  const { left, top } = frame
  // A chart of one plot has its height, a chart of several has none.
  const height = typeof spec.height === 'number' ? spec.height : frame.height - top
  const padding = { left, top, right: WIDTH - left - Number(spec.width), bottom: frame.height - top - height }
  const sized = { ...spec, autosize: 'none', height, padding } as const
  const view = new View(parse(sized), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return `${svg}\n`
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
