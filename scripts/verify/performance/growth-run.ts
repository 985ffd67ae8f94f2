/** Runs the action for one cell in real time, on its own simulated AWS. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../../simulator/server.ts'
import { runStage } from '../../runner.ts'
import { USAGE } from '../bench-usage.ts'
import { untilStarted } from './bench-account.ts'
import { countCalls, countToEvidence } from './figures.ts'
import { type Cell, nameCell, seedCell, toInputs } from './growth-cells.ts'
import { toJobEnv } from './play.ts'
import type { GrowthCell } from './shapes.ts'

/** When the process only waits: from this long after its start, until shortly before the interruption is due. */
const IDLE_FROM_MS = 40_000
const IDLE_UNTIL_MS: Readonly<Record<string, number>> = { PT2M: 110_000, PT15M: 890_000 }
/** Ticks of a second in /proc, the same on every machine. */
const TICKS = 100

type Used = { readonly memoryMb: number; readonly cpuMs: number; readonly loadedKb: number }
type Process = { spawnedAt: number; idleShare: number; wall: number }

/** A running cell. `started` resolves when its experiment has been started, or when the run ends. */
export type Running = { readonly started: Promise<unknown>; readonly done: Promise<GrowthCell> }

export async function startCell(cell: Cell): Promise<Running> {
  const simulator = await startSimulator()
  simulator.seed(seedCell(cell))
  const done = play(cell, simulator).finally(() => simulator.close())
  return { started: Promise.race([untilStarted({ simulator }, 0), done]), done }
}

async function play(cell: Cell, simulator: Simulator): Promise<GrowthCell> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-bench-'))
  const service = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const child: Process = { spawnedAt: Number.NaN, idleShare: Number.NaN, wall: Number.NaN }
  try {
    const [preload, usage] = [join(folder, 'usage.cjs'), join(folder, 'usage.json')]
    await writeFile(preload, USAGE)
    const job = {
      inputs: toInputs(cell, `http://127.0.0.1:${(service.address() as AddressInfo).port}`),
      env: toJobEnv({ url: simulator.url, folder }),
      temp: folder,
    }
    const own = { ...job.env, NODE_OPTIONS: `--require "${preload}"`, USAGE: usage }
    const main = await runStage('main', { ...job, env: own, onSpawn: (spawned) => observe(spawned, cell, child) })
    const post = await runStage('post', job, main.state)
    for (const { code, stdout } of [main, post]) if (code !== 0) throw new Error(`${nameCell(cell)} ended with ${code}:\n${stdout}`)
    return toCell(cell, { simulator, child, verdict: main.outputs.verdict ?? '', used: JSON.parse(await readFile(usage, 'utf8')) })
  } finally {
    service.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Notes when the process starts and ends, and its processor time while it waits. */
function observe(spawned: ChildProcess, { duration }: Cell, process: Process): void {
  process.spawnedAt = Date.now()
  let fromSeconds = Number.NaN
  const untilMs = IDLE_UNTIL_MS[duration] ?? Number.NaN
  const timers = [
    setTimeout(() => {
      fromSeconds = readCpuSeconds(spawned.pid)
    }, IDLE_FROM_MS),
    setTimeout(() => {
      process.idleShare = (readCpuSeconds(spawned.pid) - fromSeconds) / ((untilMs - IDLE_FROM_MS) / 1000)
    }, untilMs),
  ]
  spawned.on('close', () => {
    process.wall = (Date.now() - process.spawnedAt) / 1000
    timers.map(clearTimeout)
  })
}

/** Fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: user and system time are the 14th and the 15th. */
function readCpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

type Outcome = { readonly simulator: Simulator; readonly child: Process; readonly verdict: string; readonly used: Used }

function toCell(cell: Cell, { simulator, child, verdict, used }: Outcome): GrowthCell {
  const { strict, interrupted, leftovers } = simulator.leftovers()
  if (strict.length + leftovers.length > 0) throw new Error(`${nameCell(cell)} left ${JSON.stringify([leftovers, strict])}`)
  if (interrupted.length !== cell.instances) throw new Error(`${nameCell(cell)} interrupted ${interrupted.length} instances`)
  const journal = simulator.journal()
  const lastLeftAt = Math.max(...interrupted.map(({ at }) => Date.parse(at)))
  return {
    ...cell,
    wall: child.wall,
    calls: countCalls(journal),
    totalCalls: journal.length,
    callsPerMinute: journal.length / (child.wall / 60),
    callsToEvidence: countToEvidence(journal, lastLeftAt),
    cpu: used.cpuMs / 1000,
    idleShare: child.idleShare,
    memoryMb: used.memoryMb,
    startup: (Date.parse(journal[0]?.at ?? '') - child.spawnedAt) / 1000,
    loadedBytes: Math.round(used.loadedKb * 1000),
    verdict,
  }
}
