/**
 * Foreign programs judge the action and the simulator: `npm run peers`. Installs them where the machine has it, runs every scenario,
 * prints one table, and ends with 1 on any failure. `--write` keeps the table in docs/peers.md; names after it choose peers.
 */
import { parseArgs } from 'node:util'
import { motoScenarios, startMoto } from '../test/peers/moto.ts'
import { play, type Row, renderReport, type Scenario } from '../test/peers/table.ts'
import { installTools, isMissing, type Tool, type Tools } from '../test/peers/tools.ts'

type Peer = {
  readonly name: string
  readonly needs: keyof Tools
  /** Runs `each` for every scenario, while what they need is up. */
  readonly run: (tool: Tool, each: (scenario: Scenario) => Promise<void>) => Promise<void>
}

const PEERS: readonly Peer[] = [
  {
    name: 'moto_server',
    needs: 'moto_server',
    run: async ({ path }, each) => {
      const moto = await startMoto(path)
      try {
        for (const scenario of motoScenarios(moto)) await each(scenario)
      } finally {
        moto.close()
      }
    },
  },
]

async function main(): Promise<void> {
  const { positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
  const tools = await installTools()
  const rows: Row[] = []
  for (const peer of PEERS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const tool = tools[peer.needs]
    if (isMissing(tool)) {
      rows.push({ peer: peer.name, version: '–', scenario: 'all', result: 'skipped', why: tool.missing, tookMs: 0 })
      continue
    }
    await peer.run(tool, async (scenario) => {
      const row = await play(peer.name, tool.version, scenario)
      process.stderr.write(`${row.result} ${peer.name}: ${row.scenario} (${(row.tookMs / 1000).toFixed(1)} s)\n`)
      rows.push(row)
    })
  }
  process.stdout.write(`\n${renderReport(rows)}\n`)
  process.exitCode = rows.some(({ result }) => result === 'failed') ? 1 : 0
}

await main()
