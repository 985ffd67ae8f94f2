/**
 * The demo: a simulated AWS whose clock runs faster, with a real service on one of its Spot instances. The built action, main and then
 * post, interrupts the instance. This happens twice: a service that drains when its notice comes survives, and one that does not fails the
 * gate.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type Scene, stage } from './demo-run.ts'
import { renderPage } from './summary-html.ts'

const folder = resolve(import.meta.dirname, '../.demo')

const SCENES: readonly Scene[] = [
  {
    name: 'survived',
    title: 'A service that drains on its notice, with a replacement started at once',
    drains: true,
    replacement: { after: 'notice', delaySeconds: 20 },
  },
  {
    name: 'not-survived',
    title: 'A service that does not drain, replaced a minute after the interruption',
    drains: false,
    replacement: { after: 'interruption', delaySeconds: 60 },
  },
]

async function demo(): Promise<void> {
  const startedMs = performance.now()
  await mkdir(folder, { recursive: true })
  const rows: string[] = []
  let good = true
  for (const scene of SCENES) {
    say(`\n──── ${scene.title} ────\n`)
    const { main, post, left, report } = await stage(scene, (text) => process.stdout.write(text))
    const { verdict = '', availability = '', 'longest-outage-seconds': outage = '' } = main.outputs
    const paths = await keep(scene.name, main.summary, report)
    say(`\nSummary:\n\n${main.summary}`)
    rows.push(
      `  ${scene.name.padEnd(13)} exit code ${main.code}, verdict ${verdict}, ${availability} % available, longest outage ${outage} s`,
    )
    rows.push(...paths.map((path) => `  ${''.padEnd(13)} ${relative(process.cwd(), path)}`))
    good &&= verdict === scene.name && main.code === (verdict === 'survived' ? 0 : 1) && post.code === 0 && left.length === 0
    if (left.length > 0) rows.push(`  left in the simulated AWS: ${left.join(', ')}`)
  }
  const both = join(folder, 'index.html')
  await writeFile(both, renderBoth(SCENES.map(({ name }) => name)))
  say(
    `\nTwo services, one interruption each, in ${Math.round((performance.now() - startedMs) / 1000)} s:\n\n${rows.join('\n')}\n\nBoth side by side, in any browser: ${relative(process.cwd(), both)}`,
  )
  say('To rehearse a workflow of yours, with no AWS account: examples/rehearsal.yml, which docs/rehearsal.md explains.')
  process.exitCode = good ? 0 : 1
}

/** Keeps the summary, the report and the JUnit file of a scene, and a page that shows the summary as GitHub would. Returns their paths. */
async function keep(name: string, summary: string, report: { readonly json: string; readonly junit: string }): Promise<readonly string[]> {
  const files = {
    [`${name}.html`]: await renderPage(summary),
    [`${name}.md`]: summary,
    [`${name}.json`]: await readFile(report.json, 'utf8'),
    [`${name}.xml`]: await readFile(report.junit, 'utf8'),
  }
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return Object.keys(files).map((file) => join(folder, file))
}

/** A page with both summaries, side by side. */
function renderBoth(names: readonly string[]): string {
  const frames = names.map((name) => `<iframe src="${name}.html" title="${name}"></iframe>`).join('')
  const style = 'body{margin:0;display:flex;height:100vh}iframe{flex:1;border:0;border-right:1px solid #8888}'
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Two verdicts</title><style>${style}</style><body>${frames}</body></html>\n`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await demo()
