/**
 * One end-to-end scenario: the built action, main and then post, in processes of their own, against a simulator of its own. Its clock
 * and the simulator's are the same, sped up. See test/README.md.
 */
import { afterAll, expect } from 'vitest'
import { type Job, runStage, type StageResult } from '../../scripts/runner.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { expectExit } from '../exit.ts'
import { keepQuestions } from '../fakes/journals.ts'
import { findWays, type Policy, readPolicies } from '../fakes/published.ts'
import { paced } from './pace.ts'

export const REGION = 'us-east-1'
export const TARGET = 'i-0123456789abcdef0'
export const ACCESS_KEY = 'AKIDSCENARIO'
export const ROLE = 'FIS-SpotMinimalRole'

/** Fast enough not to wait, slow enough that a busy machine, whose delays grow by this factor, stays within the waits of the action. */
const SPEED = paced(20)
/** The permissions that the experiment role needs, as somebody else may have written them. */
export const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }],
}

export type SeedResources = Pick<
  Parameters<Simulator['seed']>[0],
  'instances' | 'roles' | 'templates' | 'experiments' | 'autoScalingGroups' | 'targetGroups' | 'clusters' | 'alarms'
>

export type RunOptions = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly seed?: SeedResources
  readonly faults?: Parameters<Simulator['setFaults']>[0]
  readonly switches?: Parameters<Simulator['setSwitches']>[0]
  readonly script?: Parameters<Simulator['setScript']>[0]
  readonly speed?: number
  /** The policies of the caller, where they are not the published ones of its way of use. */
  readonly policies?: readonly Policy[]
  /** What main and post load first, instead of what makes their time faster. */
  readonly preload?: readonly string[]
  readonly onSpawn?: Job['onSpawn']
  /** Further inputs that need the running simulator: the addresses of services that live by its clock. */
  readonly arrange?: (simulator: Simulator) => Promise<Readonly<Record<string, string>>>
  /** The address of AWS, where that is not the simulator itself. */
  readonly endpoint?: (simulator: Simulator) => Promise<string>
  /** What somebody else does, once, when the log of main first shows this. */
  readonly meanwhile?: { readonly seen: RegExp; readonly act: (simulator: Simulator) => unknown }
}

export type PlayedRun = {
  readonly simulator: Simulator
  readonly main: StageResult
  /** Runs post with the state of main, or with another; `env` goes over the environment that main had. */
  readonly post: (state?: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>) => Promise<StageResult>
}

/** One running Spot instance and a role that is ready to be used: what most scenarios start from. */
export const READY: SeedResources = {
  instances: [{ id: TARGET, region: REGION }],
  roles: [{ name: ROLE, policies: { FISSpotInterruptionsMinimal: POLICY } }],
}

type Open = { readonly simulator: Simulator; readonly published: boolean }
const open: Open[] = []
// Not after each: the scenarios of a file run side by side.
afterAll(async () => {
  const all = open.splice(0)
  for (const { simulator, published } of all) keepQuestions(simulator, published)
  await Promise.all(all.map(({ simulator }) => simulator.close()))
})

/** Starts a simulator with these options, lets the action do only what its published policy allows, and runs the main stage in it. */
export async function play(options: RunOptions = {}): Promise<PlayedRun> {
  const real0 = Date.now()
  const clock = { speed: options.speed ?? SPEED, real0, sim0: Date.parse('2026-03-01T12:00:00Z') }
  const simulator = await startSimulator(clock)
  open.push({ simulator, published: options.policies === undefined && options.switches?.callerPolicies === undefined })
  simulator.seed(options.seed ?? READY)
  const given = { region: REGION, ...options.inputs }
  const policies = options.policies ?? readPolicies(findWays('main', given), given, options.switches?.account)
  simulator.setSwitches({ callerPolicies: { [ACCESS_KEY]: [...policies] }, ...options.switches })
  simulator.setFaults(options.faults ?? [])
  simulator.setScript(options.script ?? [])
  const arranged = await options.arrange?.(simulator)
  const job: Job = {
    inputs: { 'instance-id': TARGET, region: REGION, timezone: 'UTC', ...options.inputs, ...arranged },
    env: {
      ...toEnv((await options.endpoint?.(simulator)) ?? simulator.url),
      SIMULATED_TIME: `${clock.speed},${clock.real0},${clock.sim0}`,
      ...options.env,
    },
    preload: options.preload ?? ['simulator/preload.ts'],
    ...(options.onSpawn === undefined ? {} : { onSpawn: options.onSpawn }),
  }
  const watched = meanwhile(options, simulator)
  const main = await inTurn((started) =>
    runStage('main', {
      ...job,
      show: (text) => {
        if (/Setup phase/.test(text)) started()
        watched.show(text)
      },
    }),
  )
  await watched.done()
  const post: PlayedRun['post'] = (state = main.state, env = {}) =>
    inTurn(() => runStage('post', { ...job, env: { ...job.env, ...env } }, state))
  return { simulator, main, post }
}

