/**
 * Writes docs/performance.md, its charts and the figures of the README from the raw values in docs/performance: `npm run bench -- page`. It
 * measures nothing. A contract test compares these files.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fillPage } from '../page.ts'
import { renderCharts, renderPicture, toCharts } from './charts.ts'
import { type Files, FOLDER, readFiles } from './page-files.ts'
import { renderFigures, renderParts } from './page-parts.ts'

/** The pages, each with the contents of its parts. */
export function renderPages(files: Files): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const pictures = Object.fromEntries(toCharts(files).map((chart) => [chart.name, renderPicture(chart)]))
  return { 'docs/performance.md': renderParts(files, pictures), 'README.md': { figures: renderFigures(files) } }
}

async function write(): Promise<void> {
  const files = readFiles()
  for (const [page, parts] of Object.entries(renderPages(files))) await fillPage(page, parts)
  await mkdir(FOLDER, { recursive: true })
  for (const [name, svg] of Object.entries(await renderCharts(files))) await writeFile(join(FOLDER, name), svg)
}

if (import.meta.main) await write()
