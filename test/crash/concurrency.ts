/**
 * Several runs side by side on one account. Each is held at a write of its own, before AWS acts on it or after, while the others go on
 * to theirs; then they are released one after the other, or all at once. The clocks of their runners are wrong by hours. In every
 * order, every run passes, no run touches what another one made, and nothing is left.
 */
import fc from 'fast-check'
import type { StageResult } from '../../scripts/runner.ts'
import { logOf } from '../exit.ts'
import type { Point } from './cell.ts'
import { type Fault, type Harness, type HarnessOptions, openHarness, type Play, REGION, type State } from './fixture.ts'

const SPEED = 20
const HOUR = 3600

/** The writes of a run with a role of its own, in their order. */
const WRITES = [
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'fis:CreateExperimentTemplate',
  'fis:StartExperiment',
  'fis:DeleteExperimentTemplate',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
] as const

type Held = Omit<Point, 'nth'>

const POINTS: readonly Held[] = WRITES.flatMap((operation) => [
  { operation, moment: 'before' as const },
  { operation, moment: 'after' as const },
])

/** One of the runs. `leg` runs are jobs of one matrix, `workflow` runs are runs of their own; `skewHours` is the error of the runner's clock. */
export type Actor = {
  readonly kind: 'leg' | 'workflow'
  readonly role: 'own' | 'shared'
  readonly skewHours: number
  readonly hold: Held
}

/** `order`: which run goes on first when all are held; `together` for all at once. `cleanup`: the clean-up action runs with its defaults meanwhile. */
export type ConcurrentRuns = {
  readonly actors: readonly Actor[]
  readonly order: 'together' | 'first-come' | 'last-come'
  readonly cleanup: boolean
}

const ORDERS = ['together', 'first-come', 'last-come'] as const

/** Errors of the runner's clock in hours, of the first and of the second run. */
const CLOCKS = [
  [-2, 2],
  [0, 0],
  [2, -2],
] as const

/** Two runs for every combination of a write to hold the first at, a write to hold the second at, and clocks. */
export function toPairs(): readonly ConcurrentRuns[] {
  return CLOCKS.flatMap(([first, second], clock) =>
    POINTS.flatMap((one, row) =>
      POINTS.map((other, column) => ({
        actors: [
          { kind: 'workflow' as const, role: 'own' as const, skewHours: first, hold: one },
          { kind: 'workflow' as const, role: 'own' as const, skewHours: second, hold: other },
        ],
        order: ORDERS[(row + column + clock) % ORDERS.length] ?? 'together',
        cleanup: false,
      })),
    ),
  )
}

/** Every fifth pair. Five has no divisor in common with the sizes of the grid, so each write of each run, each clock and each order is in it. */
export function toSample(pairs: readonly ConcurrentRuns[]): readonly ConcurrentRuns[] {
  return pairs.filter((_, at) => at % 5 === 0)
}

const actor: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constantFrom('leg' as const, 'workflow' as const),
  role: fc.constantFrom('own' as const, 'shared' as const),
  skewHours: fc.constantFrom(-2, -1, 0, 1, 2),
  hold: fc.constantFrom(...POINTS),
})

const concurrentRuns: fc.Arbitrary<ConcurrentRuns> = fc.record({
  actors: fc.array(actor, { minLength: 2, maxLength: 3 }),
  order: fc.constantFrom(...ORDERS),
  cleanup: fc.boolean(),
})

/** Draws two or three runs from a seed, with roles of their own or a shared one, in one workflow or in several. */
export function drawRuns(seed: number): ConcurrentRuns {
  const [drawn] = fc.sample(concurrentRuns, { seed, numRuns: 1 })
  if (drawn === undefined) throw new Error('nothing was drawn')
  return drawn
}

