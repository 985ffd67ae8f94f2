/** What a scenario on moto_server has at hand: an instance, a proxy, a job for the built action, and what is left in the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { FisClient, ListExperimentsCommand, ListExperimentTemplatesCommand } from '@aws-sdk/client-fis'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import type { Job } from '../../scripts/runner.ts'
import { type Epoch, type Front, type ProxyOptions, startProxy } from './proxy.ts'
import type { Scenario } from './table.ts'

export const REGION = 'eu-west-1'
const SPEED = 40
/** moto tells since when an instance is gone in whole seconds of its own clock: at 20 times the speed that is within the 30 s that count. */
export const WHOLE_SECONDS_SPEED = 20
export const credentials = { accessKeyId: 'AKIDPEER', secretAccessKey: 'peer' }
const READY_MS = 30_000
const TRIES = 3

export type Moto = { readonly url: string; readonly close: () => void }

/** What a scenario has at hand: the clients speak to moto itself, the action to the proxy. */
export type Bench = {
  readonly ids: readonly string[]
  readonly proxy: Front
  readonly job: (inputs?: Readonly<Record<string, string>>, more?: Partial<Job>) => Job
  readonly fis: FisClient
  /** Launches more instances; their ids. */
  readonly launch: (wanted: Wanted) => Promise<readonly string[]>
  readonly left: () => Promise<Left>
}
export type Wanted = {
  readonly count: number
  readonly spot?: boolean
  readonly tags?: Readonly<Record<string, string>>
  readonly zone?: string
}
export type Left = { readonly templates: readonly string[]; readonly active: readonly string[]; readonly roles: readonly string[] }

export const NOTHING: Left = { templates: [], active: [], roles: [] }

export async function startMoto(program: string): Promise<Moto> {
  let why = ''
  for (let tries = 0; tries < TRIES; tries++) {
    const started = await tryMoto(program)
    if (typeof started !== 'string') return started
    why = started
  }
  throw new Error(why)
}

/** Running, or why not. A port that was free may be taken by another program before moto has it: it is worth another try. */
async function tryMoto(program: string): Promise<Moto | string> {
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-500)
  })
  const untilMs = performance.now() + READY_MS
  while (performance.now() < untilMs && child.exitCode === null) {
    const up = await fetch(`${url}/moto-api/data.json`).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (up) return { url, close: () => void child.kill() }
    await new Promise((done) => setTimeout(done, 100))
  }
  child.kill()
  return `moto_server does not answer on ${url}: ${said}`
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

export type Options = Partial<Omit<ProxyOptions, 'upstream' | 'epoch' | 'onExperiment'>> & {
  readonly count?: number
  readonly spot?: boolean
  readonly speed?: number
  readonly onExperiment?: (bench: Bench) => NonNullable<ProxyOptions['onExperiment']>
}

export function scenario(moto: Moto, name: string, options: Options, play: (bench: Bench) => Promise<void>): Scenario {
  return { name, run: () => withBench(moto, options, play) }
}

async function withBench(moto: Moto, options: Options, play: (bench: Bench) => Promise<void>): Promise<void> {
  await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' })
  const real0 = Date.now()
  const epoch: Epoch = { speed: options.speed ?? SPEED, real0, sim0: real0 }
  const config = { region: REGION, endpoint: moto.url, credentials }
  const clients = { ec2: new EC2Client(config), fis: new FisClient(config), iam: new IAMClient(config) }
  const { count = 1, spot = true, speed, onExperiment, ...rest } = options
  const watcher: { current?: NonNullable<ProxyOptions['onExperiment']> } = {}
  const proxy = await startProxy({
    upstream: moto.url,
    region: REGION,
    epoch,
    ...rest,
    onExperiment: (experiment) => watcher.current?.(experiment),
  })
  try {
    const ids = count === 0 ? [] : await launch(clients.ec2, { count, spot })
    const bench: Bench = {
      ids,
      proxy,
      job: toJob(proxy, epoch, ids),
      fis: clients.fis,
      launch: (wanted) => launch(clients.ec2, wanted),
      left: () => readLeft(clients),
    }
    if (onExperiment !== undefined) watcher.current = onExperiment(bench)
    await play(bench)
  } finally {
    await proxy.close()
    for (const client of Object.values(clients)) client.destroy()
  }
}

async function launch(ec2: EC2Client, { count, spot = true, tags = {}, zone }: Wanted): Promise<readonly string[]> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const market = spot ? { InstanceMarketOptions: { MarketType: 'spot' as const } } : {}
  const command = new RunInstancesCommand({
    ImageId: 'ami-12c6146b',
    InstanceType: 'm5.large',
    MinCount: count,
    MaxCount: count,
    ...market,
    ...(zone === undefined ? {} : { Placement: { AvailabilityZone: zone } }),
    ...(Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: 'instance' as const, Tags }] }),
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
      SPOT_INTERRUPT_REHEARSAL: 'true',
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
