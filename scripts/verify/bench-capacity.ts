/**
 * Measures a run of 15 minutes with 10 capacities, without probes and with 20, on a small and on a large simulated fleet: memory,
 * processor time, and calls a minute. Share and calls are those of the wait: from the start of the experiment to the end of the process,
 * summary and report included. What comes before is the start-up, and is shown as seconds of processor time. Run `npm run build` first, then
 * `node scripts/node.cjs scripts/verify/bench-capacity.ts`. Fails when a limit is missed.
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { markdownTable } from 'markdown-table'
import { startSimulator } from '../../simulator/server.ts'
import { runStage } from '../runner.ts'
import { CAPACITY, idsOf, REGION, seedOf } from './bench-capacity-seed.ts'
import { BENCH_ENV } from './bench-env.ts'

const MOST_MB = 120
/** Shares of a core, without probes and with 20. */
const MOST_IDLE = 0.005
const MOST_PROBING = 0.03
const MOST_CALLS_A_MINUTE = 140
/** The largest allowed ratio of the calls a minute: of the largest fleet to the smallest. */
const MOST_GROWTH = 1.15

type Case = { readonly instances: number; readonly probes: number }
type Measured = Case & {
  readonly memoryMb: number
  readonly startSeconds: number
  readonly share: number
  readonly callsPerMinute: number
  readonly verdict: string
}

/** Time and usage as plain JavaScript: the compiler of TypeScript would take memory in the process that is measured. */
const USAGE = `import { writeFileSync } from 'node:fs'
const look = () => ({ cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000, atMs: performance.now() })
let begun = look()
process.once('SIGUSR2', () => { begun = look() })
process.on('exit', () => {
  const { cpuMs, atMs } = look()
  const usage = { startMs: begun.cpuMs, cpuMs: cpuMs - begun.cpuMs, forMs: atMs - begun.atMs, maxRss: process.resourceUsage().maxRSS }
  writeFileSync(process.env.USAGE, JSON.stringify(usage))
})
`

async function measure({ instances, probes }: Case, speed: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-bench-capacity-'))
  const time = await readFile(resolve(import.meta.dirname, '../../simulator/preload.ts'), 'utf8')
  const preload = [join(folder, 'time.mjs'), join(folder, 'usage.mjs')]
  await writeFile(preload[0] ?? '', stripTypeScriptTypes(time))
  await writeFile(preload[1] ?? '', USAGE)
  const simulator = await startSimulator({ speed })
  const service = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const { real0, sim0 } = simulator.clock
  let child: ChildProcess | undefined
  let callsBefore: number | undefined
  const show = (text: string) => {
    if (callsBefore !== undefined || !/Experiment \S+ started/.test(text)) return
    callsBefore = simulator.journal().length
    child?.kill('SIGUSR2')
  }
  try {
    const ids = idsOf(instances)
    simulator.seed(seedOf(ids))
    const { port } = service.address() as AddressInfo
    const lines = Array.from({ length: probes }, (_, at) => `p${at}=http://127.0.0.1:${port}/${at}`)
    const { code, stdout, outputs } = await runStage('main', {
      show,
      onSpawn: (spawned) => {
        child = spawned
      },
      inputs: {
        'instance-id': ids[0] ?? '',
        region: REGION,
        duration: 'PT15M',
        capacity: CAPACITY,
        probes: lines.join('\n'),
        'recovery-timeout': '15m',
      },
      env: {
        AWS_ENDPOINT_URL: simulator.url,
        ...BENCH_ENV,
        SIMULATED_TIME: `${speed},${real0},${sim0}`,
        USAGE: join(folder, 'usage.json'),
        RUNNER_TEMP: folder,
      },
      preload,
    })
    if (code !== 0) throw new Error(`the run failed:\n${stdout}`)
    const usage = JSON.parse(await readFile(join(folder, 'usage.json'), 'utf8'))
    return {
      instances,
      probes,
      memoryMb: usage.maxRss / 1024,
      startSeconds: usage.startMs / 1000,
      share: usage.cpuMs / usage.forMs,
      callsPerMinute: ((simulator.journal().length - (callsBefore ?? 0)) * 60_000) / usage.forMs,
      verdict: outputs.verdict ?? '',
    }
  } finally {
    service.close()
    await simulator.close()
  }
}

function findMissed({ memoryMb, share, probes, callsPerMinute }: Measured): readonly string[] {
  const most = probes === 0 ? MOST_IDLE : MOST_PROBING
  return [
    ...(memoryMb > MOST_MB ? [`${Math.round(memoryMb)} MB of at most ${MOST_MB}`] : []),
    ...(share > most ? [`${(share * 100).toFixed(2)} % of a core, at most ${most * 100}`] : []),
    ...(callsPerMinute > MOST_CALLS_A_MINUTE ? [`${Math.round(callsPerMinute)} calls a minute of at most ${MOST_CALLS_A_MINUTE}`] : []),
  ]
}

/** A fleet of 90 must need as many calls as one of 3. On a busy machine polls are late, and so there are fewer. */
function findGrowth(rows: readonly Measured[]): readonly string[] {
  return Object.values(Object.groupBy(rows, ({ probes }) => probes)).flatMap((ofCase = []) => {
    const calls = ofCase.map(({ callsPerMinute }) => callsPerMinute)
    const [least, most] = [Math.min(...calls), Math.max(...calls)]
    return most <= least * MOST_GROWTH ? [] : [`${least.toFixed(1)} to ${most.toFixed(1)} calls a minute, by the number of instances`]
  })
}

/** Probes are sent in real time. At a high speed there would be so many that their answers come late. */
const SPEEDS = { idle: 40, probing: 12 }

async function bench(): Promise<void> {
  const cases: readonly Case[] = [3, 90].flatMap((instances) => [0, 20].map((probes) => ({ instances, probes })))
  const rows: Measured[] = []
  for (const one of cases) rows.push(await measure(one, one.probes === 0 ? SPEEDS.idle : SPEEDS.probing))
  const table = rows.map((row) => [
    String(row.instances),
    String(row.probes),
    `${Math.round(row.memoryMb)} MB`,
    `${row.startSeconds.toFixed(2)} s`,
    `${(row.share * 100).toFixed(2)} %`,
    row.callsPerMinute.toFixed(1),
    row.verdict,
  ])
  console.log(markdownTable([['instances', 'probes', 'memory', 'start-up', 'of a core', 'calls a minute', 'verdict'], ...table]))
  const missed = [...rows.flatMap(findMissed), ...findGrowth(rows)]
  for (const one of missed) console.log(`missed: ${one}`)
  process.exitCode = missed.length === 0 ? 0 : 1
}

await bench()
