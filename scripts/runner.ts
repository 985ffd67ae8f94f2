/**
 * Runs an action as the Actions runner does: inputs with the defaults of action.yml, the command files, and the state that main leaves to
 * post. The demo and the tests use it. The real runner is at https://github.com/actions/runner.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '..')

export type Stage = 'main' | 'post'

export type StageResult = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** The variables that the stage set for the later steps of the job. */
  readonly variables: Readonly<Record<string, string>>
  readonly summary: string
}

export type Job = {
  /** The folder of action.yml, from the root of the repository. */
  readonly action?: string
  readonly inputs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** Gets the output while the process runs. */
  readonly show?: (text: string) => void
  /** Called as soon as the process runs: with the process, to send it signals, and with a reader of its state file. */
  readonly onSpawn?: (child: ChildProcess, readState: () => Promise<Readonly<Record<string, string>>>) => void
  /** Modules that Node loads before the action. */
  readonly preload?: readonly string[]
  /** Files that replace the pipes for the output, such as `/dev/full`. */
  readonly streams?: Readonly<Partial<Record<'stdout' | 'stderr', string>>>
  /** A program that starts Node, with its arguments, such as one that measures. Signals go to it. */
  readonly under?: readonly string[]
  /** RUNNER_TEMP. Pass the same folder for all stages of one step, as the runner does. */
  readonly temp?: string
}

/** Runs one stage of the action as the runner would. `state` is the state that main saved, and is passed to post. */
export async function runStage(stage: Stage, job: Job, state: Readonly<Record<string, string>> = {}): Promise<StageResult> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-'))
  try {
    const files = await makeFiles(folder)
    const { entry, defaults } = await readAction(job.action ?? '.', stage)
    const env = { ...toEnv({ ...defaults, ...job.inputs }, state), ...files, RUNNER_TEMP: job.temp ?? folder, ...job.env }
    const readState = () => readCommands(files.GITHUB_STATE)
    const ended = await spawnStage(entry, job, { env, spawned: (child) => job.onSpawn?.(child, readState) })
    const [outputs = {}, saved = {}, variables = {}] = await Promise.all(
      [files.GITHUB_OUTPUT, files.GITHUB_STATE, files.GITHUB_ENV].map(readCommands),
    )
    return { ...ended, outputs, state: { ...state, ...saved }, variables, summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeFiles(folder: string) {
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'] as const
  const paths = names.map((name) => [name, join(folder, name)] as const)
  for (const [, path] of paths) await writeFile(path, '')
  return Object.fromEntries(paths) as Record<(typeof names)[number], string>
}

async function readAction(action: string, stage: Stage) {
  const folder = resolve(root, action)
  const metadata = parse(await readFile(join(folder, 'action.yml'), 'utf8')) as {
    inputs?: Record<string, { default?: string } | null>
    runs: Partial<Record<Stage, string>>
  }
  const entry = metadata.runs[stage]
  if (entry === undefined) throw new Error(`${action} has no ${stage} stage`)
  const defaults = Object.fromEntries(Object.entries(metadata.inputs ?? {}).map(([name, one]) => [name, evaluate(one?.default)]))
  return { entry: resolve(folder, entry), defaults }
}

/** Evaluates the default of an input. An expression gives an empty text, because there is no job here whose data it could read. */
function evaluate(value: unknown): string {
  return String(value ?? '').replace(/\$\{\{.*?\}\}/g, '')
}

/** The environment of a stage. Input names keep their dashes, spaces become underscores, and a missing input is an empty variable. */
function toEnv(inputs: Readonly<Record<string, string>>, state: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value])
  const kept = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return Object.fromEntries([...named, ...kept, ['GITHUB_ACTIONS', 'true'], ['PATH', process.env.PATH ?? '']])
}

function spawnStage(entry: string, job: Job, { env, spawned }: { env: Record<string, string>; spawned: (child: ChildProcess) => void }) {
  return new Promise<Pick<StageResult, 'code' | 'signal' | 'stdout' | 'stderr'>>((done, fail) => {
    // Node would read the drive of a Windows path as the scheme of a URL.
    const preload = (job.preload ?? []).flatMap((module) => ['--import', pathToFileURL(resolve(root, module)).href])
    const [stdout, stderr] = (['stdout', 'stderr'] as const).map((name) => openStream(job.streams?.[name]))
    const [program, words] = toCommand(job.under, [process.execPath, '--no-warnings', ...preload, entry])
    const child = spawn(program, words, {
      env,
      stdio: ['ignore', stdout ?? 'pipe', stderr ?? 'pipe'],
    })
    for (const opened of [stdout, stderr]) if (opened !== undefined) closeSync(opened)
    const seen = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        seen[stream] += text
        job.show?.(text)
      })
    }
    child.on('error', fail)
    child.on('close', (code, signal) => done({ ...seen, code, signal }))
    spawned(child)
  })
}

/** The program to start, and its arguments. */
function toCommand(under: readonly string[] = [], node: readonly string[]): readonly [string, readonly string[]] {
  const [program = process.execPath, ...words] = [...under, ...node]
  return [program, words]
}

function openStream(path: string | undefined): number | undefined {
  return path === undefined ? undefined : openSync(path, 'w')
}

/**
 * Reads a command file: `name=value`, or `name<<delimiter`, the lines of the value, the delimiter. Skips an incomplete last record, as the
 * runner does.
 */
async function readCommands(path: string): Promise<Record<string, string>> {
  const lines = (await readFile(path, 'utf8')).split('\n')
  const found: Record<string, string> = {}
  for (let at = 0; at < lines.length; at++) {
    const head = /^([^=]*?)(?:<<(.*)|=(.*))$/.exec(lines[at] ?? '')
    if (head === null) continue
    const [, name = '', delimiter, value = ''] = head
    if (delimiter === undefined) found[name] = value
    else {
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0) break
      found[name] = lines.slice(at + 1, end).join('\n')
      at = end
    }
  }
  return found
}
