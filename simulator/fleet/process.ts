import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Simulator } from '../server.ts'

/** The program that runs as the workload of an instance, in a real process. */
export type Program = {
  readonly instance: string
  /** The program and its arguments, which run without a shell. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Simulated seconds from SIGTERM to SIGKILL, as an operating system allows at shutdown. */
  readonly graceSeconds?: number
}

/** A program that starts some time after another instance got its notice or began to end, as Auto Scaling would launch it. */
export type Replacement = Program & {
  readonly region: string
  readonly for: string
  readonly after: 'notice' | 'interruption'
  readonly delaySeconds: number
}

/** A program for every instance of an Auto Scaling group, also for those that the group launches later. */
export type GroupProgram = { readonly group: string; readonly program: (instance: string) => Program }

/** A start, an end or an output line of a process; `at` is simulated time. */
export type ProcessLogLine = {
  readonly at: number
  readonly instance: string
  readonly what: 'started' | 'SIGTERM' | 'SIGKILL' | 'ended' | 'line'
  readonly text: string
}

export type ProcessHost = {
  readonly run: (program: Program) => void
  readonly runOnGroup: (program: GroupProgram) => void
  readonly replace: (replacement: Replacement) => void
  readonly log: () => readonly ProcessLogLine[]
  readonly close: () => Promise<void>
}

type SimulatorFace = Pick<Simulator, 'metadataUrl' | 'clock' | 'now' | 'instance' | 'launchedFor' | 'seed'>
type Job = { readonly program: Program; starting?: boolean; child?: ChildProcess; termAt?: number; killed?: boolean; over: boolean }
type PendingReplacement = { readonly replacement: Replacement; dueAt?: number }

/** As a URL, because NODE_OPTIONS splits a path at spaces, and reads the drive of a Windows path as a URL scheme. */
const preload = new URL('../preload.ts', import.meta.url).href
const POLL_MS = 15
const GRACE_SECONDS = 5
const STILL_UP = ['pending', 'running']

/**
 * Runs processes on simulated instances. Each starts when its instance runs. When the instance ends, it gets SIGTERM, and SIGKILL after its
 * grace time, as from an operating system. The environment of the process points the SDKs to its metadata service, and a Node process gets
 * the sped-up time of the simulator. The account does not know these processes; only this file uses timers.
 */
export function createProcessHost(simulator: SimulatorFace): ProcessHost {
  const jobs: Job[] = []
  const replacements: PendingReplacement[] = []
  const groups: GroupProgram[] = []
  const entries: ProcessLogLine[] = []
  const record = (job: Job, what: ProcessLogLine['what'], text = '') =>
    void entries.push({ at: simulator.now().getTime(), instance: job.program.instance, what, text })
  const poll = () => {
    for (const replacement of replacements.splice(0)) {
      if (isDue(simulator, replacement)) launch(simulator, replacement.replacement, jobs)
      else replacements.push(replacement)
    }
    for (const { group, program } of groups) {
      const known = jobs.map((job) => job.program.instance)
      const fresh = simulator.launchedFor(group).filter((id) => !known.includes(id))
      jobs.push(...fresh.map((id) => ({ program: program(id), over: false })))
    }
    for (const job of jobs) supervise(simulator, job, record)
  }
  const timer = setInterval(poll, POLL_MS)
  return {
    run: (program) => void jobs.push({ program, over: false }),
    runOnGroup: (program) => void groups.push(program),
    replace: (replacement) => void replacements.push({ replacement }),
    log: () => entries,
    close: async () => {
      clearInterval(timer)
      for (const job of jobs) job.over ||= job.child === undefined
      await Promise.all(jobs.map(({ child }) => kill(child)))
    },
  }
}

/** Whether a replacement is due. Sets its time once the replaced instance got the notice or began to end. */
function isDue(simulator: SimulatorFace, pending: PendingReplacement): boolean {
  const { replacement } = pending
  const status = simulator.instance(replacement.for)
  const now = simulator.now().getTime()
  const happened = replacement.after === 'notice' ? status?.noticed === true : status !== undefined && !STILL_UP.includes(status.state)
  if (happened) pending.dueAt ??= now + replacement.delaySeconds * 1000
  return pending.dueAt !== undefined && now >= pending.dueAt
}

function launch(simulator: SimulatorFace, replacement: Replacement, jobs: Job[]): void {
  simulator.seed({ instances: [{ id: replacement.instance, region: replacement.region, launchedSecondsAgo: 0 }] })
  jobs.push({ program: replacement, over: false })
}

type RecordLine = (job: Job, what: ProcessLogLine['what'], text?: string) => void

function supervise(simulator: SimulatorFace, job: Job, record: RecordLine): void {
  const state = simulator.instance(job.program.instance)?.state
  if (state === 'running' && job.starting !== true) {
    job.starting = true
    void start(simulator, job, record)
  }
  if (job.child === undefined || job.over || state === undefined || STILL_UP.includes(state)) return
  const now = simulator.now().getTime()
  if (job.termAt === undefined) {
    job.termAt = now
    record(job, 'SIGTERM')
    job.child.kill('SIGTERM')
  } else if (now >= job.termAt + (job.program.graceSeconds ?? GRACE_SECONDS) * 1000 && !job.killed) {
    job.killed = true
    record(job, 'SIGKILL')
    job.child.kill('SIGKILL')
  }
}

async function start(simulator: SimulatorFace, job: Job, record: RecordLine): Promise<void> {
  const [file = '', ...args] = job.program.command
  const { speed, real0, sim0 } = simulator.clock
  const metadataUrl = await simulator.metadataUrl(job.program.instance)
  if (job.over) return
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_OPTIONS: `--no-warnings --import=${preload}`,
    SIMULATED_TIME: `${speed},${real0},${sim0}`,
    INSTANCE_ID: job.program.instance,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: metadataUrl,
    ...job.program.env,
  }
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  job.child = child
  record(job, 'started')
  createInterface({ input: child.stdout }).on('line', (text) => record(job, 'line', text))
  const end = (text: string) => {
    job.over = true
    record(job, 'ended', text)
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
