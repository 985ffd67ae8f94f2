/**
 * The workflows of examples/, run by act as a person would have GitHub run them: real workflow files, a real expression evaluator, job
 * outputs and post steps that we did not write. The simulator is AWS; only the credentials step is replaced.
 */
import { deepEqual, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { REPOSITORY } from '../../scripts/repository.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import type { Scenario } from './table.ts'
import { cache, root, toPath } from './tools.ts'

export const REGION = 'eu-west-1'
const SPEED = 40
/** A line that the example asks its user to change. */
const MARK = '# CHANGE: '
export const ROLE = 'FIS-SpotMinimalRole'
const OURS = `${REPOSITORY}@v1`
const REUSABLE = `${REPOSITORY}/.github/workflows/gate.yml@v1`
const LIMIT_MS = 120_000

export type Ended = { readonly code: number | null; readonly log: string }
/** `hits`: how many of the instances a run that passes interrupts. */
export type Fleet = { readonly groups?: readonly string[]; readonly tags?: Readonly<Record<string, string>>; readonly hits: number }
export type Options = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly event?: string
  readonly roles?: boolean
  /** The instances, where the workflow names none: those of its groups, or those with its tags. */
  readonly fleet?: Fleet
  readonly speed?: number
  readonly before?: (simulator: Simulator) => void
  /** What is written otherwise in the workflow: only on lines that the example asks its user to change. */
  readonly change?: () => Readonly<Record<string, string>>
  /** What a test alone writes otherwise: pairs of texts that stand in the workflow. */
  readonly edit?: readonly (readonly [string, string])[]
  /** Variables of the repository or of the environment. */
  readonly vars?: Readonly<Record<string, string>>
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Programs that come before those of the machine, and actions that take the place of others, by folder. */
  readonly standIns?: { readonly programs: string; readonly actions: Readonly<Record<string, string>> }
  readonly onSpawn?: (child: ChildProcess, simulator: Simulator) => void
  /** What may be left over: roles that the workflow says to keep. */
  readonly kept?: readonly string[]
}
export type Seen = Ended & { readonly simulator: Simulator; readonly ids: readonly string[]; readonly hits: number }

/** What act takes for the action's repository: what is in it at a release, and none of the rest. */
export async function stageAction(): Promise<void> {
  const staging = join(cache, 'action')
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  for (const part of ['action.yml', 'dist', 'setup', 'cleanup', 'rehearse', '.github/workflows/gate.yml']) {
    await cp(join(root, part), join(staging, part), { recursive: true }).catch(() => undefined)
  }
}

export function example(act: string, file: string, name: string, options: Options, judge: (seen: Seen) => void): Scenario {
  const path = join(root, 'examples', file)
  return { name: `${file}: ${name}`, run: () => runExample(act, path, options, judge) }
}

