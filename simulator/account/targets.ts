import { createHash } from 'node:crypto'
import type { Instance } from './account.ts'
import { instanceArn } from './arn.ts'
import { historyAt, type InstanceEvent, isVisible } from './instance.ts'
import type { Experiment, Failure, Target } from './template.ts'

/** For each target name: its instances at t0; or why the resolution failed. */
export type Resolved = { readonly targets: ReadonlyMap<string, readonly Instance[]>; readonly failure?: Failure | undefined }

/** The instances, and the events that have happened to them. */
export type Past = { readonly instances: ReadonlyMap<string, Instance>; readonly events: (id: string) => readonly InstanceEvent[] }

/** One target of an experiment, and the instances there are at t0, each with its state. */
type Lookup = {
  readonly experiment: Experiment
  readonly name: string
  readonly target: Target
  readonly accountId: string
  readonly candidates: readonly Candidate[]
}
type Candidate = { readonly instance: Instance; readonly state: string }

/** The instances behind each target of an experiment, as FIS resolves them when it starts; or why that fails. */
export function resolveTargets(experiment: Experiment, past: Past): Resolved {
  const targets = new Map<string, readonly Instance[]>()
  const candidates = candidatesOf(experiment, past)
  for (const [name, target] of Object.entries(experiment.targets)) {
    const found = resolve({ experiment, name, target, accountId: experiment.accountId, candidates })
    if ('code' in found) return { targets, failure: found }
    targets.set(name, found)
  }
  return { targets }
}

function candidatesOf({ region, actsAt }: Experiment, past: Past): readonly Candidate[] {
  return [...past.instances.values()].flatMap((instance) => {
    const history = historyAt(instance, past.events(instance.id), actsAt)
    const visible = instance.region === region && instance.launchedAt <= actsAt && isVisible(history, actsAt)
    return visible ? [{ instance, state: history.state }] : []
  })
}

function resolve({ experiment, name, target, accountId, candidates }: Lookup): readonly Instance[] | Failure {
  if (target.resourceArns !== undefined) return byArn({ experiment, name, target, accountId, candidates }, target.resourceArns)
  const matching = candidates.filter(
    ({ instance, state }) => instance.lifecycle === 'spot' && carries(instance, target) && passes(instance, target, state),
  )
  const chosen = choose(matching, target.selectionMode, `${experiment.id}/${name}`)
  if (chosen.length === 0)
    return experiment.emptyTargetResolutionMode === 'skip' ? [] : invalid('Target resolution returned empty set', name)
  const still = chosen.find(({ state }) => state !== 'running')
  return still ? invalid(`Spot instance ${still.instance.id} is not in the running state.`, name) : chosen.map(({ instance }) => instance)
}

/** A target given by ARN can never be skipped: one that is missing fails the experiment at once. */
function byArn({ experiment, name, accountId, candidates }: Lookup, arns: readonly string[]): readonly Instance[] | Failure {
  const found: Instance[] = []
  for (const arn of arns) {
    const candidate = candidates.find(({ instance }) => instanceArn({ region: experiment.region, accountId }, instance.id) === arn)
    if (!candidate) return invalid(`Target resolution returned empty set. Resource not found: ${arn}`, name)
    const { instance, state } = candidate
    if (instance.lifecycle !== 'spot') return invalid(`Instance ${instance.id} is not a Spot instance.`, name)
    if (state !== 'running') return invalid(`Spot instance ${instance.id} is not in the running state.`, name)
    found.push(instance)
  }
  return found
}

function invalid(reason: string, name: string): Failure {
  return { code: 'InvalidTarget', reason, location: `targets.${name}`, started: false, lands: false }
}

function carries(instance: Instance, target: Target): boolean {
  return Object.entries(target.resourceTags ?? {}).every(([key, value]) => instance.tags[key] === value)
}

function passes(instance: Instance, target: Target, state: string): boolean {
  const values: Readonly<Record<string, string>> = {
    'State.Name': state,
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    ImageId: instance.imageId,
    'Placement.AvailabilityZone': instance.zone,
    InstanceLifecycle: instance.lifecycle,
  }
  return (target.filters ?? []).every((filter) => filter.values.includes(values[filter.path] ?? ''))
}

/** Applies COUNT and PERCENT. AWS chooses at random; here a hash chooses, so that the same experiment always has the same targets. */
function choose(instances: readonly Candidate[], mode: string, seed: string): readonly Candidate[] {
  const amount = /^(COUNT|PERCENT)\((\d+)\)$/.exec(mode)
  if (!amount) return instances
  const number = Number(amount[2])
  const wanted = amount[1] === 'COUNT' ? number : Math.floor((instances.length * number) / 100)
  const rank = ({ instance }: Candidate) => createHash('sha256').update(`${seed}/${instance.id}`).digest('hex')
  return [...instances].sort((a, b) => rank(a).localeCompare(rank(b))).slice(0, wanted)
}
