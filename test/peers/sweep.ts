/** On moto_server: what a cancelled run, a dead one and its successors do, and the two other actions. */
import { deepEqual, equal, match } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { type Job, runStage, type StageResult } from '../../scripts/runner.ts'
import { keepRunning, killOnStart, tail } from './moto.ts'
import { type Bench, type Moto, NOTHING, REGION, scenario } from './moto-server.ts'
import type { Scenario } from './table.ts'

const RUN = 'octo/service/4711'
const HOURS_MS = 12 * 3_600_000
/** Signals are answered within seconds, by the action's clock. */
const SIGNAL_SPEED = 5

export function sweepScenarios(moto: Moto): readonly Scenario[] {
  return [
    scenario(
      moto,
      'cancelled while the experiment runs; nothing is left',
      { onExperiment: keepRunning, speed: SIGNAL_SPEED },
      async (bench) => {
        const main = await runStage('main', bench.job({ 'poll-interval': '2s' }, { onSpawn: (child) => interruptOnStart(bench, child) }))
        equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
        match(main.stdout, /StopExperiment|stopped|[Cc]ancel/)
        const post = await runStage('post', bench.job(), main.state)
        equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
        deepEqual(await bench.left(), NOTHING)
      },
    ),
    scenario(
      moto,
      'a dead run without post: the cleanup action removes what that run left, and the role',
      { onExperiment: keepRunning },
      async (bench) => {
        await die(bench)
        const other = await cleanUp(bench, { run: 'octo/service/1', expired: 'false' })
        deepEqual(JSON.parse(other.outputs.removed ?? ''), [])
        equal((await bench.left()).active.length, 1, 'what is not meant stays')
        const cleaned = await cleanUp(bench, { run: RUN, expired: 'false', 'delete-role': 'true' })
        equal(cleaned.code, 0, tail(cleaned))
        deepEqual(await bench.left(), NOTHING)
      },
    ),
    scenario(
      moto,
      'a dead run without post: the cleanup action removes it once its time is over',
      { onExperiment: keepRunning },
      async (bench) => {
        await die(bench)
        const early = await cleanUp(bench, { run: 'octo/service/1' })
        deepEqual(JSON.parse(early.outputs.removed ?? ''), [])
        const late = await cleanUp(bench, { run: 'octo/service/1' }, HOURS_MS)
        equal(late.code, 0, tail(late))
        deepEqual((await bench.left()).active, [])
      },
    ),
    scenario(moto, 'setup makes the roles once, and finds them the second time', {}, async (bench) => {
      const first = await runStage('main', withoutInputs(bench.job({}, { action: 'setup' }), {}))
      equal(first.code, 0, tail(first))
      deepEqual([first.outputs.created, first.outputs['role-arn']], ['true', 'arn:aws:iam::123456789012:role/FIS-SpotMinimalRole'])
      const second = await runStage('main', withoutInputs(bench.job({}, { action: 'setup' }), {}))
      equal(second.code, 0, tail(second))
      deepEqual([second.outputs.created, second.outputs['role-arn']], ['false', first.outputs['role-arn']])
      const main = await runStage('main', bench.job({ 'role-arn': first.outputs['role-arn'] ?? '', 'delete-role': 'false' }))
      equal(main.code, 0, tail(main))
    }),
  ]
}

/** A main that was killed after the start, whose post never ran: an experiment that runs on, and a role. */
async function die(bench: Bench): Promise<void> {
  const main = await runStage('main', bench.job({}, { onSpawn: (child) => killOnStart(bench, child) }))
  equal(main.signal, 'SIGKILL', `main ended with ${main.code}: ${tail(main)}`)
  equal((await bench.left()).active.length, 1, 'an experiment was left running by the kill')
}

/** The cleanup action, so much later by the clock of AWS. */
async function cleanUp(bench: Bench, inputs: Readonly<Record<string, string>>, laterMs = 0): Promise<StageResult> {
  bench.proxy.advance(laterMs)
  return runStage('main', withoutInputs(bench.job({}, { action: 'cleanup' }), inputs))
}

/** The other actions have inputs of their own. */
function withoutInputs(job: Job, inputs: Readonly<Record<string, string>>): Job {
  return { ...job, inputs: { region: REGION, ...inputs } }
}

function interruptOnStart(bench: Bench, child: ChildProcess): void {
  const timer = setInterval(() => {
    if (!bench.proxy.operations.some((operation) => operation.startsWith('GET /experiments/'))) return
    clearInterval(timer)
    child.kill('SIGINT')
  }, 10)
  child.once('exit', () => clearInterval(timer))
}
