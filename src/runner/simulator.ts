/** Starts the process of the simulated AWS for the rehearse action. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ActionError } from '../model/errors.ts'
import { isPath } from '../model/inputs/rehearse.ts'
import { FILE } from './simulator-process.ts'

/** The settings of the simulator. The simulator itself checks them and the scenario. */
export type Settings = {
  readonly speed: number
  readonly region: string
  readonly instances: number
  readonly tags: Readonly<Record<string, string>>
  readonly autoScalingGroup: string | null
  readonly role: string | null
  readonly scenario: string | null
}

export type Ready = { readonly pid: number; readonly url: string; readonly instanceIds: readonly string[] }

/** How long the start may take, in real time. It usually takes a tenth of a second; a busy machine may take a hundred times as long. */
const START_MS = 30_000
const LONGEST_PROBLEM = 2000

/** The text of a scenario, and its name for messages. Throws `usage` for a file that cannot be read. */
export function readScenario(given: string): { readonly name: string; readonly text: string } {
  if (!isPath(given)) return { name: 'scenario', text: given }
  try {
    return { name: given, text: readFileSync(given, 'utf8') }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new ActionError(
      'usage',
      `Bad input: scenario: the file cannot be read: ${why}.`,
      'The path is relative to the workspace: check out the repository before this step.',
    )
  }
}

/** How to start it: `started` gets the process id before the simulator gets its settings; `cancel` ends it if it is not ready yet. */
export type StartOptions = {
  readonly settings: Settings
  readonly name: string
  readonly started: (pid: number) => void
  readonly cancel: AbortSignal
}

/**
 * Starts the simulator, whose file is beside the running script, as a process that continues after this one ends. Its environment has only
 * the variables of `toEnv`, so it gets no secret. Rejects if it is not ready in time, or does not accept the scenario.
 */
export async function startSimulator({ settings, name, started, cancel }: StartOptions): Promise<Ready> {
  const child = spawn(process.execPath, [join(dirname(process.argv[1] ?? ''), FILE), '--step'], {
    detached: true,
    windowsHide: true,
    cwd: tmpdir(),
    env: toEnv(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  try {
    if (child.pid !== undefined) started(child.pid)
    const { url, instanceIds, problems } = await readAnswer(child, settings, cancel)
    if (problems !== undefined)
      throw new ActionError('usage', `Bad input: ${problems.map((one) => `${name}, ${one}`).join(' | ')}.`, TABLES)
    return { pid: child.pid ?? 0, url, instanceIds }
  } catch (thrown) {
    child.kill('SIGKILL')
    throw thrown
  } finally {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    child.unref()
  }
}

const TABLES = 'docs/rehearsal.md has all members of a scenario. Nothing was started.'

/** At the end of the job, the runner ends processes that have its RUNNER_TRACKING_ID. Windows cannot open a socket without SystemRoot. */
function toEnv({ RUNNER_TRACKING_ID, SystemRoot }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries({ RUNNER_TRACKING_ID, SystemRoot }).filter(([, value]) => value !== undefined))
}

type Answer = { readonly url: string; readonly instanceIds: readonly string[]; readonly problems?: readonly string[] }
type Piped = ChildProcess & { readonly stdin: NonNullable<ChildProcess['stdin']>; readonly stdout: NonNullable<ChildProcess['stdout']> }

/** Sends the settings, and reads the one line that comes back. */
function readAnswer(child: Piped, settings: Settings, cancel: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let line = ''
    let said = ''
    const fail = (why: string) => {
      const more = said.trim().slice(0, LONGEST_PROBLEM)
      reject(new ActionError('internal', `The simulated AWS did not start: ${why}${more === '' ? '' : `: ${more}`}.`))
    }
    child.on('error', (error) => fail(error.message))
    child.on('close', (code, signal) => fail(`it ended with ${signal ?? code}`))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      line += text
      if (line.endsWith('\n')) resolve(JSON.parse(line))
    })
    // The simulator may end before it has read everything. Then `close` reports it.
    child.stdin.on('error', () => undefined).end(JSON.stringify({ ...settings, run: readRun(process.env), parent: findParent() }))
    AbortSignal.timeout(START_MS).addEventListener('abort', () => fail(`it was not ready within ${START_MS / 1000} s`))
    cancel.addEventListener('abort', () => fail('the step was cancelled'))
  })
}

function readRun({ GITHUB_REPOSITORY, GITHUB_REF, GITHUB_EVENT_NAME, GITHUB_SHA, GITHUB_RUN_ID, GITHUB_ACTOR }: NodeJS.ProcessEnv) {
  const run = {
    repository: GITHUB_REPOSITORY,
    ref: GITHUB_REF,
    event: GITHUB_EVENT_NAME,
    sha: GITHUB_SHA,
    runId: GITHUB_RUN_ID,
    actor: GITHUB_ACTOR,
  }
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined && value !== ''))
}

/**
 * The process of the runner, which starts each step itself and ends with the job. In a container it is not visible, but the container ends
 * with the job, too.
 */
function findParent(): number | null {
  return process.ppid > 1 ? process.ppid : null
}
