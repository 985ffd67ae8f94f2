/** What each workflow of examples/ has to do when act runs it. */
import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Simulator } from '../../simulator/server.ts'
import { TAG } from '../../src/model/tags.ts'
import { example, REGION, ROLE, type Seen } from './act.ts'
import type { Scenario } from './table.ts'

function expectPassed({ code, log, simulator, ids, hits }: Seen): void {
  equal(code, 0, tail(log))
  const interrupted = simulator.leftovers().interrupted.map(({ id }) => id)
  equal(new Set(interrupted).size, hits)
  ok(interrupted.every((id) => ids.includes(id)))
}

/** The instances that the workflows aim at. */
const WORKERS = { groups: ['shop-workers'], hits: 1 }
const STAGING = { tags: { service: 'shop', stage: 'staging' }, hits: 2 }
const GROUPS = { groups: ['shop-workers', 'shop-carts', 'shop-search'], hits: 3 }

function tail(log: string): string {
  return `act: ${log.trim().split('\n').slice(-25).join('\n')}`
}

/** Post steps in reverse order: ours, while the credentials are still there, then theirs. */
function expectPosts(log: string): void {
  match(log, /Success - Post Interrupt[\s\S]*Success - Post AWS credentials/, tail(log))
}

/** AWS documents no such action: the simulator has it only where a switch says so. */
function offerRebalance(simulator: Simulator): void {
  simulator.setSwitches({ rebalanceRegions: [REGION] })
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

/** Runs as long as the instance does: there is time to cancel it. */
function lasting(simulator: Simulator): void {
  simulator.setSwitches({ completed: 'interruption' })
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

const HEALTH = 'https://staging.example.com/health'
/** Probes have time-outs of their own, which shrink with the speed. */
const PROBE_SPEED = 8

/** Longer than the workflow allows, and over soon enough for the run to end. */
const OUTAGE_MS = 45_000

/** A service in staging. It may not bear the loss of its instances. */
type Service = { readonly url: () => string; readonly lose: (simulator: Simulator) => void; readonly close: () => void }

async function serve(): Promise<Service> {
  let lost: (() => boolean) | undefined
  const server: Server = createServer((_, response) => response.writeHead(lost?.() ? 503 : 200).end())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`,
    lose: (simulator) => {
      lost = () => {
        const first = simulator.leftovers().interrupted[0]
        const sinceMs = first === undefined ? -1 : simulator.now().getTime() - Date.parse(first.at)
        return sinceMs >= 0 && sinceMs < OUTAGE_MS
      }
    },
    close: () => void server.close(),
  }
}

/** The gate with a real service behind its probe. */
function gate(
  act: string,
  name: string,
  options: { readonly before?: (simulator: Simulator, service: Service) => void },
  judge: (seen: Seen) => void,
): Scenario {
  return {
    name: `gate.yml: ${name}`,
    run: async () => {
      const service = await serve()
      try {
        const change = () => ({ [HEALTH]: service.url() })
        const before = (simulator: Simulator) => options.before?.(simulator, service)
        await example(act, 'gate.yml', name, { roles: true, speed: PROBE_SPEED, change, before, fleet: STAGING }, judge).run()
      } finally {
        service.close()
      }
    },
  }
}

/** What a run of yesterday left, one in each region of the workflow, and what is somebody else's. */
function leave(simulator: Simulator): void {
  const at = (hours: number) => new Date(simulator.now().getTime() - hours * 3_600_000).toISOString()
  const tags = {
    [TAG.managedBy]: 'spot-interrupt',
    [TAG.run]: 'octo/service/4711/1',
    [TAG.invocation]: '2f1c9a52-7a35-4c0e-9d5e-0d2f6a1b3c4d',
    [TAG.createdAt]: at(24),
    [TAG.expiresAt]: at(23),
    [TAG.mode]: 'interruption',
  }
  const templates = [REGION, 'us-east-1'].map((region) => ({ id: `EXTleft${region}`, region, tags, foreign: false }))
  simulator.seed({
    templates: [...templates, { id: 'EXTforeign', region: REGION, tags: { ManagedBy: 'terraform' } }],
    experiments: [{ id: 'EXPleft', region: REGION, state: 'running', tags, foreign: false }],
  })
}

const LEFT = [`template EXTleft${REGION}`, 'template EXTleftus-east-1', 'experiment EXPleft']

export function actScenarios(act: string): readonly Scenario[] {
  const form = { 'instance-id': 'i-0123456789abcdef0', duration: '2m', region: REGION }
  return [
    example(act, 'chaos.yml', 'interrupts, and runs both post steps in reverse order', { fleet: WORKERS }, (seen) => {
      expectPassed(seen)
      expectPosts(seen.log)
      match(seen.log, /interrupted=true \[\{"id":"i-[0-9a-f]+","outcome":"interrupted"/)
    }),
    example(act, 'chaos.yml', 'the scheduled run', { event: 'schedule', fleet: WORKERS }, expectPassed),
    example(act, 'chaos.yml', 'a failed experiment fails the job', { before: failing, fleet: WORKERS }, ({ code, log }) => {
      equal(code, 1, tail(log))
      match(log, /::error::.*InvalidTarget/)
      match(log, /interrupted=false/)
      expectPosts(log)
    }),
    example(
      act,
      'chaos.yml',
      'cancelled while the experiment runs; post stops and removes all',
      { before: lasting, onSpawn: cancelOnStart, fleet: WORKERS },
      ({ code, log }) => {
        ok(code !== 0, tail(log))
        match(log, /Experiment stopped|stopped/)
        match(log, /Success - Post Interrupt/, tail(log))
      },
    ),
    gate(act, 'deploys after staging has survived', {}, (seen) => {
      expectPassed(seen)
      match(seen.log, /deploying after 100/)
    }),
    gate(act, 'does not deploy after an outage that was too long', { before: (simulator, service) => service.lose(simulator) }, (seen) => {
      equal(seen.code, 1, tail(seen.log))
      match(seen.log, /::set-output:: verdict=not-survived/)
      doesNotMatch(seen.log, /deploying after/)
    }),
    gate(act, 'does not deploy after an experiment that failed', { before: failing }, ({ code, log }) => {
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
      'a recommendation only, where the region offers it',
      { inputs: { ...form, mode: 'rebalance' }, before: offerRebalance, kept: [`role ${ROLE}`] },
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
    example(
      act,
      'matrix.yml',
      'setup, then one instance of each group, one after the other',
      { kept: [`role ${ROLE}`], fleet: GROUPS },
      (seen) => {
        expectPassed(seen)
        const starts = seen.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
        equal(starts.length, seen.hits)
      },
    ),
    example(
      act,
      'cleanup.yml',
      'the scheduled run removes what is over, and nothing else',
      { event: 'schedule', before: leave },
      ({ code, log }) => {
        equal(code, 0, tail(log))
        match(log, /EXTleftus-east-1/)
        doesNotMatch(log, /EXTforeign/)
      },
    ),
    example(
      act,
      'cleanup.yml',
      'a dry run removes nothing',
      { inputs: { 'dry-run': 'true' }, before: leave, kept: LEFT },
      ({ code, log }) => {
        equal(code, 0, tail(log))
        match(log, /EXPleft/)
      },
    ),
  ]
}
