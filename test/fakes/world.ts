import { ActionError, type Fault } from '../../src/model/errors.ts'
import type { Tags } from '../../src/model/tags.ts'
import type { EventKind, EventOf } from '../../src/model/timeline/event.ts'
import { all } from '../../src/model/timeline/event.ts'
import { type ActionSnapshot, type ExperimentSnapshot, isTerminal } from '../../src/model/timeline/snapshot.ts'
import { createLog } from '../../src/runner/log.ts'
import type { Fis, IamRole, TemplateRequest, World } from '../../src/world.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { ACCOUNT, instance, moment, spot } from './timeline.ts'

type Recorded = { readonly name: string; readonly args: readonly unknown[]; readonly atMs: number }
type Experiment = {
  id: string
  templateId: string
  tags: Tags
  token: string
  actions: readonly string[]
  startMs: number
  /** D; 2 minutes where nothing else is said. */
  durationMs?: number
  stoppedMs?: number
  fails?: Failing
}
type Failing = Partial<ExperimentSnapshot>

/** What this small AWS holds; tests put things there and look at what is left. */
export type Account = {
  readonly roles: Map<string, IamRole>
  readonly policies: Map<string, string>
  /** The documents of the managed policies of a role. */
  readonly attached: Map<string, readonly string[]>
  readonly templates: Map<string, TemplateRequest>
  readonly experiments: Map<string, Experiment>
  /** Put before a start: the experiments that FIS ends like this before any action starts, one each. */
  readonly failing: Failing[]
}

export type FakeWorld = World & {
  readonly clock: FakeClock
  readonly account: Account
  readonly calls: readonly Recorded[]
  /** The names of the calls made, `fis.createTemplate`, in order; `only` picks by prefix. */
  readonly called: (...only: readonly string[]) => readonly string[]
  readonly recorded: <K extends EventKind>(kind: K) => readonly EventOf<K>[]
}

type Port = 'sts' | 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'cloudwatch' | 'iam' | 'fis' | 'host'
export type Overrides = { readonly [P in Port]?: Partial<World[P]> } & {
  readonly clock?: FakeClock
  readonly durationMs?: number
  readonly cancel?: AbortSignal
}

/** When an experiment's actions start, and when FIS calls them completed, after StartExperiment. */
export const STARTS_MS = 1000
export const COMPLETES_MS = 20_000

/** How each phase of the log ended, in order. */
export function phases(world: FakeWorld): readonly string[] {
  return world.recorded('phase-ended').map(({ phase, ok }) => `${phase} ${ok ? 'ok' : 'failed'}`)
}

/**
 * All ports over an AWS that works: actions start after a second, complete after twenty, and the instances end at t0 + D. Overrides
 * replace single calls and get nothing but what the caller gives; every call is recorded, also one that rejects.
 */