let turn: Promise<unknown> = Promise.resolve()

/**
 * Scenarios mostly wait, and do it side by side. The start of a process and its first calls take processor time, so one at a time
 * starts: many at once would be so slow that the waits of the action, which run faster, would be over.
 */
async function inTurn<T>(work: (started: () => void) => Promise<T>): Promise<T> {
  const before = turn
  const { promise, resolve } = Promise.withResolvers<void>()
  turn = promise
  await before
  try {
    return await work(resolve)
  } finally {
    resolve()
  }
}

function meanwhile({ meanwhile: plan }: RunOptions, simulator: Simulator): { show: (text: string) => void; done: () => Promise<unknown> } {
  let log = ''
  let acted: Promise<unknown> | undefined
  const show = (text: string) => {
    log += text
    if (plan?.seen.test(log)) acted ??= Promise.resolve(plan.act(simulator))
  }
  const done = async () => {
    if (plan !== undefined && acted === undefined) throw new Error(`the log never showed ${plan.seen}, so nobody acted on it`)
    await acted
  }
  return { show, done }
}

function toEnv(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    SPOT_INTERRUPT_REHEARSAL: 'true',
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: 'scenario',
    AWS_EC2_METADATA_DISABLED: 'true',
    GITHUB_REPOSITORY: 'octo/service',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'integration',
  }
}

/** The operations asked of AWS, in order. */
export function calls(played: PlayedRun): readonly string[] {
  return played.simulator.journal().map(({ service, operation }) => `${service}:${operation}`)
}

/** Those of them that could change something. */
export function writes(played: PlayedRun): readonly string[] {
  return calls(played).filter((name) => !/:(Get|Describe|List)/.test(name))
}

/** How often each operation was asked, up to and with the first one of that name; of all when it is not given. */
export function countCalls(played: PlayedRun, upTo = ''): Record<string, number> {
  const asked = calls(played)
  const counts: Record<string, number> = {}
  for (const name of asked.slice(0, asked.indexOf(upTo) + 1 || asked.length)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** What every scenario ends with: nothing left, nothing of others touched, nothing asked that AWS does not know. */
export function expectClean(played: PlayedRun, kept: readonly string[] = []): void {
  const { leftovers, foreignTouched, strict } = played.simulator.leftovers()
  expect(leftovers.map(({ kind, id }) => `${kind} ${id}`)).toEqual(kept)
  expect(foreignTouched).toEqual([])
  expect(strict).toEqual([])
}

/** The one error line of a stage, without the command. */
export function errorOf(stage: StageResult): string {
  const errors = stage.stdout.split('\n').filter((line) => line.startsWith('::error::'))
  expect(errors.length).toBeLessThanOrEqual(1)
  return errors[0]?.slice('::error::'.length) ?? ''
}

/** The step failed, in one error line that says all of this; `SUCCESS` was not printed. */
export function expectFailure(stage: StageResult, ...said: readonly (RegExp | string)[]): void {
  expectExit(stage, 1)
  expect(stage.stderr).toBe('')
  const error = errorOf(stage)
  for (const one of said) typeof one === 'string' ? expect(error).toContain(one) : expect(error).toMatch(one)
  expect(error).not.toBe('')
  expect(stage.stdout).not.toContain('SUCCESS')
}

/** The step passed: no error line, `SUCCESS` printed once, and the outputs that a passed run always has. */
export function expectPass(stage: StageResult): void {
  expectExit(stage, 0)
  expect(stage.stderr).toBe('')
  expect(errorOf(stage)).toBe('')
  expect(stage.stdout.split('SUCCESS').length - 1).toBe(1)
  expect(stage.outputs['experiment-id']).toMatch(/^EXP/)
}

/** The targets output: outcome by instance. */
export function outcomes(stage: StageResult): Record<string, string> {
  const targets: { id: string; outcome: string }[] = JSON.parse(stage.outputs.targets || '[]')
  return Object.fromEntries(targets.map(({ id, outcome }) => [id, outcome]))
}
