import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Simulator } from '../server.ts'

/** A real process that is an instance's workload. */
export type Program = {
  readonly instance: string
  /** The program and its arguments; it is run without a shell. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Simulated time from SIGTERM to SIGKILL, as an operating system gives when it goes down. */
  readonly graceSeconds?: number
}

/** Comes up some time after another instance got its notice, or began to end: what Auto Scaling does. */
export type Replacement = Program & {
  readonly region: string
  readonly for: string
  readonly after: 'notice' | 'interruption'
  readonly delaySeconds: number
}

/** What was done to a process, or what it wrote; `at` is simulated. */
export type Entry = {
  readonly at: number
  readonly instance: string
  readonly what: 'started' | 'SIGTERM' | 'SIGKILL' | 'ended' | 'line'
  readonly text: string
}

export type Host = {
  readonly run: (program: Program) => void
  readonly replace: (replacement: Replacement) => void
  readonly log: () => readonly Entry[]
  readonly close: () => Promise<void>
}

type Place = Pick<Simulator, 'url' | 'clock' | 'now' | 'glance' | 'seed'>
type Job = { readonly program: Program; child?: ChildProcess; termAt?: number; killed?: boolean; over: boolean }
type Order = { readonly replacement: Replacement; dueAt?: number }

const preload = resolve(import.meta.dirname, '../preload.ts')
const LOOK_MS = 15
const GRACE_SECONDS = 5
const STILL_UP = ['pending', 'running']

/**
 * Runs processes on simulated instances: each starts when its instance runs and is ended as an operating system would when the instance
 * goes: SIGTERM, grace, SIGKILL. It finds its metadata service where the SDKs look for it, and its time runs like the simulator's where it
 * is started by Node. The model knows nothing of this; here is the only place with timers.
 */
export function createHost(place: Place): Host {
  const jobs: Job[] = []
  const orders: Order[] = []
  const entries: Entry[] = []
  const note = (job: Job, what: Entry['what'], text = '') =>
    void entries.push({ at: place.now().getTime(), instance: job.program.instance, what, text })
  const look = () => {
    for (const order of orders.slice()) fill(place, order, (program) => jobs.push({ program, over: false }), orders)
    for (const job of jobs) tend(place, job, note)
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    run: (program) => void jobs.push({ program, over: false }),
    replace: (replacement) => void orders.push({ replacement }),
    log: () => entries,
    close: async () => {
      clearInterval(timer)
      await Promise.all(jobs.map(({ child }) => kill(child)))
    },
  }
}

/** An order is filled by an instance of its own, launched when its time has come. */
function fill(place: Place, order: Order, run: (program: Program) => void, orders: Order[]): void {
  const { replacement } = order
  const seen = place.glance(replacement.for)
  const now = place.now().getTime()
  const happened = replacement.after === 'notice' ? seen?.noticed === true : seen !== undefined && !STILL_UP.includes(seen.state)
  if (happened) order.dueAt ??= now + replacement.delaySeconds * 1000
  if (order.dueAt === undefined || now < order.dueAt) return
  orders.splice(orders.indexOf(order), 1)
  place.seed({ instances: [{ id: replacement.instance, region: replacement.region, launchedSecondsAgo: 0 }] })
  run(replacement)
}

type Note = (job: Job, what: Entry['what'], text?: string) => void

function tend(place: Place, job: Job, note: Note): void {
  const state = place.glance(job.program.instance)?.state
  if (state === 'running' && job.child === undefined) start(place, job, note)
  if (job.child === undefined || job.over || state === undefined || STILL_UP.includes(state)) return
  const now = place.now().getTime()
  if (job.termAt === undefined) {
    job.termAt = now
    note(job, 'SIGTERM')
    job.child.kill('SIGTERM')
  } else if (now >= job.termAt + (job.program.graceSeconds ?? GRACE_SECONDS) * 1000 && !job.killed) {
    job.killed = true
    note(job, 'SIGKILL')
    job.child.kill('SIGKILL')
  }
}

function start(place: Place, job: Job, note: Note): void {
  const [file = '', ...args] = job.program.command
  const { speed, real0, sim0 } = place.clock
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_OPTIONS: `--no-warnings --import=${preload}`,
    SIMULATED_TIME: `${speed},${real0},${sim0}`,
    INSTANCE_ID: job.program.instance,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${place.url}/_simulator/imds/${job.program.instance}`,
    ...job.program.env,
  }
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  job.child = child
  note(job, 'started')
  createInterface({ input: child.stdout }).on('line', (text) => note(job, 'line', text))
  const end = (text: string) => {
    job.over = true
    note(job, 'ended', text)
  }
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(signal ?? String(code)))
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
}
