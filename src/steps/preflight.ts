import type { CapacityRules } from '../model/capacity/source.ts'
import { ActionError, explain, toActionError } from '../model/errors.ts'
import type { TargetInputs } from '../model/inputs/targets.ts'
import { ACTION_ID, type Mode } from '../model/mode.ts'
import { type Facts, findProblems, findWarnings } from '../model/plan/preflight.ts'
import type { ReactTo } from '../model/timeline/planned.ts'
import { toTargetSnapshots } from '../model/timeline/snapshot.ts'
import type { Caller, ReadWorld } from '../world.ts'
import { readAlarms } from './alarms.ts'
import type { CapacityMonitor } from './capacity.ts'
import { readPending } from './pending.ts'
import { readTargets } from './poll.ts'
import type { Selected } from './select.ts'

export type Wanted = TargetInputs & {
  readonly mode: Mode
  readonly region: string
  readonly roleArn: string | null
  readonly fallback?: 'early-stop'
  readonly stopAlarms?: readonly string[]
  /** The longest time that the run can take, in milliseconds. */
  readonly needsMs?: number
  readonly durationMs?: number
  readonly reactTo?: ReactTo
  /** The capacities of the run; absent without any. */
  readonly monitor?: Pick<CapacityMonitor, 'read' | 'judge'>
}

type Ports = Pick<ReadWorld, 'sts' | 'fis' | 'ec2' | 'autoscaling' | 'cloudwatch' | 'host' | 'clock' | 'random' | 'log'>

/** The result of preflight: the caller, the instance that this job runs on, and the targets of the run. */
export type Checked = Caller & {
  readonly ownId: string | undefined
  readonly instanceIds: readonly string[]
  readonly earlyStop: boolean
  /** The capacities that concern these targets. */
  readonly capacity?: CapacityRules
}

/**
 * Reads from AWS, in parallel, everything that could forbid the run, and selects the targets if they are not named. Rejects with one
 * `refused` error that has every problem. If the only problem is a call that AWS refuses, it rejects with the error of that call.
 */
export async function preflight(world: Ports, wanted: Wanted): Promise<Checked> {
  const { caller, ...read } = await readFacts(world, wanted)
  const { account, arn, source } = caller
  world.log.record({ kind: 'caller', account, arn, source })
  const draining = await wanted.monitor?.read(read.instances)
  const facts = draining === undefined ? read : { ...read, draining }
  const { ids, problem } = await select(world, wanted, { ...facts, caller })
  const chosen = toChosen({ ...facts, caller }, ids)
  for (const snapshot of toTargetSnapshots(ids, chosen.instances, chosen.requests)) world.log.record({ kind: 'target', snapshot })
  const judged = await wanted.monitor?.judge(chosen.instances)
  const problems = [...findProblems(chosen), ...(problem === undefined ? [] : [problem]), ...(judged?.problems ?? [])]
  if (problems.length > 0) throw new ActionError('refused', `Preflight refused the run: ${problems.join(' | ')}`, 'Nothing was created.')
  for (const what of [...findWarnings(chosen), ...(judged?.warnings ?? [])]) world.log.record({ kind: 'warned', what })
  world.log.record({ kind: 'checked', targets: ids.length })
  const earlyStop = facts.mode !== wanted.mode
  if (earlyStop) world.log.record({ kind: 'warned', what: EXPERIMENTAL })
  const capacity = judged === undefined ? {} : { capacity: judged.rules }
  return { ...caller, ownId: facts.ownId, instanceIds: ids, earlyStop, ...capacity }
}

type Known = Facts & { readonly caller: Caller }

async function readFacts(world: Ports, wanted: Wanted): Promise<Known> {
  const { aim, instanceIds } = wanted
  const [caller, action, seen, alarms, own, others] = await Promise.allSettled([
    world.sts.whoami(),
    readAction(world, wanted),
    aim === undefined ? readTargets(world, instanceIds) : selection().then(({ readMatching }) => readMatching(world, aim)),
    readAlarms(world, wanted.stopAlarms ?? []),
    world.host.ownInstanceId(),
    readPending(world, aim === undefined ? instanceIds : undefined),
  ])
  throwFaults([caller, action, seen, alarms])
  if (caller.status !== 'fulfilled' || action.status !== 'fulfilled' || seen.status !== 'fulfilled') {
    throw new ActionError('internal', 'preflight went on without its answers')
  }
  return {
    ...wanted,
    ...seen.value,
    caller: caller.value,
    ...action.value,
    alarms: alarms.status === 'fulfilled' ? alarms.value : [],
    now: world.clock.awsNow(),
    ownId: own.status === 'fulfilled' ? own.value : 'unknown',
    ...(others.status === 'fulfilled' ? others.value : {}),
  }
}

const EXPERIMENTAL =
  'FIS offers no recommendation alone here, so rebalance-fallback: early-stop (experimental) sends an interruption that is due after 15 minutes, and stops it at once. AWS does not document that a stop recalls an interruption: the targets may be interrupted all the same.'

/** Reads the action of the mode, or that of the fallback if the region does not have the first. */
async function readAction({ fis }: Ports, { mode, fallback }: Wanted): Promise<Pick<Facts, 'action' | 'mode'>> {
  const action = await fis.readAction(ACTION_ID[mode])
  if (mode !== 'rebalance' || fallback === undefined || action === 'offered') return { action, mode }
  return { action: await fis.readAction(ACTION_ID.interruption), mode: 'interruption' }
}

async function select(world: Ports, { aim, instanceIds, maxTargets }: Wanted, facts: Known): Promise<Selected> {
  return aim === undefined ? { ids: instanceIds } : await (await selection()).selectTargets(world, { aim, maxTargets }, facts)
}

/** Only a run without named targets loads the code that selects them. */
const selection = () => import('./select.ts')

/** The facts on these instances alone. */
function toChosen(facts: Facts, ids: readonly string[]): Facts {
  const instances = facts.instances.filter(({ id }) => ids.includes(id))
  const requestIds = new Set(instances.map(({ requestId }) => requestId))
  return { ...facts, instanceIds: ids, instances, requests: facts.requests.filter(({ requestId }) => requestIds.has(requestId)) }
}

/** Throws a single fault unchanged; several become one error that names each once. */
function throwFaults(results: readonly PromiseSettledResult<unknown>[]): void {
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [toActionError(result.reason)] : []))
  const [first, ...rest] = faults
  if (first === undefined) return
  const sentences = [...new Set(faults.map(explain))]
  if (rest.length === 0 || sentences.length === 1) throw first
  throw new ActionError(first.fault, sentences.join(' | '), '', first)
}
