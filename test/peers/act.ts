/**
 * The workflows of examples/, run by act as a person would have GitHub run them: real workflow files, a real expression evaluator, job
 * outputs and post steps that we did not write. The simulator is AWS; only the credentials step is replaced.
 */
import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import type { Scenario } from './table.ts'
import { cache, root, toPath } from './tools.ts'

const REGION = 'eu-west-1'
const SPEED = 40
const ROLE = 'FIS-SpotMinimalRole'
const OURS = 'spot-interrupt/spot-interrupt@v1'
const LIMIT_MS = 120_000

type Ended = { readonly code: number | null; readonly log: string }
type Options = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly event?: string
  readonly roles?: boolean
  readonly before?: (simulator: Simulator) => void
  readonly onSpawn?: (child: ChildProcess, simulator: Simulator) => void
  /** What may be left over: roles that the workflow says to keep. */
  readonly kept?: readonly string[]
}
type Seen = Ended & { readonly simulator: Simulator; readonly ids: readonly string[] }

/** What act takes for the action's repository: what is in it at a release, and none of the rest. */
export async function stageAction(): Promise<void> {
  const stage = join(cache, 'action')
  await rm(stage, { recursive: true, force: true })
  await mkdir(stage, { recursive: true })
  for (const part of ['action.yml', 'dist', 'setup', 'cleanup']) {
    await cp(join(root, part), join(stage, part), { recursive: true }).catch(() => undefined)
  }
}

function example(act: string, file: string, name: string, options: Options, judge: (seen: Seen) => void): Scenario {
  const path = join(root, 'examples', file)
  return { name: `${file}: ${name}`, run: () => runExample(act, path, options, judge) }
}

async function runExample(act: string, path: string, options: Options, judge: (seen: Seen) => void): Promise<void> {
  const text = await readFile(path, 'utf8')
  const ids = [...new Set(text.match(/\bi-[0-9a-f]{17}\b/g) ?? Object.values(options.inputs ?? {}).filter((one) => one.startsWith('i-')))]
  const simulator = await startSimulator({ speed: SPEED })
  try {
    simulator.seed({ instances: ids.map((id) => ({ id, region: REGION })), roles: options.roles ? [toRole()] : [] })
    options.before?.(simulator)
    const ended = await runAct(act, { path, text, simulator }, options)
    judge({ ...ended, simulator, ids })
    const { leftovers, foreignTouched, strict } = simulator.leftovers()
    deepEqual(
      leftovers.map(({ kind, id }) => `${kind} ${id}`),
      options.kept ?? [],
    )
    deepEqual(foreignTouched, [])
    deepEqual(strict, [])
  } finally {
    await simulator.close()
  }
}

function toRole() {
  const Statement = [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }]
  return { name: ROLE, policies: { FISSpotInterruptionsMinimal: { Version: '2012-10-17', Statement } } }
}

async function runAct(
  act: string,
  { path, text, simulator }: { path: string; text: string; simulator: Simulator },
  { event = 'workflow_dispatch', inputs = {}, onSpawn }: Options,
): Promise<Ended> {
  const credentials = /aws-actions\/configure-aws-credentials@[0-9a-f]{40}/.exec(text)?.[0]
  ok(credentials, `${path} pins its credentials step to a commit`)
  const { speed, real0, sim0 } = simulator.clock
  const env = {
    AWS_ENDPOINT_URL: simulator.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_OPTIONS: `--no-warnings --import=${join(root, 'simulator/preload.ts')}`,
    SIMULATED_TIME: `${speed},${real0},${sim0}`,
  }
  const home = join(cache, 'act')
  await mkdir(home, { recursive: true })
  const given = [
    ...['-W', path, '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
    ...['--local-repository', `${OURS}=${join(cache, 'action')}`],
    ...['--local-repository', `${credentials}=${join(import.meta.dirname, 'credentials')}`],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
  ]
  // Only what a runner has: no credentials, and no setting of this project, of whoever runs this.
  const own = { HOME: home, PATH: toPath(), LANG: 'C.UTF-8' }
  return new Promise((done, fail) => {
    const child = spawn(act, [event, ...given], { cwd: home, env: own, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        log += chunk
      })
    }
    child.on('error', fail)
    child.on('close', (code) => done({ code, log }))
    onSpawn?.(child, simulator)
  })
}

