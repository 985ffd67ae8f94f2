/**
 * A job as a runner has it: variables that a step sets reach the later ones, post steps run in reverse order, and each process that a step leaves
 * carries the tracking id of the job.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Job as Given, runStage, type StageResult } from '../../scripts/runner.ts'
import { endProcesses, findProcesses } from '../fakes/processes.ts'

type Variables = Readonly<Record<string, string>>
type Step = Partial<Pick<Given, 'env' | 'preload' | 'onSpawn'>>

export type Job = {
  /** Runs the main stage of an action, by its folder; its post stage waits. */
  readonly step: (action: string, inputs?: Variables, step?: Step) => Promise<StageResult>
  /** Runs the post stages that wait, the last one first. */
  readonly posts: () => Promise<readonly StageResult[]>
  /** The ids of the simulators that steps have left. Only Linux shows them. */
  readonly processes: () => readonly number[]
  /** The files that steps have left in RUNNER_TEMP. */
  readonly files: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export async function openJob(env: Variables = {}): Promise<Job> {
  const id = `github_${randomUUID()}`
  const temp = await mkdtemp(join(tmpdir(), 'spot-interrupt-job-'))
  let variables: Variables = { RUNNER_TRACKING_ID: id, GITHUB_REPOSITORY: 'octo/service', GITHUB_RUN_ID: '4711', ...env }
  const waiting: (() => Promise<StageResult>)[] = []
  const run = async (stage: 'main' | 'post', given: { action: string; inputs: Variables; step: Step }, state: Variables) => {
    const { step, ...rest } = given
    const ended = await runStage(stage, { ...rest, ...step, temp, env: { ...variables, ...step.env } }, state)
    variables = { ...variables, ...ended.variables }
    return ended
  }
  return {
    step: async (action, inputs = {}, { onSpawn, ...step } = {}) => {
      const ended = await run('main', { action, inputs, step: onSpawn === undefined ? step : { ...step, onSpawn } }, {})
      if (HAS_POST.includes(action)) waiting.push(() => run('post', { action, inputs, step }, ended.state))
      return ended
    },
    posts: async () => {
      const ended: StageResult[] = []
      for (let post = waiting.pop(); post !== undefined; post = waiting.pop()) ended.push(await post())
      return ended
    },
    processes: () => findProcesses(id, SIMULATOR),
    files: () => readdir(temp),
    close: async () => {
      endProcesses(findProcesses(id, SIMULATOR))
      await rm(temp, { recursive: true, force: true })
    },
  }
}

const SIMULATOR = 'simulator.cjs'
const HAS_POST = ['.', 'rehearse']
