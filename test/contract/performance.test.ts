import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillParts } from '../../scripts/verify/page.ts'
import { renderCharts } from '../../scripts/verify/performance/charts.ts'
import { renderPages } from '../../scripts/verify/performance/page.ts'
import { FOLDER, readFiles, toDay } from '../../scripts/verify/performance/page-files.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const files = readFiles()
const pages = renderPages(files)

/** The files of one ending in docs/performance. */
function list(ending: string): readonly string[] {
  return existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => name.endsWith(ending))
        .toSorted()
    : []
}

describe('docs/performance', () => {
  it.each(Object.entries(pages))(
    '%s has the tables and figures that the raw values give: `npm run bench -- page` writes them',
    (page, parts) => {
      expect(read(page)).toBe(fillParts(read(page), parts, page))
    },
  )

  it('has the charts that the raw values give', async () => {
    const charts = await renderCharts(files)
    expect(list('.svg')).toEqual(Object.keys(charts).toSorted())
    for (const [name, svg] of Object.entries(charts)) expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(svg)
  })

  it('has no raw values that no page shows', () => {
    expect(list('.json')).toEqual(
      Object.values(files)
        .flatMap((file) => (file === undefined ? [] : [`${file.kind}.json`]))
        .toSorted(),
    )
  })

  it('is linked from the README', () => {
    expect(read('README.md')).toContain('](docs/performance.md)')
  })

  it.each(Object.values(files).filter((file) => file !== undefined))('the date of $kind.json stands on its charts', (file) => {
    for (const theme of ['light', 'dark']) expect(read(`docs/performance/${file.kind}-${theme}.svg`)).toContain(toDay(file))
  })
})
