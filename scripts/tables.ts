/** The tables of inputs and outputs, as the pages show them. */
import { generateActionMarkdownDocs } from 'action-docs'

/** The groups of inputs of the main action, in the order in which the README shows them. An input of another action has no group. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Target: [
    'instance-id',
    'target-tags',
    'auto-scaling-group',
    'availability-zone',
    'exclude-tags',
    'selection',
    'max-targets',
    'require-tag',
    'keep-running',
    'allowed-accounts',
    'dry-run',
  ],
  Interruption: [
    'region',
    'mode',
    'duration',
    'rebalance-fallback',
    'stop-alarms',
    'role-arn',
    'role-name',
    'create-role',
    'delete-role',
    'wait-for',
    'poll-interval',
    'timeout',
    'tags',
    'timezone',
    'sweep',
    'rehearsal',
  ],
  Judgement: [
    'probes',
    'probe-headers',
    'probe-interval',
    'probe-timeout',
    'min-availability',
    'max-outage',
    'capacity',
    'react-to',
    'react-within',
    'alarms',
    'alarm-rule',
    'alarm-lag',
    'observe-for',
    'recovery-timeout',
    'require-verdict',
    'abort-on-outage',
  ],
  Reporting: ['comment', 'github-token', 'comment-key'],
}

/** An input that the action sets itself. No user sets it, and no table shows it. */
const HIDDEN = 'leg'

const INPUT_HEAD = '| input | default | description |\n| --- | --- | --- |'
const OUTPUT_HEAD = '| output | description |\n| --- | --- |'

/** A row of `action-docs`: an input has a default, an output has none. */
type Row = { readonly name: string; readonly description: string; readonly fallback: string | undefined }

/** The tables of one action.yml as Markdown. `inputs` has a heading for each group if any input belongs to one. */
export async function renderTables(sourceFile: string): Promise<{ readonly inputs: string; readonly outputs: string }> {
  const rows = (await generateActionMarkdownDocs({ sourceFile })).split('\n').flatMap(toRow)
  const inputs = rows.filter(({ name, fallback }) => fallback !== undefined && name !== HIDDEN)
  const outputs = rows.filter(({ fallback }) => fallback === undefined)
  const grouped = Object.values(GROUPS).flat()
  const isGrouped = inputs.some(({ name }) => name === 'instance-id')
  const stray = isGrouped ? inputs.filter(({ name }) => !grouped.includes(name)).map(({ name }) => name) : []
  if (stray.length > 0) throw new Error(`scripts/tables.ts has no group for ${stray.join(', ')}`)
  return { inputs: isGrouped ? renderGroups(inputs) : renderInputs(inputs), outputs: renderOutputs(outputs) }
}

function renderGroups(inputs: readonly Row[]): string {
  return Object.entries(GROUPS)
    .map(([title, names]) => [title, names.flatMap((name) => inputs.find((row) => row.name === name) ?? [])] as const)
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `### ${title}\n\n${renderInputs(rows)}`)
    .join('\n\n')
}

function renderInputs(rows: readonly Row[]): string {
  return [INPUT_HEAD, ...rows.map(({ name, fallback, description }) => `| \`${name}\` | ${fallback} | ${description} |`)].join('\n')
}

function renderOutputs(rows: readonly Row[]): string {
  return [OUTPUT_HEAD, ...rows.map(({ name, description }) => `| \`${name}\` | ${description} |`)].join('\n')
}

/** `| name | <p>description</p> | required | default |`, or without the last two for an output. */
function toRow(line: string): readonly Row[] {
  const [, name = '', html = '', , fallback] = /^\| `([^`]+)` \| <p>(.*)<\/p> \|(?: `(\w+)` \| `(.*)` \|)?$/.exec(line) ?? []
  if (name === '') return []
  const shown = fallback === undefined ? undefined : fallback === '""' ? '' : `\`${fallback}\``
  return [{ name, description: toMarkdown(html), fallback: shown }]
}

/** Converts a description from the HTML of `action-docs` back to Markdown. */
function toMarkdown(html: string): string {
  const text = html.replace(/<\/?code>/g, '`')
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}