export function fakeWorld(overrides: Overrides = {}): FakeWorld {
  const clock = overrides.clock ?? fakeClock()
  const account: Account = {
    roles: new Map(),
    policies: new Map(),
    attached: new Map(),
    templates: new Map(),
    experiments: new Map(),
    failing: [],
  }
  const calls: Recorded[] = []
  const record = <T extends object>(port: Port, calm: T): T => {
    const wrap = ([name, work]: [string, unknown]) => {
      const recorded = async (...args: readonly unknown[]) => {
        calls.push({ name: `${port}.${name}`, args, atMs: clock.monotonicMs() })
        return (work as (...args: readonly unknown[]) => unknown)(...args)
      }
      return [name, recorded]
    }
    return Object.fromEntries(Object.entries({ ...calm, ...overrides[port] }).map(wrap)) as T
  }
  const log = createLog(clock, () => undefined)
  let uuids = 0
  return {
    endpoints: async (services) => services.map((service) => ({ service, url: undefined, suffixes: ['amazonaws.com'] })),
    sts: record('sts', {
      whoami: async () => ({ account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/job`, source: 'the environment' }),
    }),
    ec2: record('ec2', createEc2(account, clock, overrides.durationMs ?? 120_000)),
    cloudwatch: record('cloudwatch', { readAlarms: async () => [] }),
    autoscaling: record('autoscaling', {
      readGroups: async () => [],
      readActivities: async () => [],
      readRefresh: async () => undefined,
    }),
    elb: record('elb', { readTargetGroup: async () => ({ type: 'instance' }), readTargets: async () => [] }),
    ecs: record('ecs', { readServices: async () => [], listTasks: async () => [], readTasks: async () => [], readHosts: async () => [] }),
    iam: record('iam', createIam(account)),
    fis: record('fis', createFis(account, clock)),
    host: record('host', { ownInstanceId: async () => undefined }),
    sendProbe: async () => ({ health: 'healthy', tookMs: 1, why: '' }),
    random: { uuid: () => `uuid-${++uuids}`, number: () => 0 },
    clock,
    log,
    cancel: overrides.cancel ?? new AbortController().signal,
    account,
    calls,
    called: (...only) => calls.map(({ name }) => name).filter((name) => only.length === 0 || only.some((one) => name.startsWith(one))),
    recorded: (kind) => all(log.timeline(), kind),
  }
}

/** The endpoints of a simulated AWS. */
export const simulated: World['endpoints'] = async (services) =>
  services.map((service) => ({ service, url: 'http://127.0.0.1:4566', suffixes: ['amazonaws.com'] }))

/** A call that AWS refuses. */
export function rejecting(fault: Fault, message: string = fault) {
  return async (): Promise<never> => {
    throw new ActionError(fault, message)
  }
}

function createEc2(account: Account, clock: FakeClock, durationMs: number): World['ec2'] {
  const endsMs = () =>
    Math.min(...[...account.experiments.values()].filter((one) => !one.fails).map((one) => one.startMs + STARTS_MS + durationMs))
  const gone = () => clock.monotonicMs() >= endsMs()
  return {
    readInstances: async (wanted) =>
      wanted.map((id) => instance({ id, ...(gone() ? { state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' } : {}) })),
    listInstances: async () => [],
    readSpotRequests: async (wanted) =>
      wanted.map((requestId) => {
        const instanceId = requestId.slice('sir-'.length)
        const ended = { code: 'instance-terminated-by-experiment', updatedAt: moment(endsMs() / 1000) }
        return spot({ requestId, instanceId, ...(gone() ? ended : {}) })
      }),
  }
}

function createIam({ roles, policies, attached }: Account): World['iam'] {
  const key = (role: string, policy: string) => `${role}/${policy}`
  return {
    readRole: async (name) => roles.get(name),
    listRoles: async (prefix) => [...roles.keys()].filter((name) => name.startsWith(prefix)),
    readPolicy: async (role, policy) => policies.get(key(role, policy)),
    readInlinePolicies: async (role) => [...policies].flatMap(([name, document]) => (name.startsWith(`${role}/`) ? [document] : [])),
    readAttachedPolicies: async (role) => attached.get(role) ?? [],
    simulatePolicy: async (_, { actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource, answer: 'allowed' as const }))),
    createRole: async ({ name, trust, tags }) => {
      if (roles.has(name)) throw new ActionError('exists', `Role ${name} exists already.`)
      const role = { name, trust, tags, arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }
      roles.set(name, role)
      return role
    },
    putPolicy: async (role, policy, document) => void policies.set(key(role, policy), document),
    deletePolicy: async (role, policy) => void policies.delete(key(role, policy)),
    deleteRole: async (name) => void roles.delete(name),
    createServiceRole: async () => true,
  }
}

function createFis(account: Account, clock: FakeClock): Fis {
  const { templates, experiments, failing } = account
  const show = (one: Experiment) => toSight(one, clock.monotonicMs())
  let made = 0
  return {
    readAction: async () => 'offered',
    createTemplate: async (request) => {
      made += 1
      const id = `EXT${made}`
      templates.set(id, request)
      return { id }
    },
    deleteTemplate: async (id) => void templates.delete(id),
    readTemplateRole: async (id) => templates.get(id)?.roleArn,
    readExperimentRole: async (id) => templates.get(experiments.get(id)?.templateId ?? '')?.roleArn,
    startExperiment: async ({ templateId, token, tags }) => {
      const fails = failing.shift()
      const actions = templates.get(templateId)?.batches.map(({ action }) => action) ?? []
      const one = {
        id: `EXP${experiments.size + 1}`,
        templateId,
        tags,
        token,
        actions,
        startMs: clock.monotonicMs(),
        ...(fails ? { fails } : {}),
      }
      experiments.set(one.id, one)
      return show(one)
    },
    readExperiment: async (id) => {
      const one = experiments.get(id)
      if (one === undefined) throw new ActionError('missing', `Experiment ${id} does not exist.`)
      return show(one)
    },
    stopExperiment: async (id) => {
      const one = experiments.get(id)
      if (one !== undefined && !isTerminal(show(one).status)) one.stoppedMs = clock.monotonicMs()
    },
    listTemplates: async () => [...templates].map(([id, { tags }]) => ({ id, tags })),
    listExperiments: async () =>
      [...experiments.values()].map((one) => ({ ...one, status: show(one).status, createdAt: moment(one.startMs / 1000) })),
  }
}

function toSight(one: Experiment, nowMs: number): ExperimentSnapshot {
  const since = nowMs - one.startMs
  const status = readStatus(one, nowMs)
  const started = one.fails === undefined && since >= STARTS_MS
  const startAt = moment((one.startMs + STARTS_MS) / 1000)
  const { durationMs = 120_000 } = one
  const actions: ActionSnapshot[] = one.actions.map((name) => ({ name, status, reason: '', durationMs, ...(started ? { startAt } : {}) }))
  const ended = status === 'completed' ? { endAt: moment((one.startMs + COMPLETES_MS) / 1000) } : {}
  const failed = one.fails !== undefined && since >= STARTS_MS ? one.fails : {}
  return { id: one.id, status, reason: `Experiment is ${status}.`, startAt: moment(one.startMs / 1000), ...ended, actions, ...failed }
}

function readStatus({ startMs, stoppedMs, fails }: Experiment, nowMs: number): string {
  if (stoppedMs !== undefined) return 'stopped'
  if (nowMs - startMs < STARTS_MS) return 'initiating'
  if (fails !== undefined) return 'failed'
  return nowMs - startMs < COMPLETES_MS ? 'running' : 'completed'
}
