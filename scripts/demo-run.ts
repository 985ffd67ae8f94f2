/**
 * One scenario of the demo: a service on simulated Spot instances behind a load balancer, and the built action, which interrupts one of them.
 */
import { mkdtemp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startBalancer } from '../simulator/fleet/balancer.ts'
import { createProcessHost, type ProcessHost, type Program, type Replacement } from '../simulator/fleet/process.ts'
import { type Simulator, startSimulator } from '../simulator/server.ts'
import { GROUP, groupSeed } from './demo-group.ts'
import { type Job, runStage } from './runner.ts'

export type DemoScenario = {
  readonly name: string
  readonly title: string
  readonly verdict: 'survived' | 'not-survived'
  readonly drains: boolean
  /**
   * When another instance replaces the only one of the service. Without it, an Auto Scaling group with Capacity Rebalancing keeps several
   * instances up.
   */
  readonly replacement?: Pick<Replacement, 'after' | 'delaySeconds'>
}

const REGION = 'eu-west-1'
const SPEED = 15
const TARGET = 'i-0a1b2c3d4e5f60718'
const SUCCESSOR = 'i-0b2c3d4e5f6071829'
/** From the notice to the start of the drain. By then the replacement is up. */
const DRAIN_AFTER_SECONDS = 60
/** More ports than a scenario has instances. */
const PORTS = 6

/** Plays a scenario. `show` gets the log of the action while it runs. */
export async function playScenario(scenario: DemoScenario, show: (text: string) => void) {
  const simulator = await startSimulator({ speed: SPEED })
  const host = createProcessHost(simulator)
  try {
    const ports = await Promise.all(Array.from({ length: PORTS }, findPort))
    const target = scenario.replacement === undefined ? runGroup(simulator, host, ports) : runPair(simulator, host, { ...scenario, ports })
    await listening(host)
    const front = await startBalancer(simulator.clock, ports)
    try {
      const job = { ...(await toJob(simulator, front.url, target)), show }
      const main = await runStage('main', job)
      show('\n')
      const post = await runStage('post', job, main.state)
      const left = simulator.leftovers().leftovers.map(({ kind, id }) => `${kind} ${id}`)
      return { main, post, left, log: host.log(), report: { json: main.outputs.report ?? '', junit: main.outputs.junit ?? '' } }
    } finally {
      await front.close()
    }
  } finally {
    await host.close()
    await simulator.close()
  }
}

type Pair = Pick<DemoScenario, 'drains' | 'replacement'> & { readonly ports: readonly number[] }

/** Runs one instance, and a replacement for it. Returns the inputs that aim at the first. */
function runPair(simulator: Simulator, host: ProcessHost, { drains, replacement, ports: [first = 0, second = 0] }: Pair): Job['inputs'] {
  simulator.seed({ instances: [{ id: TARGET, region: REGION }] })
  host.run(toProgram(TARGET, first, { drains, drainAfterSeconds: DRAIN_AFTER_SECONDS }))
  const successor = toProgram(SUCCESSOR, second, { drains, drainAfterSeconds: DRAIN_AFTER_SECONDS })
  if (replacement !== undefined) host.replace({ ...successor, ...replacement, region: REGION, for: TARGET })
  return { 'instance-id': TARGET }
}

/**
 * Runs a group that replaces its members itself. A member drains at once, while the others serve. Returns the inputs that aim at one
 * member, and that judge how the group reacts.
 */
function runGroup(simulator: Simulator, host: ProcessHost, ports: readonly number[]): Job['inputs'] {
  simulator.seed(groupSeed(REGION))
  let taken = 0
  host.runOnGroup({
    group: GROUP,
    program: (id) => toProgram(id, ports[taken++ % ports.length] ?? 0, { drains: true, drainAfterSeconds: 0 }),
  })
  return { 'auto-scaling-group': GROUP, capacity: 'web=asg:auto', 'react-within': '1m' }
}

type Draining = { readonly drains: boolean; readonly drainAfterSeconds: number }

function toProgram(instance: string, port: number, { drains, drainAfterSeconds }: Draining): Program {
  const service = resolve(import.meta.dirname, '../simulator/example/service.ts')
  const env = { PORT: String(port), DRAIN: String(drains), DRAIN_AFTER_SECONDS: String(drainAfterSeconds) }
  return { instance, command: [process.execPath, service], env }
}

async function listening(host: ProcessHost): Promise<void> {
  const untilMs = Date.now() + 10_000
  while (!host.log().some(({ text }) => text.includes('listening'))) {
    if (Date.now() > untilMs) throw new Error('the example service did not start within 10 s')
    await new Promise((done) => setTimeout(done, 20))
  }
}

async function toJob(simulator: Simulator, url: string, target: Job['inputs']): Promise<Job> {
  const { speed, real0, sim0 } = simulator.clock
  return {
    inputs: { ...target, region: REGION, 'delete-role': 'true', probes: `web=${url}/`, 'observe-for': '30s' },
    env: {
      AWS_ENDPOINT_URL: simulator.url,
      SPOT_INTERRUPT_REHEARSAL: 'true',
      AWS_ACCESS_KEY_ID: 'AKIDDEMO',
      AWS_SECRET_ACCESS_KEY: 'demo',
      AWS_EC2_METADATA_DISABLED: 'true',
      GITHUB_REPOSITORY: 'octo/service',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      RUNNER_TEMP: await mkdtemp(join(tmpdir(), 'spot-interrupt-demo-')),
      SIMULATED_TIME: `${speed},${real0},${sim0}`,
    },
    preload: ['simulator/preload.ts'],
  }
}

/** A port that is free now. Another program is unlikely to take it within the next second. */
function findPort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
}
