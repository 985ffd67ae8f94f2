import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../scripts/summary-html.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { judged } from '../unit/report/judged.ts'
import { expectPass, play, READY, REGION } from './scenario.ts'

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const browser = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => BROWSERS.map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** The page as a browser has it after its scripts have run, looked at from another zone than UTC. */
async function look(html: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-page-'))
  try {
    await writeFile(join(folder, 'page.html'), html)
    const calm = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', `--user-data-dir=${folder}`]
    const asked = ['--virtual-time-budget=10000', '--dump-dom', `file://${folder}/page.html`]
    const env = { ...process.env, TZ: 'Asia/Kolkata', HOME: folder }
    const { stdout } = await promisify(execFile)(browser ?? '', [...calm, ...asked], { env, maxBuffer: 64_000_000 })
    // What the scripts made, without them and without styles.
    return stdout.replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
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
    expect(markup).not.toMatch(/\ssrc=|<link|@import|url\(/)
    expect(markup).toContain('<table>')
    expect(markup).toContain('<pre class="mermaid">%%{init: ')
    expect(html).toContain('mermaid.run()')
  })

  it.skipIf(browser === undefined)('is drawn by a browser, without an error, with times in UTC', async () => {
    const { main, simulator } = await played
    const dom = await look(await renderPage(main.summary))
    expect(dom.match(/<svg/g)).toHaveLength(1)
    expect(dom).toContain('aria-roledescription="gantt"')
    expect(dom).not.toMatch(/Syntax error in text|error-icon|aria-roledescription="error"/)
    const text = dom.replace(/<[^>]+>/g, ' ')
    for (const said of ['FIS experiment', 'Interruption due', `${ids[0]} interrupted`, `${ids[1]} drained`]) expect(text).toContain(said)
    const hours = [...dom.matchAll(/(\d\d):\d\d:\d\d<\/text>/g)].map(([, hour]) => Number(hour))
    expect(hours.length).toBeGreaterThan(2)
    expect(new Set(hours)).toEqual(new Set([simulator.now().getUTCHours()]))
  })

  if (browser === undefined) console.warn(`No browser found (${BROWSERS.join(', ')}): how the page is drawn is NOT tested.`)
})

it('shows a summary without a diagram without a script', async () => {
  const html = await renderPage('## ❌ Failed\n\n| a | b |\n| --- | --- |\n| `x` | 1 < 2 |\n\n```sh\naws fis <id> && echo "done"\n```\n')
  expect(html).toContain('<td><code>x</code></td>')
  expect(html).toContain('aws fis &lt;id&gt; &amp;&amp; echo "done"')
  expect(html).not.toContain('<script')
})

it.skipIf(browser === undefined)('is drawn also with outages of probes, phases and strips', async () => {
  const dom = await look(await renderPage(renderSummary(judged())))
  expect(dom).not.toMatch(/Syntax error in text|error-icon|aria-roledescription="error"/)
  const text = dom.replace(/<[^>]+>/g, ' ')
  for (const said of ['Probe web down', 'Probe web recovered', 'Probe db healthy', '🔴']) expect(text).toContain(said)
})
