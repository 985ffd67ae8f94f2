/** The output of the demo: ten lines for the terminal, and a page with links to the summaries. */
import { relative } from 'node:path'
import { renderDocument, renderMarkdown, toSafe } from './summary-html.ts'

/** A scenario that was played, with the result of the action. */
export type PlayedScenario = {
  readonly name: string
  readonly title: string
  readonly code: number | null
  readonly stdout: string
  readonly summary: string
  /** Everything that is wrong after this scenario, in sentences. */
  readonly faults: readonly string[]
}

const COUNT = ['No service', 'One service', 'Two services', 'Three services', 'Four services']
const SENTENCE = 'a simulated AWS interrupted one instance of each, so nothing real was touched.'

/** The lines for the terminal, ten for three scenarios: each scenario with its verdict and its figures, then the paths of the files. */
export function renderLines(
  played: readonly PlayedScenario[],
  { index, seconds }: { readonly index: string; readonly seconds: number },
): readonly string[] {
  const scenarios = played.flatMap(({ title, code, stdout, summary, faults }) => [
    `${toTitle(summary)}, exit code ${code}. ${title}:`,
    `  ${toFigures(stdout)}`,
    ...faults.map((fault) => `  ✗ ${fault}`),
  ])
  return [
    `${COUNT[played.length] ?? played.length}; ${SENTENCE} It took ${seconds} s.`,
    ...scenarios,
    '',
    `In any browser: ${relative(process.cwd(), index)} (with all of the log: npm run demo -- --verbose)`,
    'To rehearse a workflow of yours, with no AWS account: examples/rehearsal.yml, which docs/rehearsal.md explains.',
  ]
}

/** The title of a summary, without the mark of a heading. */
function toTitle(summary: string): string {
  return (summary.split('\n')[0] ?? '').replace('## ', '')
}

/** The line of the annotation that has the figures, as the runner shows it. */
function toFigures(stdout: string): string {
  const annotation = stdout.split('\n').find((line) => /^::(notice|error)::/.test(line)) ?? ''
  const lines = annotation.split('%0A').map((line) => line.replaceAll('%25', '%'))
  return lines[1] ?? lines[0] ?? ''
}

/**
 * The page: a heading, a sentence, and of each scenario the verdict, the figures and the strips. It uses no frames, which would cut off
 * content.
 */
export async function renderIndex(played: readonly PlayedScenario[]): Promise<string> {
  const scenarios = await Promise.all(played.map(renderScenario))
  const heading = `${COUNT[played.length] ?? played.length}, one interruption each`
  const lead = `<p>This is a rehearsal: ${SENTENCE}</p>`
  return await renderDocument(heading, `<h1>${toSafe(heading)}</h1>\n${lead}\n${scenarios.join('\n')}`)
}

async function renderScenario({ name, title, code, summary }: PlayedScenario): Promise<string> {
  const [head = '', figures = '', reason = ''] = summary.split('\n\n')
  const [strips = ''] = /### Checks over time\n[\s\S]*?(?=\n\n### )/.exec(summary) ?? []
  const shown = await renderMarkdown([`#${head}`, figures, reason, strips.replace(/^### .*\n+/, '')].join('\n\n'))
  const files = [
    `<a href="${name}.html">the whole summary</a>`,
    ...[`${name}.log`, `${name}.json`, `${name}.xml`].map((file) => `<a href="${file}">${file}</a>`),
  ]
  return `<section>\n<h2>${toSafe(title)}</h2>\n${shown}<p>The step ended with exit code ${code}: ${files.join(' · ')}</p>\n</section>`
}
