/**
 * A simulated AWS and the built actions in it, for scenarios that kill: every process can be signalled at a chosen request. Knows no test
 * runner, so that scripts can use it too.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Job, runStage, type StageResult } from '../../scripts/runner.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { keepQuestions } from '../fakes/journals.ts'
import { findWays, type Policy, readPolicies } from '../fakes/published.ts'

export const REGION = 'us-east-1'
export const TARGET = 'i-0123456789abcdef0'
const ACCESS_KEY = 'AKIDSCENARIO'
export const ROLE = 'FIS-SpotMinimalRole'
export const RUN = 'octo/service/4711'
export const JOB = 'integration'
export const LEG = '1'

type Faults = Parameters<Simulator['setFaults']>[0]
export type Fault = Faults[number]
export type State = Readonly<Record<string, string>>

export type HarnessOptions = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly seed?: Parameters<Simulator['seed']>[0]
  readonly switches?: Parameters<Simulator['setSwitches']>[0]
  readonly faults?: Faults
  readonly speed?: number
  /** The policies of every process, where they are not the published ones of its way of use. */
  readonly policies?: readonly Policy[]
}

/** A process of the action: `child` to be signalled, `done` when it has ended, `readState` what it has saved so far. */
export type Play = { readonly child: ChildProcess; readonly done: Promise<StageResult>; readonly readState: () => Promise<State> }

export type EntryName = 'main' | 'post' | 'cleanup' | 'setup'

/** What one process gets beyond the options of the harness; `skewSeconds` is by how much the clock of its runner is wrong. */
export type Start = {
  readonly state?: State
  readonly inputs?: State
  readonly env?: State
  readonly skewSeconds?: number
  readonly streams?: NonNullable<Job['streams']>
}

export type Harness = {
  readonly simulator: Simulator
  readonly speed: number
  readonly start: (entry: EntryName, more?: Start) => Promise<Play>
  /** Resolves when the nth request of this operation has come, `sts:GetCallerIdentity`; false when the process ended before. */
  readonly arrival: (operation: string, nth: number, play: Play) => Promise<boolean>
  readonly close: () => Promise<void>
}

/** One Spot instance, no role: what makes a run create everything that it can. */
export const BARE: NonNullable<HarnessOptions['seed']> = { instances: [{ id: TARGET, region: REGION }] }

export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = { speed: options.speed ?? 10, real0: Date.now(), sim0: Date.parse('2026-03-01T12:00:00Z') }
  const simulator = await startSimulator(clock)
  const temp = await mkdtemp(join(tmpdir(), 'spot-interrupt-harness-'))
  /** What every process may do: the published policies of all that were started. */
  const allowed: Policy[] = []
  simulator.seed(options.seed ?? BARE)
  simulator.setSwitches(options.switches ?? {})
  simulator.setFaults(options.faults ?? [])
  return {
    simulator,
    speed: clock.speed,
    start: (entry, { state = {}, inputs = {}, env = {}, skewSeconds = 0, streams = {} } = {}) => {
      const own = entry === 'main' || entry === 'post'
      const given = own
        ? { 'instance-id': TARGET, region: REGION, timezone: 'UTC', 'delete-role': 'true', leg: LEG, ...options.inputs }
        : { region: REGION, ...(entry === 'cleanup' ? { leg: LEG } : {}) }
      const inputsOf = { ...given, ...inputs }
      allowed.push(...(options.policies ?? readPolicies(findWays(entry, inputsOf), inputsOf, options.switches?.account)))
      simulator.setSwitches({ callerPolicies: { [ACCESS_KEY]: allowed } })
      const times = `${clock.speed},${clock.real0},${clock.sim0 + skewSeconds * 1000}`
      return play(entry, state, {
        action: own ? '.' : entry,
        inputs: inputsOf,
        env: { ...toEnv(simulator.url), SIMULATED_TIME: times, ...options.env, ...env },
        preload: ['simulator/preload.ts'],
        temp,
        streams,
      })
    },
    arrival: (operation, nth, { done }) => arrival(simulator, operation, nth, done),
    close: async () => {
      keepQuestions(simulator, options.policies === undefined)
      await simulator.close()
      await rm(temp, { recursive: true, force: true })
    },
  }
}

/** What the runner does to cancel a step: SIGINT, or another signal that it begins with, 7.5 s, SIGTERM, 2.5 s, SIGKILL. Resolves with how it ended, and after how much of its time. */
export async function cancel(
  { child, done }: Play,
  speed: number,
  first: NodeJS.Signals = 'SIGINT',
): Promise<{ readonly result: StageResult; readonly tookMs: number }> {
  const startMs = performance.now()
  child.kill(first)
  const term = setTimeout(() => child.kill('SIGTERM'), 7500 / speed)
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000 / speed)
  const result = await done
  clearTimeout(term)
  clearTimeout(kill)
  return { result, tookMs: (performance.now() - startMs) * speed }
}

function play(entry: string, state: State, job: Job): Promise<Play> {
  return new Promise((resolve, reject) => {
    const done = runStage(
      entry === 'post' ? 'post' : 'main',
      { ...job, onSpawn: (child, readState) => resolve({ child, done, readState }) },
      state,
    )
    done.catch(reject)
  })
}

async function arrival(simulator: Simulator, operation: string, nth: number, done: Promise<unknown>): Promise<boolean> {
  let ended = false
  const end = () => {
    ended = true
  }
  done.then(end, end)
  while (!ended) {
    if (simulator.journal().filter((entry) => `${entry.service}:${entry.operation}` === operation).length >= nth) return true
    await new Promise((next) => setTimeout(next, 2))
  }
  return false
}

function toEnv(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    SPOT_INTERRUPT_REHEARSAL: 'true',
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: 'scenario',
    AWS_EC2_METADATA_DISABLED: 'true',
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_REPOSITORY: 'octo/service',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: JOB,
  }
}
