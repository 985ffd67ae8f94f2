/**
 * Foreign programs judge the action and the simulator: `npm run peers`. Installs them where the machine has it, runs every scenario,
 * prints one table, and ends with 1 on any failure. `--write` keeps the table in docs/peers.md; names after it choose peers.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { markdownTable } from 'markdown-table'
import { stageAction } from '../test/peers/act.ts'
import { startMoto } from '../test/peers/bench.ts'
import { cliScenarios } from '../test/peers/cli.ts'
import { DIFFERENCES } from '../test/peers/differences.ts'
import { actionlintScenarios, zizmorScenarios } from '../test/peers/lint.ts'
import { motoScenarios } from '../test/peers/moto.ts'
import { differenceScenario, modelScenarios } from '../test/peers/python.ts'
import { sweepScenarios } from '../test/peers/sweep.ts'
import { play, type Row, renderReport, renderTable, type Scenario } from '../test/peers/table.ts'
import { installTools, isMissing, root, type Tool, type Tools } from '../test/peers/tools.ts'
import { actScenarios } from '../test/peers/workflows.ts'

type Peer = {
  readonly name: string
  readonly needs: keyof Tools
  /** Runs `each` for every scenario, while what they need is up. */
  readonly run: (tool: Tool, each: (scenario: Scenario) => Promise<void>, tools: Tools) => Promise<void>
}

const PEERS: readonly Peer[] = [
  {
    name: 'moto_server',
    needs: 'moto_server',
    run: async ({ path }, each, { python }) => {
      const moto = await startMoto(path)
      try {
        for (const scenario of [...motoScenarios(moto), ...sweepScenarios(moto)]) await each(scenario)
        if (!isMissing(python)) await each(differenceScenario(python.path, moto))
      } finally {
        moto.close()
      }
    },
  },
  {
    name: 'botocore',
    needs: 'python',
    run: async ({ path }, each) => {
      for (const scenario of modelScenarios(path)) await each(scenario)
    },
  },
  {
    name: 'aws',
    needs: 'aws',
    run: async ({ path }, each) => {
      for (const scenario of cliScenarios(path)) await each(scenario)
    },
  },
  {
    name: 'act',
    needs: 'act',
    run: async ({ path }, each) => {
      await stageAction()
      for (const scenario of actScenarios(path)) await each(scenario)
    },
  },
  {
    name: 'actionlint',
    needs: 'actionlint',
    run: async ({ path }, each) => {
      for (const scenario of actionlintScenarios(path)) await each(scenario)
    },
  },
  {
    name: 'zizmor',
    needs: 'zizmor',
    run: async ({ path }, each) => {
      for (const scenario of zizmorScenarios(path)) await each(scenario)
    },
  },
]

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
  const tools = await installTools()
  const rows: Row[] = []
  for (const peer of PEERS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const tool = tools[peer.needs]
    if (isMissing(tool)) {
      rows.push({ peer: peer.name, version: '–', scenario: 'all', result: 'skipped', why: tool.missing, tookMs: 0 })
      continue
    }
    await peer.run(
      tool,
      async (scenario) => {
        const row = await play(peer.name, tool.version, scenario)
        process.stderr.write(`${row.result} ${peer.name}: ${row.scenario} (${(row.tookMs / 1000).toFixed(1)} s)\n`)
        rows.push(row)
      },
      tools,
    )
  }
  process.stdout.write(`\n${renderReport(rows)}\n`)
  if (values.write) await keep(rows)
  process.exitCode = rows.some(({ result }) => result === 'failed') ? 1 : 0
}

/** Puts the table, and the differences that are meant, into docs/peers.md, each between its two marks. */
async function keep(rows: readonly Row[]): Promise<void> {
  const path = join(root, 'docs/peers.md')
  const differences = markdownTable([['step', 'why it ends otherwise on moto'], ...Object.entries(DIFFERENCES)])
  const text = fill(await readFile(path, 'utf8'), 'table', renderTable(rows))
  await writeFile(path, fill(text, 'differences', differences))
}

function fill(text: string, name: string, content: string): string {
  const marks = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`)
  if (!marks.test(text)) throw new Error(`docs/peers.md has lost the marks of its ${name}`)
  return text.replace(marks, () => `<!-- ${name} -->\n${content}\n<!-- /${name} -->`)
}

await main()
