/** What each workflow of examples/ has to do when act runs it. */
import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Simulator } from '../../simulator/server.ts'
import { TAG } from '../../src/model/tags.ts'
import { example, type Options, REGION, ROLE, type Seen } from './act.ts'
import { attestedScenarios } from './attested.ts'
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
type Service = {
  readonly url: () => string
  readonly lose: (simulator: Simulator) => void
  /** It is not healthy to begin with. */
  readonly fail: () => void
  readonly close: () => void
}

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
    fail: () => {
      lost = () => true
    },
    close: () => void server.close(),
  }
}

const GATES = ['gate.yml', 'reusable-gate.yml'] as const
type Gate = (typeof GATES)[number]
type GateOptions = Pick<Options, 'edit' | 'vars' | 'event' | 'onSpawn'> & {
  readonly before?: (simulator: Simulator, service: Service) => void
}

/** A gate with a real service behind its probe. */
function gate(act: string, file: Gate, name: string, options: GateOptions, judge: (seen: Seen) => void): Scenario {
  return {
    name: `${file}: ${name}`,
    run: async () => {
      const service = await serve()
      try {
        const change = () => ({ [HEALTH]: service.url() })
        const before = (simulator: Simulator) => options.before?.(simulator, service)
        await example(act, file, name, { ...options, roles: true, speed: PROBE_SPEED, change, before, fleet: STAGING }, judge).run()
      } finally {
        service.close()
      }
    },
  }
}

/** act can only rehearse, and a rehearsal opens no gate. Where a gate has to open, the workflow says that this is none. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the expression of the workflow
const AS_IF_REAL = [['rehearsal: ${{ steps.spot.outputs.rehearsal }}', "rehearsal: 'false'"]] as const
const SKIPPED: Readonly<Record<Gate, readonly [string, string]>> = {
  'gate.yml': ['    name: Interrupt staging\n', '    name: Interrupt staging\n    if: false\n'],
  'reusable-gate.yml': ['    name: Interrupt\n', '    name: Interrupt\n    if: false\n'],
}
const BROKEN: Readonly<Record<Gate, readonly [string, string]>> = {
  'gate.yml': ['run: echo "staging has $GITHUB_SHA"', 'run: exit 1'],
  'reusable-gate.yml': [
    '    steps:\n      - name: AWS credentials',
    '    steps:\n      - name: Broken\n        run: exit 1\n\n      - name: AWS credentials',
  ],
}
const REVIEWED = { GATE_OVERRIDE: 'reviewed' }

function expectClosed({ code, log }: Seen): void {
  equal(code, 1, tail(log))
  // act loses the last words of a step that ends at once, so that the message itself is seldom there.
  match(log, /Failure - Main Closed, unless the service survived/, tail(log))
  doesNotMatch(log, /Run Main Deploy/)
}

function expectOpen({ code, log }: Seen): void {
  match(log, /Success - Main Closed, unless the service survived/, tail(log))
  match(log, /Success - Main Deploy/, tail(log))
  equal(code, 0, tail(log))
}

function gateScenarios(act: string, file: Gate): readonly Scenario[] {
  const closed = (name: string, options: GateOptions, also: (seen: Seen) => void = () => undefined) =>
    gate(act, file, name, { edit: AS_IF_REAL, ...options }, (seen) => {
      expectClosed(seen)
      also(seen)
    })
  const lose = (simulator: Simulator, service: Service) => service.lose(simulator)
  const sick = (_: Simulator, service: Service) => service.fail()
  const says = (verdict: string) => (seen: Seen) => match(seen.log, new RegExp(`::set-output:: verdict=${verdict}\\b`), tail(seen.log))
  return [
    gate(act, file, 'deploys after staging has survived', { edit: AS_IF_REAL }, (seen) => {
      expectOpen(seen)
      expectPassed(seen)
    }),
    closed('does not deploy after a rehearsal that survived', { edit: [] }, says('survived')),
    closed('does not deploy after an outage that was too long, whoever reviews', { before: lose, vars: REVIEWED }, says('not-survived')),
    closed('does not deploy after an experiment that failed', { before: failing }),
    closed('does not deploy after an inconclusive verdict, where nobody can override', { before: sick }, says('inconclusive')),
    gate(
      act,
      file,
      'deploys after an inconclusive verdict that reviewers overrode',
      { edit: AS_IF_REAL, before: sick, vars: REVIEWED },
      (seen) => {
        match(seen.log, /Success - Main Closed, unless the service survived/, tail(seen.log))
        match(seen.log, /Success - Main Deploy/, tail(seen.log))
      },
    ),
    closed('does not deploy where the interruption is skipped', { edit: [...AS_IF_REAL, SKIPPED[file]] }),
    closed('does not deploy where an earlier step fails', { edit: [...AS_IF_REAL, BROKEN[file]] }),
    closed('does not deploy where the interruption is cancelled', { edit: AS_IF_REAL, before: lasting, onSpawn: cancelOnStart }),
  ]
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
    ...attestedScenarios(act, STAGING),
    ...GATES.flatMap((file) => gateScenarios(act, file)),
    gate(act, 'gate.yml', 'opens for a pull request, and deploys nothing', { edit: AS_IF_REAL, event: 'pull_request' }, ({ code, log }) => {
      equal(code, 0, tail(log))
      match(log, /Success - Main Closed, unless the service survived/)
      doesNotMatch(log, /Run Main Deploy/)
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