function expectPassed({ code, log, simulator, ids }: Seen): void {
  equal(code, 0, tail(log))
  deepEqual(
    simulator
      .leftovers()
      .interrupted.map(({ id }) => id)
      .sort(),
    [...ids].sort(),
  )
}

function tail(log: string): string {
  return `act: ${log.trim().split('\n').slice(-25).join('\n')}`
}

/** Post steps in reverse order: ours, while the credentials are still there, then theirs. */
function expectPosts(log: string): void {
  match(log, /Success - Post Interrupt[\s\S]*Success - Post AWS credentials/, tail(log))
}

/** An experiment that fails of itself, once it has started. */
function failing(simulator: Simulator): void {
  const failExperiment = {
    when: 'before-start',
    code: 'InvalidTarget',
    reason: 'Target resolution returned empty set',
    lands: false,
  } as const
  simulator.setSwitches({ failExperiment })
}

/** The first Ctrl-C cancels the job; act then kills main outright, and runs the post steps. */
function cancelOnStart(child: ChildProcess, simulator: Simulator): void {
  const timer = setInterval(() => {
    if (!simulator.journal().some(({ operation, status }) => operation === 'GetExperiment' && status === 200)) return
    clearInterval(timer)
    child.kill('SIGINT')
  }, 20)
  child.once('exit', () => clearInterval(timer))
}

export function actScenarios(act: string): readonly Scenario[] {
  const form = { 'instance-id': 'i-0123456789abcdef0', duration: '2m', region: REGION }
  return [
    example(act, 'chaos.yml', 'interrupts, and runs both post steps in reverse order', {}, (seen) => {
      expectPassed(seen)
      expectPosts(seen.log)
      match(seen.log, /interrupted=true \[\{"id":"i-0123456789abcdef0","outcome":"interrupted"/)
    }),
    example(act, 'chaos.yml', 'the scheduled run', { event: 'schedule' }, expectPassed),
    example(act, 'chaos.yml', 'a failed experiment fails the job', { before: failing }, ({ code, log }) => {
      equal(code, 1, tail(log))
      match(log, /::error::.*InvalidTarget/)
      match(log, /interrupted=false/)
      expectPosts(log)
    }),
    example(
      act,
      'chaos.yml',
      'cancelled while the experiment runs; post stops and removes all',
      { onSpawn: cancelOnStart },
      ({ code, log }) => {
        ok(code !== 0, tail(log))
        match(log, /Experiment stopped|stopped/)
        match(log, /Success - Post Interrupt/, tail(log))
      },
    ),
    example(act, 'gate.yml', 'deploys after the interruption', { roles: true }, (seen) => {
      expectPassed(seen)
      match(seen.log, /deploying after/)
    }),
    example(act, 'gate.yml', 'does not deploy after a failure', { roles: true, before: failing }, ({ code, log }) => {
      equal(code, 1, tail(log))
      doesNotMatch(log, /deploying after/)
    }),
    example(
      act,
      'form.yml',
      'an interruption of what was typed in',
      { inputs: { ...form, mode: 'interruption' }, kept: [`role ${ROLE}`] },
      expectPassed,
    ),
    example(
      act,
      'form.yml',
      'a recommendation only',
      { inputs: { ...form, mode: 'rebalance' }, kept: [`role ${ROLE}`] },
      ({ code, log, simulator }) => {
        equal(code, 0, tail(log))
        deepEqual(simulator.leftovers().interrupted, [])
      },
    ),
    example(
      act,
      'form.yml',
      'nonsense is refused',
      { inputs: { ...form, 'instance-id': 'web-1', mode: 'interruption' } },
      ({ code, log, simulator }) => {
        equal(code, 1, tail(log))
        match(log, /::error::.*instance-id.*web-1/)
        deepEqual(simulator.journal(), [])
      },
    ),
    example(act, 'matrix.yml', 'one instance after the other', { roles: true }, (seen) => {
      expectPassed(seen)
      const starts = seen.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
      equal(starts.length, seen.ids.length)
    }),
  ]
}
