/**
 * One cell of the ports matrix: a file, folder or stream that the runner gives to a step is broken in some way, before the step starts or
 * in the middle of it. Whatever breaks, the step ends as it should, with one error line at most, and its post step leaves nothing.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { StageResult } from '../../scripts/runner.ts'
import { logOf } from '../exit.ts'
import { type Outcome, PROMISED_MS } from './cell.ts'
import { cancel, type EntryName, type Harness, openHarness, type Play, REGION, ROLE, type State, TARGET } from './fixture.ts'

export const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'RUNNER_TEMP', 'GITHUB_EVENT_PATH'] as const
export const STREAMS = ['stdout', 'stderr'] as const
export const ENTRIES = ['main', 'post', 'setup', 'cleanup'] as const
export const MOMENTS = ['before', 'after'] as const

type File = (typeof FILES)[number]
type Stream = (typeof STREAMS)[number]
type Moment = (typeof MOMENTS)[number]

/** Breaks a file or folder that is there. None of these is a matter of permissions, which do not bind root. */
const BREAK_FILE = {
  'missing parent': (path: string) => rm(dirname(path), { recursive: true }),
  'of the other kind': async (path: string, file: File) => {
    await rm(path, { recursive: true })
    await (file === 'RUNNER_TEMP' ? writeFile(path, '') : mkdir(path))
  },
  full: async (path: string) => {
    await rm(path, { recursive: true })
    await symlink('/dev/full', path)
  },
  garbage: (path: string) => writeFile(path, Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x0a, 0x3c, 0x3c, 0x78, 0x0a])),
} as const

type FileFault = keyof typeof BREAK_FILE | 'unset'

/** A port that is broken: what, how and when, and in which entry. */
export type PortCell =
  | { readonly entry: EntryName; readonly port: File; readonly fault: FileFault; readonly moment: Moment }
  | { readonly entry: EntryName; readonly port: Stream; readonly fault: 'closed pipe' | 'full'; readonly moment: Moment }

/** All cells that are possible: a folder holds no garbage, and neither a variable nor a stream's device changes while a process runs. */
export function listCells(): readonly PortCell[] {
  const faults = [...(Object.keys(BREAK_FILE) as (keyof typeof BREAK_FILE)[]), 'unset'] as const
  const files = FILES.flatMap((port) => faults.flatMap((fault) => MOMENTS.map((moment) => ({ port, fault, moment }))))
  const streams = STREAMS.flatMap((port) =>
    (['closed pipe', 'full'] as const).flatMap((fault) => MOMENTS.map((moment) => ({ port, fault, moment }))),
  )
  const possible = [
    ...files.filter(({ port, fault }) => !(port === 'RUNNER_TEMP' && fault === 'garbage')),
    ...streams.filter(({ fault, moment }) => !(fault === 'full' && moment === 'after')),
  ].filter(({ fault, moment }) => !(fault === 'unset' && moment === 'after'))
  return ENTRIES.flatMap((entry) => possible.map((one) => ({ entry, ...one }) as PortCell))
}

/** A request at which each entry is in the middle of its work: main polls for the first time, the others have just been told who they are. */
const MIDDLE: Readonly<Record<EntryName, { readonly service: 'fis' | 'sts'; readonly operation: string }>> = {
  main: { service: 'fis', operation: 'GetExperiment' },
  post: { service: 'sts', operation: 'GetCallerIdentity' },
  setup: { service: 'sts', operation: 'GetCallerIdentity' },
  cleanup: { service: 'sts', operation: 'GetCallerIdentity' },
}

const SPEED = 20

/** Plays a cell. Post and clean-up find what a main has left that was killed at its first poll. */
export async function playPort(cell: PortCell): Promise<Outcome> {
  return await withPort(cell, SPEED, async ({ harness, env }) => {
    const state = cell.entry === 'post' || cell.entry === 'cleanup' ? await killMain(harness) : {}
    const ended = await playBroken(harness, cell, { state, env })
    const wrong = findWrong(cell, ended)
    if (cell.entry !== 'main') return { wrong: [...wrong, ...findLeft(harness, cell)] }
    const post = await (await harness.start('post', { state: ended.state })).done
    return { wrong: [...wrong, ...findWrong({ ...cell, entry: 'post' }, post), ...findLeft(harness, cell)] }
  })
}

/** The same of main, in real time, and cancelled right after the port broke. */
export async function playPortCancel(cell: PortCell, signal: 'SIGINT' | 'SIGHUP'): Promise<Outcome> {
  return await withPort(cell, 1, async ({ harness, env }) => {
    const main = await startBroken(harness, cell, { env })
    const { result, tookMs } = await cancel(main, 1, signal)
    const post = await (await harness.start('post', { state: result.state })).done
    const slow = tookMs <= PROMISED_MS ? [] : [`took ${Math.round(tookMs)} ms to end`]
    const failed = result.code === 1 ? [] : [`a cancelled main ended with ${result.code ?? result.signal}. ${logOf(result)}`]
    const wrong = [...findNoise(result), ...findWrong({ ...cell, entry: 'post' }, post), ...findLeft(harness, cell)]
    return { tookMs, wrong: [...slow, ...failed, ...wrong] }
  })
}

