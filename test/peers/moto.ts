/**
 * The built action, main and then post, on moto_server: an AWS that we did not write. Its clock is real, the action's is sped up, and
 * the proxy between them keeps the two in step.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { StopExperimentCommand } from '@aws-sdk/client-fis'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { type Bench, type Moto, NOTHING, REGION, scenario, WHOLE_SECONDS_SPEED } from './moto-server.ts'
import type { ProxyOptions } from './proxy.ts'
import type { Scenario } from './table.ts'

/** Passed, with these outcomes, and nothing is left in moto. */
async function expectPassed(bench: Bench, main: StageResult, outcome: string): Promise<void> {
  equal(main.code, 0, `main ended with ${main.code}: ${tail(main)}`)
  const targets = JSON.parse(main.outputs.targets ?? '[]') as { id: string; outcome: string }[]
  deepEqual(
    targets.map((one) => [one.id, one.outcome]),
    bench.ids.map((id) => [id, outcome]),
  )
  equal(main.outputs.interrupted, 'true')
  equal(main.outputs.state, 'completed')
  const post = await runStage('post', bench.job(), main.state)
  equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
  deepEqual(await bench.left(), NOTHING)
}

async function expectFailed(bench: Bench, main: StageResult, words: RegExp): Promise<void> {
  equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
  const errors = main.stdout.split('\n').filter((line) => line.startsWith('::error::'))
  equal(errors.length, 1, `one error line, not ${errors.length}: ${tail(main)}`)
  match(errors[0] ?? '', words)
  const post = await runStage('post', bench.job(), main.state)
  equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
  deepEqual(await bench.left(), NOTHING)
}

export function tail({ stdout, stderr }: StageResult): string {
  return `${stdout.trim().split('\n').slice(-6).join(' / ')} ${stderr.trim()}`
}

export function motoScenarios(moto: Moto): readonly Scenario[] {
  return [
    scenario(
      moto,
      'an interruption that EC2 confirms, on two instances',
      { count: 2, asSpot: true, speed: WHOLE_SECONDS_SPEED },
      async (bench) => {
        await expectPassed(bench, await runStage('main', bench.job()), 'interrupted')
      },
    ),
    scenario(moto, "an interruption, in moto's own words: a user terminated it", {}, async (bench) => {
      await expectPassed(bench, await runStage('main', bench.job({ duration: 'PT150S' })), 'drained')
    }),
    scenario(moto, 'an endpoint without an action catalogue', { bare: true }, async (bench) => {
      await expectPassed(bench, await runStage('main', bench.job()), 'drained')
    }),
    scenario(moto, 'bad input is refused before any call', {}, async (bench) => {
      const main = await runStage('main', bench.job({ duration: 'soon', 'max-targets': '0' }))
      await expectFailed(bench, main, /duration.*max-targets|max-targets.*duration/)
      deepEqual(bench.proxy.operations, [])
    }),
    scenario(moto, 'an on-demand instance and one that does not exist are refused', { spot: false }, async (bench) => {
      const unknown = 'i-0aaaaaaaaaaaaaaaa'
      const main = await runStage('main', bench.job({ 'instance-id': `${bench.ids.join(' ')} ${unknown}` }))
      await expectFailed(bench, main, new RegExp(`${bench.ids[0]}.*${unknown}|${unknown}.*${bench.ids[0]}`))
      ok(!bench.proxy.operations.some((operation) => operation.startsWith('POST ')), 'nothing was created')
    }),
    scenario(moto, 'a rebalance action that the catalogue has not', {}, async (bench) => {
      await expectFailed(bench, await runStage('main', bench.job({ mode: 'rebalance' })), new RegExp(`${REGION}.*PT15M`))
    }),
    scenario(moto, 'an experiment that somebody else stops', { onExperiment: stopSoon }, async (bench) => {
      const main = await runStage('main', bench.job())
      await expectFailed(bench, main, /stopped/)
      match(main.outputs.state ?? '', /^(stopping|stopped)$/)
    }),
    scenario(moto, 'an experiment that fails', { onExperiment: failOnce }, async (bench) => {
      const main = await runStage('main', bench.job())
      await expectFailed(bench, main, /InvalidTarget/)
      equal(main.outputs.state, 'failed')
    }),
    scenario(moto, 'main killed while the experiment runs; post stops and removes all', { onExperiment: keepRunning }, async (bench) => {
      const killed = runStage('main', bench.job({}, { onSpawn: (child) => killOnStart(bench, child) }))
      const main = await killed
      equal(main.signal, 'SIGKILL', `main ended with ${main.code}: ${tail(main)}`)
      const before = await bench.left()
      equal(before.active.length, 1, 'an experiment was left running by the kill')
      const post = await runStage('post', bench.job(), main.state)
      equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
      deepEqual(await bench.left(), NOTHING)
    }),
  ]
}

/** The second look at the experiment finds it being stopped by a colleague. */
function stopSoon(bench: Bench): NonNullable<ProxyOptions['onExperiment']> {
  let looks = 0
  return async ({ id }) => {
    looks += 1
    if (looks === 3) await bench.fis.send(new StopExperimentCommand({ id }))
  }
}

/** moto has no way to fail; this is how AWS words it. moto itself gets a stop, because an experiment that failed runs no more. */
function failOnce(bench: Bench): NonNullable<ProxyOptions['onExperiment']> {
  let stopped: Promise<unknown> | undefined
  return async (experiment) => {
    stopped ??= bench.fis.send(new StopExperimentCommand({ id: experiment.id }))
    await stopped
    const error = { accountId: '123456789012', code: 'InvalidTarget', location: 'spot' }
    Object.assign(experiment.state, { status: 'failed', reason: 'Target resolution returned empty set', error })
  }
}

/** moto is done after three looks; an experiment that is still running says so at each of them. */
export function keepRunning(): NonNullable<ProxyOptions['onExperiment']> {
  return ({ state }) => {
    if (state.status === 'completed') Object.assign(state, { status: 'running', reason: 'Experiment is running' })
  }
}

export function killOnStart(bench: Bench, child: ChildProcess): void {
  const timer = setInterval(() => {
    if (!bench.proxy.operations.includes('POST /experiments')) return
    clearInterval(timer)
    setTimeout(() => child.kill('SIGKILL'), 50)
  }, 10)
  child.once('exit', () => clearInterval(timer))
}
