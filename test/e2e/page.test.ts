import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBarriers, findBrowser, NO_BROWSER, openBrowser, openPage, VIEWS, type View } from '../../scripts/browser.ts'
import { renderPage } from '../../scripts/summary-html.ts'
import { reportJudged } from '../fakes/judged-run.ts'
import { STORIES, toStory } from '../fakes/stories.ts'
import { renderWhole } from '../fakes/summary.ts'
import { expectPass, play, READY, REGION } from './scenario.ts'

const executable = findBrowser()
if (executable === undefined) console.warn(`${NO_BROWSER}: how the pages are drawn is NOT tested.`)

const views = Object.keys(VIEWS) as readonly View[]
let browser: Browser | undefined
beforeAll(async () => {
  browser = executable === undefined ? undefined : await openBrowser(executable)
})
afterAll(() => browser?.close())

/** What a browser makes of a page: its text, what its scripts complain about, barriers, and how much wider it is than its window. */
async function look(html: string, view: View) {
  if (browser === undefined) throw new Error(NO_BROWSER)
  const folder = await mkdtemp(join(tmpdir(), 'spot-page-'))
  try {
    const path = join(folder, 'page.html')
    await writeFile(path, html)
    const { page, errors, close } = await openPage(browser, path, view)
    const text = await page.locator('body').innerText()
    const drawings = await page
      .locator('svg[aria-roledescription]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-roledescription')))
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    const strips = await page.locator('pre:not(.mermaid)').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth))
    const ids = await page.locator('samp').evaluateAll((all) => all.map((one) => one.getClientRects().length))
    const barriers = await findBarriers(page)
    await close()
    return { text, errors, drawings, wider, strips, ids, barriers }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('the summary of a run, as a page', () => {
  const ids = ['i-0123456789abcdef0', 'i-0fedcba9876543210']
  const played = play({
    inputs: { 'instance-id': ids.join(' ') },
    seed: { ...READY, instances: ids.map((id) => ({ id, region: REGION })) },
    script: [{ instance: ids[1] ?? '', at: 'notice', afterSeconds: 30, do: 'terminate', by: 'autoscaling' }],
  })

  it('needs nothing from the network', async () => {
    const { main } = await played
    expectPass(main)
    const html = await renderPage(main.summary)
    const markup = html.replace(/<script>[\s\S]*?<\/script>/g, '')
    expect(markup).toContain("default-src 'none'")
    expect(markup).not.toMatch(/\ssrc=|<link|@import|url\((?!['"]?data:|fonts?)/)
    expect(markup).toContain('<table tabindex="0">')
    expect(markup).toContain('<pre class="mermaid">%%{init: ')
    expect(html).toContain('mermaid.run()')
  })

  it.skipIf(executable === undefined)('is drawn by a browser, without an error, with times in UTC', async () => {
    const { main, simulator } = await played
    const { text, errors, drawings } = await look(await renderPage(main.summary), 'light')
    expect(errors).toEqual([])
    expect(drawings).toEqual(['gantt'])
    for (const said of ['FIS experiment', 'Interruption due', `${ids[0]} interrupted`, `${ids[1]} drained`]) expect(text).toContain(said)
    const hours = [...text.matchAll(/^\s*(\d\d):\d\d:\d\d\s*$/gm)].map(([, hour]) => Number(hour))
    expect(hours.length).toBeGreaterThan(2)
    expect(new Set(hours)).toEqual(new Set([simulator.now().getUTCHours()]))
  })
})

it('shows a summary without a diagram without a script', async () => {
  const html = await renderPage('## ❌ Failed\n\n| a | b |\n| --- | --- |\n| `x` | 1 < 2 |\n\n```sh\naws fis <id> && echo "done"\n```\n')
  expect(html).toContain('<td><code>x</code></td>')
  expect(html).toContain('aws fis &lt;id&gt; &amp;&amp; echo &quot;done&quot;')
  expect(html).not.toContain('<script')
})

describe.skipIf(executable === undefined)('a browser', () => {
  it('draws outages of probes, signals and strips', async () => {
    const { text, errors, drawings } = await look(await renderPage(renderWhole(reportJudged())), 'light')
    expect([errors, drawings]).toEqual([[], ['gantt']])
    for (const said of ['Probe web down 38s', 'Probe web recovered', 'Probe db healthy', '🔴']) expect(text).toContain(said)
  })

  it.each(STORIES.flatMap((story) => views.map((view) => [story, view] as const)))(
    'finds no barrier in the summary of %s, %s: no id is broken, no strip is cut off, nothing is wider than the window',
    async (story, view) => {
      const found = await look(await renderPage(renderWhole(toStory(story))), view)
      expect(found).toMatchObject({ errors: [], barriers: [], drawings: story === 'refused' ? [] : ['gantt'] })
      expect(found.wider).toBeLessThanOrEqual(0)
      expect(found.strips.filter((cut) => cut > 0)).toEqual([])
      expect(found.ids.filter((lines) => lines > 1)).toEqual([])
    },
  )

  it('would find barriers', async () => {
    const bad = '<p style="color: #ddd; background: #fff">pale</p><table><tr><th></th></tr></table><img src="data:,">'
    const { barriers } = await look(await renderPage(bad), 'light')
    for (const rule of ['color-contrast', 'image-alt', 'empty-table-header']) expect(barriers.join('\n')).toContain(`${rule}: `)
  })
})