async function runExample(act: string, path: string, options: Options, judge: (seen: Seen) => void): Promise<void> {
  const text = await readFile(path, 'utf8')
  const isCall = text.includes(REUSABLE)
  const marked = Object.entries(options.change?.() ?? {}).reduce((given, [from, to]) => change(given, from, to), text)
  const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-act-'))
  const copy = join(folder, basename(path))
  const action = isCall ? await copyAction(folder, options.edit) : join(cache, 'action')
  await writeFile(copy, isCall ? marked : edit(marked, options.edit))
  const { fleet } = options
  const ids = fleet === undefined ? readNamed(text, options) : idsOf(fleet)
  const simulator = await startSimulator({ speed: options.speed ?? SPEED })
  try {
    simulator.seed({ ...toFleet(ids, fleet), roles: options.roles ? [toRole()] : [] })
    options.before?.(simulator)
    const ended = await runAct(act, { path: copy, action, simulator }, options)
    judge({ ...ended, simulator, ids, hits: fleet?.hits ?? ids.length })
    const { leftovers, foreignTouched, strict } = simulator.leftovers()
    deepEqual(
      leftovers.map(({ kind, id }) => `${kind} ${id}`),
      options.kept ?? [],
    )
    deepEqual(foreignTouched, [])
    deepEqual(strict, [])
  } finally {
    await simulator.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function readNamed(text: string, { inputs = {} }: Options): readonly string[] {
  return [...new Set(text.match(/\bi-[0-9a-f]{17}\b/g) ?? Object.values(inputs).filter((one) => one.startsWith('i-')))]
}

/** Of each group. */
const MEMBERS = 3

function idsOf({ groups = [''] }: Fleet): readonly string[] {
  return Array.from({ length: MEMBERS * groups.length }, (_, index) => `i-0123456789abcdef${index.toString(16)}`)
}

function toFleet(ids: readonly string[], { groups = [], tags = {} }: Partial<Fleet> = {}) {
  return {
    instances: ids.map((id) => ({ id, region: REGION, tags })),
    autoScalingGroups: groups.map((name, at) => toGroup(name, ids.slice(at * MEMBERS, (at + 1) * MEMBERS))),
  }
}

function toGroup(name: string, ids: readonly string[]) {
  return { name, region: REGION, members: ids.map((id) => ({ id })) }
}

export function change(text: string, from: string, to: string): string {
  const lines = text.split('\n').filter((line) => line.includes(from))
  ok(lines.length > 0 && lines.every((line) => line.includes(MARK)), `${from} stands only on lines marked CHANGE`)
  return text.replaceAll(from, to)
}

function edit(text: string, pairs: Options['edit'] = []): string {
  return pairs.reduce((given, [from, to]) => {
    ok(given.includes(from), `${from} stands in the workflow`)
    return given.replaceAll(from, to)
  }, text)
}

/** The action with a reusable workflow that is edited: it is what does the work of a workflow that calls it. */
async function copyAction(folder: string, pairs: Options['edit']): Promise<string> {
  const action = join(folder, 'action')
  await cp(join(cache, 'action'), action, { recursive: true })
  const called = join(action, '.github/workflows/gate.yml')
  await writeFile(called, edit(await readFile(called, 'utf8'), pairs))
  return action
}

function toRole() {
  const Statement = [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }]
  return { name: ROLE, policies: { FISSpotInterruptionsMinimal: { Version: '2012-10-17', Statement } } }
}

function runAct(
  act: string,
  { path, action, simulator }: { path: string; action: string; simulator: Simulator },
  { event, inputs, vars, env: further = {}, standIns, onSpawn }: Options,
): Promise<Ended> {
  const { speed, real0, sim0 } = simulator.clock
  const env = {
    AWS_ENDPOINT_URL: simulator.url,
    SPOT_INTERRUPT_REHEARSAL: 'true',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...toFaster(`${speed},${real0},${sim0}`),
    ...further,
  }
  return startAct(act, { path, action, env, event, inputs, vars, standIns, onSpawn: (child) => onSpawn?.(child, simulator) })
}

/** What makes the time of the steps faster: speed, real moment, and their time at that moment. */
export function toFaster(time: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--no-warnings --import=${join(root, 'simulator/preload.ts')}`, SIMULATED_TIME: time }
}

/** One run of a workflow file. `action`: the folder that stands for the repository of the action. */
export type Started = {
  readonly path: string
  readonly action?: string
  readonly env: Readonly<Record<string, string>>
  readonly event?: string | undefined
  readonly inputs?: Readonly<Record<string, string>> | undefined
  readonly vars?: Readonly<Record<string, string>> | undefined
  readonly standIns?: Options['standIns']
  readonly onSpawn?: (child: ChildProcess) => void
  readonly limitMs?: number
  /** What a checkout copies. */
  readonly cwd?: string
}

export async function startAct(act: string, { path, env, onSpawn, ...given }: Started): Promise<Ended> {
  const { event = 'workflow_dispatch', inputs = {}, vars = {}, standIns, limitMs = LIMIT_MS, cwd, action = join(cache, 'action') } = given
  const home = join(cache, 'act')
  await mkdir(home, { recursive: true })
  const args = [
    ...['-W', path, '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
    ...['--local-repository', `${OURS}=${action}`],
    ...(await toCredentials(path, action)),
    ...Object.entries(standIns?.actions ?? {}).flatMap(([uses, folder]) => ['--local-repository', `${uses}=${folder}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
  ]
  // Only what a runner has: no credentials, and no setting of this project, of whoever runs this.
  const own = { HOME: home, PATH: [...(standIns === undefined ? [] : [standIns.programs]), toPath()].join(':'), LANG: 'C.UTF-8' }
  return new Promise((done, fail) => {
    const child = spawn(act, [event, ...args], { cwd: cwd ?? home, env: own, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        log += chunk
      })
    }
    child.on('error', fail)
    child.on('close', (code) => done({ code, log }))
    onSpawn?.(child)
  })
}

/** Replaces the credentials step, which no registry has, by a stand-in that makes the same calls. The workflow, or the one that it calls, pins it. */
async function toCredentials(path: string, action: string): Promise<readonly string[]> {
  const texts = await Promise.all([path, join(action, '.github/workflows/gate.yml')].map((one) => readFile(one, 'utf8')))
  const found = /aws-actions\/configure-aws-credentials@[0-9a-f]{40}/.exec(texts.join('\n'))?.[0]
  ok(found, `${path} pins its credentials step to a commit`)
  return ['--local-repository', `${found}=${join(import.meta.dirname, 'credentials')}`]
}
