/**
 * Programs of others check the action and the simulator: `npm run peers [names of peers]`. Installs those that this machine can run, runs
 * every scenario, prints one table, and ends with exit code 1 on any failure. `--write` keeps the table in docs/dev/peers.md.
 */
import { parseArgs } from 'node:util'
import { markdownTable } from 'markdown-table'
import { stageAction } from '../../test/peers/act.ts'
import { aimScenarios } from '../../test/peers/aim.ts'
import { capacityScenarios } from '../../test/peers/capacity.ts'
import { cliScenarios } from '../../test/peers/cli.ts'
import { DIFFERENCES, FLEET_DIFFERENCES } from '../../test/peers/differences.ts'
import { fleetDifferenceScenario } from '../../test/peers/fleet-steps.ts'
import { iamScenarios } from '../../test/peers/iam.ts'
import { actionlintScenarios, zizmorScenarios } from '../../test/peers/lint.ts'
import { liveGroupScenario, liveWorkflowScenarios } from '../../test/peers/live.ts'
import { motoScenarios } from '../../test/peers/moto.ts'
import { startMoto } from '../../test/peers/moto-server.ts'
import { predicateScenarios } from '../../test/peers/predicate.ts'
import { goScenarios, printedScenarios } from '../../test/peers/printed.ts'
import { differenceScenario, modelScenarios } from '../../test/peers/python.ts'
import { rehearsalScenarios } from '../../test/peers/rehearsed.ts'
import { sweepScenarios } from '../../test/peers/sweep.ts'
import { play, type Row, renderReport, renderTable, type Scenario } from '../../test/peers/table.ts'
import { hclScenarios, moduleScenarios, stackScenarios } from '../../test/peers/templates.ts'
import { installTools, isMissing, type Tool, type Tools } from '../../test/peers/tools.ts'
import { actScenarios } from '../../test/peers/workflows.ts'
import { fillPage } from './page.ts'

type Open = { readonly scenarios: readonly Scenario[]; readonly close?: () => void }
type Peer = {
  readonly name: string
  readonly needs: keyof Tools
  /** Starts the servers that the scenarios need. */
  readonly open: (tool: Tool, tools: Tools) => Promise<Open>
}

const PEERS: readonly Peer[] = [
  { name: 'moto_server', needs: 'moto_server', open: openMoto },
  { name: 'botocore', needs: 'python', open: async ({ path }) => ({ scenarios: modelScenarios(path) }) },
  { name: 'in-toto', needs: 'in-toto', open: async ({ path }) => ({ scenarios: predicateScenarios(path) }) },
  { name: 'aws', needs: 'aws', open: async ({ path }) => ({ scenarios: [...cliScenarios(path), ...printedScenarios(path)] }) },
  { name: 'aws-sdk-go-v2', needs: 'aws-sdk-go-v2', open: async ({ path }) => ({ scenarios: goScenarios(path) }) },
  { name: 'act', needs: 'act', open: openAct },
  { name: 'actionlint', needs: 'actionlint', open: async ({ path }) => ({ scenarios: actionlintScenarios(path) }) },
  { name: 'zizmor', needs: 'zizmor', open: async ({ path }) => ({ scenarios: zizmorScenarios(path) }) },
  { name: 'iam-simulate', needs: 'iam-simulate', open: async ({ path }) => ({ scenarios: iamScenarios(path) }) },
  { name: 'cfn-lint', needs: 'cfn-lint', open: async ({ path }) => ({ scenarios: stackScenarios(path) }) },
  { name: 'terraform', needs: 'terraform', open: async ({ path }) => ({ scenarios: moduleScenarios(path) }) },
  { name: 'python-hcl2', needs: 'python-hcl2', open: async ({ path }) => ({ scenarios: hclScenarios(path) }) },
]

async function openMoto({ path }: Tool, { python, aws }: Tools): Promise<Open> {
  const moto = await startMoto(path)
  const both = isMissing(python) ? [] : [differenceScenario(python.path, moto)]
  const group = isMissing(aws) ? [] : [liveGroupScenario(aws.path, moto)]
  const fleets = [...capacityScenarios(moto), fleetDifferenceScenario(moto)]
  return {
    scenarios: [...motoScenarios(moto), ...aimScenarios(moto), ...fleets, ...sweepScenarios(moto), ...both, ...group],
    close: moto.close,
  }
}

async function openAct({ path }: Tool): Promise<Open> {
  await stageAction()
  return { scenarios: [...actScenarios(path), ...rehearsalScenarios(path), ...liveWorkflowScenarios(path)] }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
  const stranger = positionals.find((name) => !PEERS.some((peer) => peer.name === name))
  if (stranger !== undefined) throw new Error(`there is no peer ${stranger}; the peers are ${PEERS.map(({ name }) => name).join(', ')}`)
  if (values.write && positionals.length > 0) throw new Error('--write needs the results of all peers: name none')
  const tools = await installTools()
  const rows: Row[] = []
  for (const peer of PEERS) if (positionals.length === 0 || positionals.includes(peer.name)) rows.push(...(await judge(peer, tools)))
  process.stdout.write(`\n${renderReport(rows)}\n`)
  if (values.write) await keep(rows)
  process.exitCode = rows.some(({ result }) => result === 'failed') ? 1 : 0
}

/** All scenarios of a peer. A peer that this machine cannot run is skipped as a whole; a peer that does not start has failed. */
async function judge(peer: Peer, tools: Tools): Promise<readonly Row[]> {
  const tool = tools[peer.needs]
  if (isMissing(tool)) return [{ peer: peer.name, version: '–', scenario: 'all', result: 'skipped', why: tool.missing, tookMs: 0 }]
  const rows: Row[] = []
  const each = async (scenario: Scenario) => {
    const row = await play(peer.name, tool.version, scenario)
    process.stderr.write(`${row.result} ${peer.name}: ${row.scenario} (${(row.tookMs / 1000).toFixed(1)} s)\n`)
    rows.push(row)
  }
  let open: Open = { scenarios: [] }
  await each({
    name: 'starts',
    run: async () => {
      open = await peer.open(tool, tools)
    },
  })
  try {
    for (const scenario of open.scenarios) await each(scenario)
  } finally {
    open.close?.()
  }
  return rows.filter(({ scenario, result }) => scenario !== 'starts' || result === 'failed')
}

/** Writes the table of results, and the expected differences from moto, to docs/dev/peers.md. */
async function keep(rows: readonly Row[]): Promise<void> {
  const differences = markdownTable([
    ['step', 'why it ends otherwise on moto'],
    ...Object.entries({ ...DIFFERENCES, ...FLEET_DIFFERENCES }),
  ])
  await fillPage('docs/dev/peers.md', { table: renderTable(rows), differences })
}

await main()
