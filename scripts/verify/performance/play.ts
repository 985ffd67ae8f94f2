/** Runs a program or the action once on a simulated AWS, and measures its processes. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { type Job, runStage, type Stage, type StageResult } from '../../runner.ts'
import { BENCH_ENV } from '../bench-env.ts'
import { type BenchAccount, toAwsEnv } from './bench-account.ts'
import type { Span } from './figures.ts'
import { readCpu, signalGroup, startProgram, timedBy, watchMemory } from './processes.ts'

/** A run: its processes in their order, how it ended, and what it printed. */
export type MeasuredRun = {
  readonly spans: readonly Span[]
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly text: string
}

/** When it resolves, the run gets Ctrl-C. Such a run measures no processor time, because the measuring shell would get the signal, too. */
export type CtrlC = Promise<void> | undefined

/**
 * How long the runner waits after SIGINT and after SIGTERM:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const TO_TERM_MS = 7500
const TO_KILL_MS = 10_000

export async function playProgram(
  account: BenchAccount,
  program: { readonly command: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  ctrlC: CtrlC,
): Promise<MeasuredRun> {
  const file = join(account.folder, 'cpu')
  const env = { ...toAwsEnv(account), ...program.env }
  const { child, ended } = startProgram([...(ctrlC ? [] : timedBy(file)), ...program.command], { cwd: account.folder, env })
  const measured = measure(child)
  void ctrlC?.then(() => signalGroup(child, 'SIGINT'))
  const result = await ended
  return { ...result, spans: [{ ...measured(), cpu: ctrlC ? 0 : await readCpu(file) }] }
}

/** Main, then post with the state of main, as the runner runs them: post also follows a failed or a cancelled main. */
export async function playAction(
  account: BenchAccount,
  action: { readonly folder: string; readonly inputs: Readonly<Record<string, string>> },
  ctrlC: CtrlC,
): Promise<MeasuredRun> {
  const job = { action: action.folder, inputs: action.inputs, env: toJobEnv(account), temp: account.folder }
  const main = await playStage('main', { account, job, ctrlC })
  const post = await playStage('post', { account, job, ctrlC: undefined, state: main.result.state })
  const { code, signal } = main.result.code === 0 ? post.result : main.result
  const text = [main, post].map(({ result }) => `${result.stdout}${result.stderr}`).join('\n')
  return { spans: [main.span, post.span], code, signal, text }
}

export function toJobEnv(account: Pick<BenchAccount, 'url' | 'folder'>): Readonly<Record<string, string>> {
  return {
    ...toAwsEnv(account),
    ...BENCH_ENV,
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_RUN_ATTEMPT: '1',
  }
}

type Staged = { readonly account: BenchAccount; readonly job: Job; readonly ctrlC: CtrlC; readonly state?: StageResult['state'] }

async function playStage(stage: Stage, { account, job, ctrlC, state }: Staged): Promise<{ result: StageResult; span: Span }> {
  const file = join(account.folder, `cpu-${stage}`)
  let measured: ReturnType<typeof measure> | undefined
  const onSpawn = (child: ChildProcess) => {
    measured = measure(child)
    void ctrlC?.then(() => cancel(child))
  }
  const result = await runStage(stage, { ...job, ...(ctrlC ? {} : { under: timedBy(file) }), onSpawn }, state)
  if (measured === undefined) throw new Error(`${stage} did not start`)
  return { result, span: { ...measured(), cpu: ctrlC ? 0 : await readCpu(file) } }
}

/** Measures a process from now to its end. The function that it returns is called after the end. */
function measure(child: ChildProcess): () => Omit<Span, 'cpu'> {
  const beganAt = Date.now()
  const memory = watchMemory(child.pid ?? 0)
  let endedAt: number | undefined
  child.on('close', () => {
    endedAt = Date.now()
  })
  return () => ({ beganAt, endedAt: endedAt ?? Date.now(), memoryMb: memory() })
}

/** Cancels a step as the runner does. */
function cancel(child: ChildProcess): void {
  child.kill('SIGINT')
  const timers = [setTimeout(() => child.kill('SIGTERM'), TO_TERM_MS), setTimeout(() => child.kill('SIGKILL'), TO_KILL_MS)]
  child.on('close', () => timers.map(clearTimeout))
}
