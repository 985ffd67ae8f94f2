/**
 * The runs of the bench. The simulated AWS is behind TLS on loopback, and its clock is so fast that an experiment starts at once. Each run
 * starts an entry in a new process, and measures the times of its start, of its requests and responses, and of its end.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from 'node:tls'
import { promisify } from 'node:util'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { createLedger } from '../../src/model/cleanup/ledger.ts'
import { BENCH_ENV } from './bench-env.ts'
import { type Marks, openFront } from './bench-front.ts'
import { USAGE } from './bench-usage.ts'

/** `post` has a template to delete; `stopping-post` also has a running experiment to stop. */
export type Flow = 'empty' | 'bad-input' | 'idle-post' | 'main' | 'post' | 'stopping-post'

/**
 * Times in milliseconds from the start of the process. `firstMs`: its first request arrived. `answeredMs[n - 1]`: its n-th response was
 * sent. `startedMs`: the response to StartExperiment was sent. `cpuMs` is the processor time, user and system.
 */
export type Run = {
  readonly wallMs: number
  readonly firstMs: number | undefined
  readonly answeredMs: readonly number[]
  readonly startedMs: number | undefined
  readonly cpuMs: number
  readonly memoryMb: number
  /** The bytes of the files of CommonJS that it loaded, in KB. */
  readonly loadedKb: number
  readonly calls: readonly string[]
}

export type FlowRunner = {
  /** The folder with the empty script. */
  readonly empty: string
  readonly run: (flow: Flow, folder: string) => Promise<Run>
  readonly close: () => Promise<void>
}

const REGION = 'us-east-1'
const ACCOUNT = '123456789012'
const TARGET = 'i-0123456789abcdef0'
const EXPECTED: Readonly<Record<Flow, number>> = { empty: 0, 'bad-input': 1, 'idle-post': 0, main: 0, post: 0, 'stopping-post': 0 }
const OURS = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:invocation': '11111111-2222-4333-8444-555555555555',
  'spot-interrupt:created-at': '2026-01-01T00:00:00.000Z',
}

type Track = { readonly folder: string; readonly simulator: Simulator; readonly front: Server; readonly marks: Marks }

export async function createFlowRunner(): Promise<FlowRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-bench-'))
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=bench'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  ])
  const empty = join(folder, 'empty')
  await mkdir(empty)
  await writeFile(join(empty, 'empty.mjs'), '')
  await writeFile(join(folder, 'usage.cjs'), USAGE)
  const simulator = await startSimulator({ speed: 1000 })
  const marks: Marks = { first: undefined, answered: [], started: undefined }
  const front = await openFront(folder, simulator, marks)
  const track = { folder, simulator, front, marks }
  return {
    empty,
    run: (flow, from) => run(track, flow, from),
    close: async () => {
      await new Promise((done) => front.close(done))
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run({ folder, simulator, front, marks }: Track, flow: Flow, from: string): Promise<Run> {
  simulator.reset()
  simulator.seed({
    instances: [{ id: TARGET, region: REGION }],
    roles: [{ name: 'bench', policies: { all: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } } }],
    templates: [{ id: 'EXTbench', tags: OURS }],
    experiments: [{ id: 'EXPbench', state: 'running', templateId: 'EXTbench', tags: OURS }],
  })
  const home = await mkdtemp(join(folder, 'run-'))
  for (const name of ['output', 'state', 'summary']) await writeFile(join(home, name), '')
  const env = { ...toEnv(folder, home, `https://127.0.0.1:${(front.address() as AddressInfo).port}`), ...toInputs(flow) }
  const entry = await findEntry(from, flow === 'empty' ? 'empty' : flow.endsWith('post') ? 'post' : 'main')
  Object.assign(marks, { first: undefined, answered: [], started: undefined })
  const begun = performance.now()
  const child = spawn(process.execPath, ['--require', join(folder, 'usage.cjs'), join(from, entry)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = await once(child, 'exit')
  const wallMs = performance.now() - begun
  if (code !== EXPECTED[flow]) throw new Error(`${flow} in ${from} ended with ${code}:\n${said}`)
  const usage: { memoryMb: number; cpuMs: number; loadedKb: number } = JSON.parse(await readFile(join(home, 'usage'), 'utf8'))
  const since = (mark: number | undefined) => (mark === undefined ? undefined : mark - begun)
  const calls = simulator.journal().map(({ service, operation }) => `${service}:${operation}`)
  const answeredMs = marks.answered.map((mark) => mark - begun)
  return { wallMs, firstMs: since(marks.first), answeredMs, startedMs: since(marks.started), calls, ...usage }
}

async function findEntry(folder: string, stage: string): Promise<string> {
  const found = (await readdir(folder)).find((name) => name === `${stage}.cjs` || name === `${stage}.mjs`)
  if (found === undefined) throw new Error(`there is no ${stage} in ${folder}`)
  return found
}

function toEnv(folder: string, home: string, url: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'),
    USAGE: join(home, 'usage'),
    AWS_ENDPOINT_URL: url,
    ...BENCH_ENV,
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: home,
    GITHUB_ACTIONS: 'true',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_OUTPUT: join(home, 'output'),
    GITHUB_STATE: join(home, 'state'),
    GITHUB_STEP_SUMMARY: join(home, 'summary'),
  }
}

function toInputs(flow: Flow): Record<string, string> {
  if (flow === 'post' || flow === 'stopping-post') return { STATE_ledger: toLedger(flow) }
  if (flow !== 'main') return {}
  return {
    'INPUT_INSTANCE-ID': TARGET,
    INPUT_REGION: REGION,
    'INPUT_ROLE-ARN': `arn:aws:iam::${ACCOUNT}:role/bench`,
    'INPUT_WAIT-FOR': 'experiment',
    'INPUT_POLL-INTERVAL': '2s',
    INPUT_SWEEP: 'false',
  }
}

/** The ledger that main leaves to post if it could not clean up. */
function toLedger(flow: 'post' | 'stopping-post'): string {
  let saved = ''
  const ledger = createLedger((json) => {
    saved = json
  })
  const invocation = OURS['spot-interrupt:invocation']
  ledger.open({ invocation, account: ACCOUNT, partition: 'aws', region: REGION, timezone: 'UTC' })
  ledger.intend({ kind: 'template', name: 'token-1', id: 'EXTbench' })
  if (flow === 'stopping-post') ledger.intend({ kind: 'experiment', name: 'token-2', id: 'EXPbench', templateId: 'EXTbench' })
  ledger.close()
  return saved
}
