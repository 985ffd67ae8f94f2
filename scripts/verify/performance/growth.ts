/**
 * Measures how a run grows with its instances, duration, probes and sources of capacity: `npm run bench -- growth`. The cells of one duration
 * run side by side in real time, and start one after another. `--only PT2M` runs the cells of one duration, `--only PT2M/1` those with one
 * instance, and so on in the order duration, instances, probes, sources; it may be given more than once. `--write` keeps the figures in
 * docs/performance/growth.json. Build the action first. Ends with 1 when a limit that gates is missed.
 */
import { parseArgs } from 'node:util'
import { passes } from './checks.ts'
import { measureDownload } from './download.ts'
import { type Cell, DURATIONS, nameCell, selectCells } from './growth-cells.ts'
import { checkGrowth, METHOD, renderGrowth } from './growth-report.ts'
import { type Running, startCell } from './growth-run.ts'
import { describeMachine, keep, requireLinux } from './machine.ts'
import type { GrowthCell, GrowthFile } from './shapes.ts'

async function grow({ only, write }: ReturnType<typeof readOptions>): Promise<void> {
  requireLinux()
  const date = new Date().toISOString()
  const chosen = selectCells(only)
  const cells: GrowthCell[] = []
  for (const duration of DURATIONS) cells.push(...(await runTogether(chosen.filter((cell) => cell.duration === duration))))
  const [smallest] = cells.filter(({ instances, probes, capacity }) => instances === 1 && probes + capacity === 0)
  const file: GrowthFile = {
    kind: 'growth',
    date,
    machine: describeMachine(),
    method: METHOD,
    cells,
    loadedBytes: smallest?.loadedBytes ?? null,
    download: await measureDownload(),
    checks: checkGrowth(cells),
  }
  console.log(renderGrowth(file))
  if (write) await keep(file)
  process.exitCode = passes(file.checks) ? 0 : 1
}

/** The cells start one after another, so that no start disturbs the measurement of another cell. */
async function runTogether(cells: readonly Cell[]): Promise<readonly GrowthCell[]> {
  const running: Promise<GrowthCell>[] = []
  for (const cell of cells) {
    const { started, done }: Running = await startCell(cell)
    running.push(done.then((measured) => tell(measured)))
    await started
  }
  return Promise.all(running)
}

function tell(cell: GrowthCell): GrowthCell {
  console.log(`${new Date().toISOString().slice(11, 19)} ${nameCell(cell)}: ${cell.wall.toFixed(0)} s, ${cell.totalCalls} calls`)
  return cell
}

function readOptions() {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true, default: [] }, write: { type: 'boolean', default: false } },
  })
  if (values.write && values.only.length > 0) throw new Error('--write keeps the figures of all cells: leave out --only.')
  return values
}

await grow(readOptions())
