/**
 * What the simulator costs: from its start to `ready`, its memory, and its requests in a second of one core. Prints the figures against their
 * limits, and ends with 1 beyond a generous factor of one. The limits are for the bundle, which is made here; run from its TypeScript
 * sources, as `npm run simulator` does, Node's type stripping alone takes some 40 MB more. Time and memory of the process come from /proc; where
 * there is none, requests are counted by the clock on the wall, and memory is not measured.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const SOURCES = resolve(import.meta.dirname, '../../simulator/main.ts')
const STARTS = 5
const REQUESTS = 6000
const AT_ONCE = 8
/** Ticks of a second in /proc, the same on every machine. */
const TICKS = 100

type Figure = {
  readonly what: string
  readonly unit: string
  readonly value: number
  readonly limit: number
  /** Beyond the limit by more than this, the bench fails. */
  readonly factor: number
  readonly atLeast?: boolean
}

type Started = { readonly child: ChildProcess; readonly url: string; readonly tookMs: number }

/** The simulator as one file of JavaScript. */
async function bundle(folder: string): Promise<string> {
  const file = join(folder, 'simulator.mjs')
  const built = await rolldown({ input: SOURCES, platform: 'node' })
  await built.write({ file, format: 'esm', minify: true })
  await built.close()
  return file
}

async function start(program: string): Promise<Started> {
  const begun = performance.now()
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'ignore'] })
  if (child.stdout === null) throw new Error('no standard output')
  const [line] = await once(child.stdout, 'data')
  return { child, url: String(line).trim().replace('ready ', ''), tookMs: performance.now() - begun }
}

async function stop({ child }: Started): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Processor time of the process in seconds; undefined where /proc is missing. */
function cpuSeconds({ child }: Started): number | undefined {
  try {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  } catch {
    return undefined
  }
}

function memoryMb({ child }: Started): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

const INSTANCE = 'i-0123456789abcdef0'
const sign = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDBENCH/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
})

/** The most frequent requests of a run. The bench sends them in turn. */
const ASKED = [
  { method: 'GET', path: '/experiments/EXPbench', headers: sign('fis'), body: '' },
  {
    method: 'POST',
    path: '/',
    headers: { ...sign('ec2'), 'content-type': 'application/x-www-form-urlencoded' },
    body: `Action=DescribeInstances&Version=2016-11-15&InstanceId.1=${INSTANCE}`,
  },
]

async function send(url: string, agent: Agent, turn: number): Promise<void> {
  const asked = ASKED[turn % ASKED.length] ?? ASKED[0]
  if (asked === undefined) return
  const sent = request(`${url}${asked.path}`, { method: asked.method, headers: asked.headers, agent })
  sent.end(asked.body)
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 200) throw new Error(`${asked.method} ${asked.path} was answered ${response.statusCode}`)
}

async function sendAll(url: string, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  let next = 0
  const lane = async () => {
    while (next < count) await send(url, agent, next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  agent.destroy()
}

async function measureRequests(program: string): Promise<{ readonly perSecond: number; readonly memory: number | undefined }> {
  const started = await start(program)
  try {
    const seed = { instances: [{ id: INSTANCE }], experiments: [{ id: 'EXPbench', state: 'running' }] }
    await fetch(`${started.url}/_simulator/seed`, { method: 'PUT', body: JSON.stringify(seed) })
    const before = { cpu: cpuSeconds(started), wall: performance.now() }
    await sendAll(started.url, REQUESTS)
    const wall = (performance.now() - before.wall) / 1000
    const cpu = cpuSeconds(started)
    const seconds = cpu === undefined || before.cpu === undefined ? wall : cpu - before.cpu
    return { perSecond: REQUESTS / seconds, memory: memoryMb(started) }
  } finally {
    await stop(started)
  }
}

async function measureStart(program: string): Promise<{ readonly ms: number; readonly memory: number | undefined }> {
  const took: number[] = []
  let memory: number | undefined
  for (let turn = 0; turn < STARTS; turn++) {
    const started = await start(program)
    took.push(started.tookMs)
    memory = memoryMb(started)
    await stop(started)
  }
  return { ms: median(took), memory }
}

function render({ what, unit, value, limit, atLeast }: Figure): string {
  const met = atLeast ? value >= limit : value <= limit
  return `${met ? '✓' : '⚠'} ${what}: ${value.toFixed(0)} ${unit} (${atLeast ? 'at least' : 'at most'} ${limit})`
}

function isBeyond({ value, limit, factor, atLeast }: Figure): boolean {
  return atLeast ? value < limit / factor : value > limit * factor
}

async function measure(program: string): Promise<readonly Figure[]> {
  const started = await measureStart(program)
  const asked = await measureRequests(program)
  const memory = (what: string, value: number | undefined): readonly Figure[] =>
    value === undefined ? [] : [{ what, unit: 'MB', value, limit: 80, factor: 1.5 }]
  return [
    { what: 'from start to ready', unit: 'ms', value: started.ms, limit: 500, factor: 3 },
    ...memory('memory when ready', started.memory),
    { what: 'requests in a second of one core', unit: '', value: asked.perSecond, limit: 1000, factor: 3, atLeast: true },
    ...memory(`memory after ${REQUESTS} requests`, asked.memory),
  ]
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-simulator-'))
  try {
    const figures = await measure(await bundle(folder))
    process.stdout.write(`The simulator:\n${figures.map(render).join('\n')}\n`)
    process.exitCode = figures.some(isBeyond) ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await main()