/** The same of main, killed at its first poll: post finds what was saved in spite of the broken port. */
export async function playPortKill(cell: PortCell): Promise<Outcome> {
  return await withPort(cell, SPEED, async ({ harness, env }) => {
    const main = await startBroken(harness, cell, { env })
    if (!(await harness.arrival('fis:GetExperiment', 1, main))) throw new Error('main never came to its first poll')
    main.child.kill('SIGKILL')
    const post = await (await harness.start('post', { state: (await main.done).state })).done
    return { wrong: [...findWrong({ ...cell, entry: 'post' }, post), ...findLeft(harness, cell)] }
  })
}

type Given = { readonly harness: Harness; readonly env: State }

async function withPort(cell: PortCell, speed: number, act: (given: Given) => Promise<Outcome>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-port-'))
  const inputs = { 'wait-for': 'experiment', 'poll-interval': '2s' }
  const harness = await openHarness({ speed, inputs, seed: { instances: [{ id: TARGET, region: REGION }] } })
  try {
    return await act({ harness, env: await toEnv(cell, folder) })
  } finally {
    await harness.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The variable with a file or folder of this cell's own. */
async function toEnv({ port, fault }: PortCell, folder: string): Promise<State> {
  if (port === 'stdout' || port === 'stderr') return {}
  if (fault === 'unset') return { [port]: '' }
  const path = join(folder, 'parent', port)
  await mkdir(dirname(path))
  await (port === 'RUNNER_TEMP' ? mkdir(path) : writeFile(path, ''))
  return { [port]: path }
}

/** What a main leaves that is killed at its first poll: its state. */
async function killMain(harness: Harness): Promise<State> {
  const main = await harness.start('main')
  if (!(await harness.arrival('fis:GetExperiment', 1, main))) throw new Error('main never came to its first poll')
  main.child.kill('SIGKILL')
  return (await main.done).state
}

type Start = { readonly state?: State; readonly env: State }

async function playBroken(harness: Harness, cell: PortCell, start: Start): Promise<StageResult> {
  return await (await startBroken(harness, cell, start)).done
}

/** Starts the entry, with its port broken before, or as soon as it is in the middle of its work. */
async function startBroken(harness: Harness, cell: PortCell, { state = {}, env }: Start): Promise<Play> {
  const { service, operation } = MIDDLE[cell.entry]
  const before = harness.simulator.journal().filter((one) => one.operation === operation).length
  if (cell.moment === 'after') harness.simulator.setFaults([{ service, operation, nth: 1, fault: 'hold' }])
  else await breakFile(cell, env)
  const inputs = cell.entry === 'cleanup' ? { 'delete-role': 'true' } : {}
  const streams = cell.moment === 'before' && cell.fault === 'full' && !(cell.port in env) ? { [cell.port]: '/dev/full' } : {}
  const play = await harness.start(cell.entry, { state, env, inputs, streams })
  if (cell.moment === 'after') {
    if (!(await harness.arrival(`${service}:${operation}`, before + 1, play))) throw new Error(`${cell.entry} never came to ${operation}`)
    await breakFile(cell, env)
  }
  if (cell.fault === 'closed pipe') play.child[cell.port]?.destroy()
  harness.simulator.setFaults([])
  harness.simulator.release()
  return play
}

async function breakFile({ port, fault }: PortCell, env: State): Promise<void> {
  const path = env[port]
  if (path && fault !== 'unset' && fault !== 'closed pipe') await BREAK_FILE[fault](path, port as File)
}

/** How a step has to end: a main or setup whose log nobody reads is cancelled, everything else passes. */
function findWrong(cell: PortCell, ended: StageResult): readonly string[] {
  const cancelled = cell.port === 'stdout' && cell.fault === 'closed pipe' && (cell.entry === 'main' || cell.entry === 'setup')
  const code = cancelled ? 1 : 0
  return [...(ended.code === code ? [] : [`${cell.entry} ended with ${ended.code ?? ended.signal}. ${logOf(ended)}`]), ...findNoise(ended)]
}

function findNoise({ stdout, stderr }: StageResult): readonly string[] {
  const errors = stdout.split('\n').filter((line) => line.startsWith('::error::')).length
  const trace = /^\s+at .+:\d+:\d+\)?$|^node:|^Node\.js v|^\w*Error: /m.exec(`${stdout}\n${stderr}`)?.[0]
  return [
    ...(errors <= 1 ? [] : [`printed ${errors} error lines`]),
    ...(trace === undefined ? [] : [`printed a stack trace: ${trace.trim()}`]),
    ...(/^::(set-output|save-state)/m.test(stdout) ? ['printed an output or a state to the log'] : []),
  ]
}

/** The role that setup makes is there to stay. */
function findLeft({ simulator }: Harness, { entry }: PortCell): readonly string[] {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  return [
    ...leftovers.filter(({ id }) => !(entry === 'setup' && id === ROLE)).map(({ kind, id }) => `left: ${kind} ${id}`),
    ...foreignTouched.map(({ operation }) => `touched what is of others: ${operation}`),
    ...strict.map(({ name }) => `asked what AWS does not know: ${name}`),
  ]
}
