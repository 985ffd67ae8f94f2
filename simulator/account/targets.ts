import { createHash } from 'node:crypto'
import type { Experiment, Failure, Instance, Model, Target } from './account.ts'
import { instanceArn } from './arn.ts'
import { type Happening, isVisible, lifeAt } from './instance.ts'

/** Target name → the instances it came to at t0, or why there are none. */
export type Resolved = { readonly targets: ReadonlyMap<string, readonly Instance[]>; readonly failure?: Failure | undefined }

type Past = (id: string) => readonly Happening[]

export function resolveTargets(model: Model, experiment: Experiment, past: Past): Resolved {
  const targets = new Map<string, readonly Instance[]>()
  for (const [name, target] of Object.entries(experiment.targets)) {
    const found = resolve(model, experiment, name, target, past)
    if ('code' in found) return { targets, failure: found }
    targets.set(name, found)
  }
  return { targets }
}

function resolve(model: Model, experiment: Experiment, name: string, target: Target, past: Past): readonly Instance[] | Failure {
  const alive = [...model.instances.values()].filter((instance) => {
    const life = lifeAt(instance, past(instance.id), experiment.actsAt)
    return instance.region === experiment.region && instance.launchedAt <= experiment.actsAt && isVisible(life, experiment.actsAt)
  })
  const stateOf = (instance: Instance) => lifeAt(instance, past(instance.id), experiment.actsAt).state
  if (target.resourceArns !== undefined) return byArn(model, experiment, name, target.resourceArns, alive, stateOf)
  const matching = alive.filter(
    (instance) => instance.lifecycle === 'spot' && carries(instance, target) && passes(instance, target, stateOf(instance)),
  )
  const chosen = choose(matching, target.selectionMode, `${experiment.id}/${name}`)
  if (chosen.length === 0)
    return experiment.emptyTargetResolutionMode === 'skip' ? [] : invalid('Target resolution returned empty set', name)
  const still = chosen.find((instance) => stateOf(instance) !== 'running')
  return still ? invalid(`Spot instance ${still.id} is not in the running state.`, name) : chosen
}

/** A target given by ARN can never be skipped: one that is missing fails the experiment at once. */
function byArn(
  model: Model,
  experiment: Experiment,
  name: string,
  arns: readonly string[],
  alive: readonly Instance[],
  stateOf: (instance: Instance) => string,
): readonly Instance[] | Failure {
  const found: Instance[] = []
  for (const arn of arns) {
    const instance = alive.find((one) => instanceArn({ region: experiment.region, account: model.switches.account }, one.id) === arn)
    if (!instance) return invalid(`Target resolution returned empty set. Resource not found: ${arn}`, name)
    if (instance.lifecycle !== 'spot') return invalid(`Instance ${instance.id} is not a Spot instance.`, name)
    if (stateOf(instance) !== 'running') return invalid(`Spot instance ${instance.id} is not in the running state.`, name)
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

/** COUNT and PERCENT choose at random on AWS; here by a hash, so that the same experiment always chooses the same. */
function choose(instances: readonly Instance[], mode: string, seed: string): readonly Instance[] {
  const amount = /^(COUNT|PERCENT)\((\d+)\)$/.exec(mode)
  if (!amount) return instances
  const number = Number(amount[2])
  const wanted = amount[1] === 'COUNT' ? number : Math.floor((instances.length * number) / 100)
  const rank = (instance: Instance) => createHash('sha256').update(`${seed}/${instance.id}`).digest('hex')
  return [...instances].sort((a, b) => rank(a).localeCompare(rank(b))).slice(0, wanted)
}
