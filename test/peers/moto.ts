/**
 * The built action, main and then post, on moto_server: an AWS that we did not write. Its clock is real, the action's is sped up, and
 * the proxy between them keeps the two in step.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { FisClient, ListExperimentsCommand, ListExperimentTemplatesCommand, StopExperimentCommand } from '@aws-sdk/client-fis'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { type Job, runStage, type StageResult } from '../../scripts/runner.ts'
import { type Epoch, type Front, type ProxyOptions, startProxy } from './proxy.ts'
import type { Scenario } from './table.ts'

export const REGION = 'eu-west-1'
const SPEED = 40
const credentials = { accessKeyId: 'AKIDPEER', secretAccessKey: 'peer' }
const READY_MS = 30_000

export type Moto = { readonly url: string; readonly close: () => void }

/** What a scenario has at hand: the clients speak to moto itself, the action to the proxy. */
export type Bench = {
  readonly ids: readonly string[]
  readonly proxy: Front
  readonly job: (inputs?: Readonly<Record<string, string>>, more?: Partial<Job>) => Job
  readonly fis: FisClient
  readonly left: () => Promise<Left>
}
type Left = { readonly templates: readonly string[]; readonly active: readonly string[]; readonly roles: readonly string[] }

const NOTHING: Left = { templates: [], active: [], roles: [] }

export async function startMoto(program: string): Promise<Moto> {
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const untilMs = performance.now() + READY_MS
  for (;;) {
    const up = await fetch(`${url}/moto-api/data.json`).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (up) return { url, close: () => void child.kill() }
    if (performance.now() > untilMs || child.exitCode !== null) throw new Error(`moto_server does not answer on ${url}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

function findPort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

type Options = Partial<Omit<ProxyOptions, 'upstream' | 'epoch' | 'onExperiment'>> & {
  readonly count?: number
  readonly spot?: boolean
  readonly onExperiment?: (bench: Bench) => NonNullable<ProxyOptions['onExperiment']>
}

function scenario(moto: Moto, name: string, options: Options, play: (bench: Bench) => Promise<void>): Scenario {
  return { name, run: () => withBench(moto, options, play) }
}

async function withBench(moto: Moto, options: Options, play: (bench: Bench) => Promise<void>): Promise<void> {
  await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' })
  const real0 = Date.now()
  const epoch: Epoch = { speed: SPEED, real0, sim0: real0 }
  const config = { region: REGION, endpoint: moto.url, credentials }
  const clients = { ec2: new EC2Client(config), fis: new FisClient(config), iam: new IAMClient(config) }
  const { count = 1, spot = true, onExperiment, ...rest } = options
  const watcher: { current?: NonNullable<ProxyOptions['onExperiment']> } = {}
  const proxy = await startProxy({
    upstream: moto.url,
    region: REGION,
    epoch,
    ...rest,
    onExperiment: (experiment) => watcher.current?.(experiment),
  })
  try {
    const ids = await launch(clients.ec2, { count, spot })
    const bench: Bench = { ids, proxy, job: toJob(proxy, epoch, ids), fis: clients.fis, left: () => readLeft(clients) }
    if (onExperiment !== undefined) watcher.current = onExperiment(bench)
    await play(bench)
  } finally {
    await proxy.close()
    for (const client of Object.values(clients)) client.destroy()
  }
}

async function launch(ec2: EC2Client, { count, spot }: { count: number; spot: boolean }): Promise<readonly string[]> {
  const market = spot ? { InstanceMarketOptions: { MarketType: 'spot' as const } } : {}
  const command = new RunInstancesCommand({
    ImageId: 'ami-12c6146b',
    InstanceType: 'm5.large',
    MinCount: count,
    MaxCount: count,
    ...market,
  })
  const { Instances = [] } = await ec2.send(command)
  const ids = Instances.flatMap(({ InstanceId }) => InstanceId ?? [])
  await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }))
  return ids
}

function toJob(proxy: Front, { speed, real0, sim0 }: Epoch, ids: readonly string[]): Bench['job'] {
  return (inputs = {}, more = {}) => ({
    inputs: { 'instance-id': ids.join(','), region: REGION, timezone: 'UTC', 'delete-role': 'true', ...inputs },
    env: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      GITHUB_REPOSITORY: 'octo/service',
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: '1',
      SIMULATED_TIME: `${speed},${real0},${sim0}`,
    },
    preload: ['simulator/preload.ts'],
    ...more,
  })
}

async function readLeft({ fis, iam }: { fis: FisClient; iam: IAMClient }): Promise<Left> {
  const [templates, experiments, roles] = await Promise.all([
    fis.send(new ListExperimentTemplatesCommand({})),
    fis.send(new ListExperimentsCommand({})),
    iam.send(new ListRolesCommand({})),
  ])
  const over = ['completed', 'stopped', 'stopping', 'failed']
  return {
    templates: (templates.experimentTemplates ?? []).flatMap(({ id }) => id ?? []),
    active: (experiments.experiments ?? []).filter(({ state }) => !over.includes(state?.status ?? '')).flatMap(({ id }) => id ?? []),
    roles: (roles.Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
  }
}

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

function tail({ stdout, stderr }: StageResult): string {
  return `${stdout.trim().split('\n').slice(-6).join(' / ')} ${stderr.trim()}`
}

export function motoScenarios(moto: Moto): readonly Scenario[] {
  return [
    scenario(moto, 'an interruption that EC2 confirms, on two instances', { count: 2, asSpot: true }, async (bench) => {
      await expectPassed(bench, await runStage('main', bench.job()), 'interrupted')
    }),
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
    scenario(moto, 'an experiment that fails', { onExperiment: () => fail }, async (bench) => {
      const main = await runStage('main', bench.job())
      await expectFailed(bench, main, /InvalidTarget/)
      equal(main.outputs.state, 'failed')
    }),
    scenario(moto, 'main killed while the experiment runs; post stops and removes all', { onExperiment: keepRunning }, async (bench) => {
      const killed = runStage('main', bench.job({}, { onSpawn: (child) => killOnStart(bench, child) }))
      const main = await killed
      equal(main.signal, 'SIGKILL')
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

/** moto has no way to fail; this is how AWS words it. */
const fail: NonNullable<ProxyOptions['onExperiment']> = (experiment) => {
  const reason = 'Target resolution returned empty set'
  Object.assign(experiment.state, {
    status: 'failed',
    reason,
    error: { accountId: '123456789012', code: 'InvalidTarget', location: 'spot' },
  })
}

/** moto is done after three looks; an experiment that is still running says so at each of them. */
function keepRunning(): NonNullable<ProxyOptions['onExperiment']> {
  return ({ state }) => {
    if (state.status === 'completed') Object.assign(state, { status: 'running', reason: 'Experiment is running' })
  }
}

function killOnStart(bench: Bench, child: ChildProcess): void {
  const timer = setInterval(() => {
    if (!bench.proxy.operations.includes('POST /experiments')) return
    clearInterval(timer)
    setTimeout(() => child.kill('SIGKILL'), 50)
  }, 10)
  child.once('exit', () => clearInterval(timer))
}