const BORN = '2026-03-01T09:00:00.000Z'
const tagsOf = (n: number, expiresAt: string) => ({
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:run': `octo/elsewhere/${n}/1`,
  'spot-interrupt:job': 'test/1',
  'spot-interrupt:invocation': `6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f1${n}`,
  'spot-interrupt:created-at': BORN,
  'spot-interrupt:expires-at': expiresAt,
})
const EXPIRED = tagsOf(0, '2026-03-01T10:00:00.000Z')
const LIVING = tagsOf(1, '2026-03-01T18:00:00.000Z')
const YOUNG = tagsOf(2, '2026-03-01T10:00:00.000Z')

const idOf = (nth: number) => `i-0123456789abcdef${nth}`

/** A target for each run; an expired leftover, which has to go; and what has to stay: resources of others, of a run that is going on, and of one with a wrong clock. */
function toSeed(count: number): NonNullable<HarnessOptions['seed']> {
  const signal = {
    actionId: 'aws:ec2:send-spot-instance-interruptions',
    parameters: { durationBeforeInterruption: 'PT15M' },
    targets: { SpotInstances: 'spot-1' },
  }
  const arn = `arn:aws:ec2:${REGION}:123456789012:instance/${idOf(9)}`
  return {
    instances: [...Array.from({ length: count }, (_, nth) => ({ id: idOf(nth), region: REGION })), { id: idOf(9), region: REGION }],
    roles: [{ name: 'Theirs' }, { name: 'Living', tags: LIVING }],
    templates: [
      { id: 'EXTtheirs', region: REGION, tags: { team: 'payments' } },
      { id: 'EXTliving', region: REGION, tags: LIVING },
      { id: 'EXTexpired', region: REGION, tags: EXPIRED, foreign: false },
    ],
    experiments: [
      { id: 'EXPliving', region: REGION, state: 'running', tags: LIVING },
      {
        id: 'EXPyoung',
        region: REGION,
        state: 'running',
        createdSecondsAgo: 60,
        targets: { 'spot-1': { resourceArns: [arn] } },
        actions: { 'signal-1': signal },
        tags: YOUNG,
      },
    ],
  }
}

/** Plays the runs side by side, and resolves with the faults: one sentence each. */
export async function playRuns({ actors, order, cleanup }: ConcurrentRuns): Promise<readonly string[]> {
  const harness = await openHarness({
    speed: SPEED,
    seed: toSeed(actors.length),
    faults: actors.map(({ hold }, nth) => toFault(hold, keyOf(nth))),
    inputs: { 'wait-for': 'experiment', 'poll-interval': '2s' },
  })
  try {
    const plays: Play[] = []
    for (const [nth, one] of actors.entries()) {
      const play = await harness.start('main', toStart(one, nth))
      plays.push(play)
      await comesTo(harness, one.hold, { key: keyOf(nth), play })
    }
    const extra = cleanup
      ? [await (await harness.start('cleanup', { inputs: { leg: 'c' }, env: { AWS_ACCESS_KEY_ID: 'AKIDCLEANUP' } })).done]
      : []
    const results = await release(harness, plays, order)
    return [...findRunFaults(results, extra), ...findTouched(harness, results), ...findLeft(harness, actors)]
  } finally {
    await harness.close()
  }
}

/** The access key of each run, by which the journal shows which run made a call. */
const keyOf = (nth: number) => `AKIDRUN${nth}`

function toStart({ kind, role, skewHours }: Actor, nth: number) {
  const run: State = kind === 'leg' ? {} : { GITHUB_RUN_ID: `${5000 + nth}` }
  return {
    inputs: { 'instance-id': idOf(nth), 'delete-role': String(role === 'own'), leg: `${nth}` },
    env: { AWS_ACCESS_KEY_ID: keyOf(nth), ...run },
    skewSeconds: skewHours * HOUR,
  }
}

function toFault({ operation, moment }: Held, caller: string): Fault {
  const [service, name] = operation.split(':') as ['fis' | 'iam', string]
  return { service, operation: name, caller, nth: 1, fault: moment === 'before' ? 'hold' : 'commit-hold' }
}

