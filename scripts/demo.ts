/**
 * The demo: a simulated AWS whose clock runs faster, with a real service on one of its Spot instances. The built action, main and then
 * post, interrupts the instance. This happens three times: a service that drains when its notice comes survives, one that does not fails
 * the gate, and a group with Capacity Rebalancing drains, replaces its member and survives. With `--verbose` the log of the action is
 * shown while it runs.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type PlayedScenario, renderIndex, renderLines } from './demo-page.ts'
import { type DemoScenario, playScenario } from './demo-run.ts'
import { renderPage } from './summary-html.ts'

const folder = resolve(import.meta.dirname, '../.demo')
const verbose = process.argv.includes('--verbose')

/** To add a scenario, add an entry. */
const SCENARIOS: readonly DemoScenario[] = [
  {
    name: 'survived',
    verdict: 'survived',
    title: 'A service that drains on its notice, with a replacement started at once',
    drains: true,
    replacement: { after: 'notice', delaySeconds: 20 },
  },
  {
    name: 'not-survived',
    verdict: 'not-survived',
    title: 'A service that does not drain, replaced a minute after the interruption',
    drains: false,
    replacement: { after: 'interruption', delaySeconds: 60 },
  },
  {
    name: 'replaced',
    verdict: 'survived',
    title: 'An Auto Scaling group with Capacity Rebalancing, which replaces its member on the notice',
    drains: true,
  },
]

async function demo(): Promise<void> {
  const startedMs = performance.now()
  await mkdir(folder, { recursive: true })
  const played: PlayedScenario[] = []
  for (const scenario of SCENARIOS) {
    say(verbose ? `\n──── ${scenario.title} ────\n` : `Playing ${played.length + 1} of ${SCENARIOS.length}: ${scenario.title} …`)
    played.push(await checkScenario(scenario))
  }
  const index = join(folder, 'index.html')
  await writeFile(index, await renderIndex(played))
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  say(`\n${renderLines(played, { index, seconds }).join('\n')}`)
  process.exitCode = played.every(({ faults }) => faults.length === 0) ? 0 : 1
}

/** Plays a scenario. Saves its summary, its log, the report and the JUnit file, and a page that shows the summary as GitHub does. */
async function checkScenario(scenario: DemoScenario): Promise<PlayedScenario> {
  const { name, title } = scenario
  const shown: string[] = []
  const { main, post, left, report } = await playScenario(scenario, (text) => {
    shown.push(text)
    if (verbose) process.stdout.write(text)
  })
  const { verdict = '' } = main.outputs
  await writeFile(join(folder, `${name}.log`), shown.join(''))
  await writeFile(join(folder, `${name}.md`), main.summary)
  await writeFile(join(folder, `${name}.html`), await renderPage(main.summary, title))
  const files = [copyFile(report.json, join(folder, `${name}.json`)), copyFile(report.junit, join(folder, `${name}.xml`))]
  const kept = await Promise.allSettled(files)
  const faults = [
    ...(verdict === scenario.verdict ? [] : [`The verdict should be ${scenario.verdict}, but is ${verdict || 'missing'}`]),
    ...(main.code === (verdict === 'survived' ? 0 : 1) ? [] : [`The exit code of the main step is ${main.code}`]),
    ...(post.code === 0 ? [] : [`The exit code of the post step is ${post.code}`]),
    ...(left.length === 0 ? [] : [`Left in the simulated AWS: ${left.join(', ')}`]),
    ...(kept.every(({ status }) => status === 'fulfilled') ? [] : ['A report file is missing']),
  ].map((fault) => `${fault}. The log: ${relative(process.cwd(), join(folder, `${name}.log`))}`)
  return { name, title, code: main.code, stdout: main.stdout, summary: main.summary, faults }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await demo()