/** Resolves when the run is held, or has ended: one that shares a role may never come to the write. */
async function comesTo(harness: Harness, { operation }: Held, { key, play }: { key: string; play: Play }): Promise<void> {
  let ended = false
  const end = () => {
    ended = true
  }
  play.done.then(end, end)
  const isThere = () =>
    harness.simulator.journal().some((one) => one.accessKeyId === key && `${one.service}:${one.operation}` === operation)
  while (!ended && !isThere()) await new Promise((next) => setTimeout(next, 2))
}

async function release(harness: Harness, plays: readonly Play[], order: ConcurrentRuns['order']): Promise<readonly StageResult[]> {
  const nths = [...plays.keys()]
  if (order === 'together') {
    harness.simulator.release()
    return await Promise.all(plays.map(({ done }) => done))
  }
  for (const nth of order === 'first-come' ? nths : nths.toReversed()) {
    harness.simulator.release(keyOf(nth))
    await plays[nth]?.done
  }
  return await Promise.all(plays.map(({ done }) => done))
}

/** Runs that did not pass: in each, FIS has to complete its experiment, and nobody may stop it. */
function findRunFaults(results: readonly StageResult[], cleanups: readonly StageResult[]): readonly string[] {
  const mains = results.flatMap((result, nth) => {
    const { state, verdict } = result.outputs
    const good = result.code === 0 && state === 'completed' && verdict === 'not-judged'
    return good ? [] : [`run ${nth} ended with ${result.code ?? result.signal} and state ${state}. ${logOf(result)}`]
  })
  return [...mains, ...cleanups.flatMap((one) => (one.code === 0 ? [] : [`clean-up ended with ${one.code}. ${logOf(one)}`]))]
}

type Params = { readonly id?: string; readonly RoleName?: string; readonly experimentTemplateId?: string }

/** Writes on resources that another run made (by the ids in its outputs), or that were there before and are not ours. */
function findTouched({ simulator }: Harness, results: readonly StageResult[]): readonly string[] {
  const owners = new Map<string, string>()
  for (const [nth, { outputs }] of results.entries()) {
    for (const name of ['experiment-id', 'template-id'] as const) owners.set(outputs[name] ?? '', keyOf(nth))
    const role = outputs['role-arn']?.split('/').at(-1) ?? ''
    if (/-[0-9a-f]{8}$/.test(role)) owners.set(role, keyOf(nth))
  }
  const writes = simulator.journal().filter(({ operation }) => /^(Stop|Delete|Put|Start|Update|Untag)/.test(operation))
  const touched = writes.flatMap(({ operation, accessKeyId, params }) => {
    const { id, RoleName, experimentTemplateId } = params as Params
    const named = [id, RoleName, experimentTemplateId].filter((one) => one !== undefined)
    const foreign = named.filter((one) => (owners.get(one) ?? accessKeyId) !== accessKeyId)
    return foreign.map((one) => `${accessKeyId} touched ${one} with ${operation}`)
  })
  const { foreignTouched } = simulator.leftovers()
  return [...touched, ...foreignTouched.map(({ id, operation }) => `touched ${id} with ${operation}`)]
}

/** What is left at the end, and should not be. Where runs share a role, exactly that role has to be left. */
function findLeft({ simulator }: Harness, actors: readonly Actor[]): readonly string[] {
  const { leftovers, strict } = simulator.leftovers()
  const shared = actors.some(({ role }) => role === 'shared') ? ['role FIS-SpotMinimalRole'] : []
  const left = leftovers.map(({ kind, id }) => `${kind} ${id}`)
  return [
    ...left.filter((one) => !shared.includes(one)).map((one) => `left: ${one}`),
    ...shared.filter((one) => !left.includes(one)).map((one) => `gone: ${one}`),
    ...strict.map(({ name }) => `sent a request that AWS would refuse: ${name}`),
  ]
}

/** The runs in one line, for tables and failures. */
export function describeRuns({ actors, order, cleanup }: ConcurrentRuns): string {
  const who = actors.map(
    ({ kind, role, skewHours, hold }) => `${kind} with ${role} role at ${skewHours} h, ${hold.moment} ${hold.operation}`,
  )
  return `${who.join(' | ')}; ${order}${cleanup ? ', clean-up meanwhile' : ''}`
}
