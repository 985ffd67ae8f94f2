import { minutes, seconds } from '../clock.ts'
import type { Action, Experiment, Failure, Instance, Model } from './account.ts'
import { interruption } from './catalogue.ts'
import { parseLead } from './duration.ts'
import type { Happening } from './instance.ts'
import { permitFailure } from './permissions.ts'
import { type Resolved, resolveTargets } from './targets.ts'

/** One instance hit by one action. Without `endsAt` it is only a recommendation. */
export type Strike = {
  readonly instanceId: string
  readonly startedAt: number
  readonly noticeAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly recalledAt?: number | undefined
}

const endings = ['completed', 'stopped', 'failed', 'cancelled'] as const

export type Ending = { readonly at: number; readonly status: (typeof endings)[number]; readonly failure?: Failure | undefined }

export type Step = {
  readonly startAt?: number | undefined
  readonly endAt: number
  readonly ending: 'completed' | 'failed' | 'skipped' | 'cancelled' | 'stopped'
}

/** The whole course of one experiment. `stoppingAt` is when a stop, asked or by the safety lever, begins to bite. */
export type Run = {
  readonly resolved: Resolved
  readonly steps: ReadonlyMap<string, Step>
  readonly strikes: readonly Strike[]
  readonly stoppingAt?: number | undefined
  readonly ending: Ending
}

type Past = (id: string) => readonly Happening[]

const stopTakes = seconds(3)

export function runOf(model: Model, experiment: Experiment, past: Past): Run {
  const nothing = { targets: new Map<string, readonly Instance[]>() }
  if (experiment.frozen !== undefined) return idle(experiment, nothing, frozenEnding(experiment, experiment.frozen), 'skipped')
  if (leverAt(model, experiment.createdAt) === 'engaged') {
    return idle(experiment, nothing, { at: experiment.createdAt + seconds(1), status: 'cancelled' }, 'cancelled')
  }
  if (experiment.failure && !experiment.failure.started) return failed(experiment, nothing, experiment.failure)
  const resolved = resolveTargets(model, experiment, past)
  const failure = resolved.failure ?? experiment.failure ?? denied(model, experiment, resolved)
  if (failure && !failure.started) return failed(experiment, resolved, failure)
  if (experiment.actionsMode === 'skip-all') {
    return idle(experiment, resolved, { at: experiment.actsAt + seconds(3), status: 'completed' }, 'skipped')
  }
  return played(model, experiment, resolved, failure)
}

function denied(model: Model, experiment: Experiment, resolved: Resolved): Failure | undefined {
  if (experiment.actionsMode === 'skip-all') return undefined
  const place = { region: experiment.region, account: model.switches.account }
  return permitFailure(model, place, experiment.roleArn, [...resolved.targets.values()].flat())
}

function failed(experiment: Experiment, resolved: Resolved, failure: Failure): Run {
  return idle(experiment, resolved, { at: experiment.actsAt, status: 'failed', failure }, 'cancelled')
}

/** A seeded experiment that stands still ended when it began, or never will by itself. */
function frozenEnding(experiment: Experiment, status: string): Ending {
  const ended = endings.find((one) => one === status)
  return ended ? { at: experiment.createdAt, status: ended } : { at: Number.POSITIVE_INFINITY, status: 'completed' }
}

/** An experiment none of whose actions ever starts. A stop that comes first has the last word. */
function idle(experiment: Experiment, resolved: Resolved, planned: Ending, how: Step['ending']): Run {
  const stoppedAt = experiment.stoppedAt
  const stopped = stoppedAt !== undefined && stoppedAt < planned.at
  const ending: Ending = stopped ? { at: stoppedAt + stopTakes, status: 'stopped' } : planned
  const steps = Object.keys(experiment.actions).map((name): [string, Step] => [
    name,
    { endAt: ending.at, ending: stopped ? 'cancelled' : how },
  ])
  return { resolved, steps: new Map(steps), strikes: [], stoppingAt: stopped ? stoppedAt : undefined, ending }
}

function played(model: Model, experiment: Experiment, resolved: Resolved, failure: Failure | undefined): Run {
  const plans = planSteps(model, experiment, resolved, failure)
  const planned = Math.max(experiment.actsAt, ...[...plans.values()].map((step) => step.endAt))
  const stopAt = firstStop(model, experiment)
  const stoppingAt = stopAt !== undefined && stopAt < planned ? stopAt : undefined
  const steps = new Map([...plans].map(([name, step]) => [name, cutShort(step, stoppingAt)]))
  const ending: Ending =
    stoppingAt === undefined
      ? { at: planned, status: failure ? 'failed' : 'completed', failure }
      : { at: stoppingAt + stopTakes, status: 'stopped' }
  const strikes = failure && !failure.lands ? [] : strikesOf(model, experiment, resolved, steps, stoppingAt)
  return { resolved, steps, strikes, stoppingAt, ending }
}

function planSteps(model: Model, experiment: Experiment, resolved: Resolved, failure: Failure | undefined): Map<string, Step> {
  const steps = new Map<string, Step>()
  const plan = (action: Action): Step => {
    const waits = (action.startAfter ?? []).map((other) => stepOf(other).endAt)
    const startAt = Math.max(experiment.actsAt, ...waits)
    if (instancesOf(action, resolved).length === 0) return { endAt: startAt, ending: 'skipped' }
    if (failure) return { startAt, endAt: startAt + seconds(5), ending: 'failed' }
    return { startAt, endAt: completesAt(model, action, startAt), ending: 'completed' }
  }
  const stepOf = (name: string): Step => {
    const known = steps.get(name)
    const action = experiment.actions[name]
    if (known || !action) return known ?? { endAt: experiment.actsAt, ending: 'skipped' }
    steps.set(name, { endAt: experiment.actsAt, ending: 'skipped' })
    const made = plan(action)
    steps.set(name, made)
    return made
  }
  for (const name of Object.keys(experiment.actions)) stepOf(name)
  return steps
}

function cutShort(step: Step, stoppingAt: number | undefined): Step {
  if (stoppingAt === undefined || step.endAt <= stoppingAt) return step
  if (step.startAt === undefined || step.startAt >= stoppingAt) return { endAt: stoppingAt + stopTakes, ending: 'cancelled' }
  return { startAt: step.startAt, endAt: stoppingAt + stopTakes, ending: 'stopped' }
}

function strikesOf(
  model: Model,
  experiment: Experiment,
  resolved: Resolved,
  steps: ReadonlyMap<string, Step>,
  stoppingAt: number | undefined,
): Strike[] {
  return Object.entries(experiment.actions).flatMap(([name, action]) => {
    const step = steps.get(name)
    if (step?.startAt === undefined) return []
    const recalledAt = step.ending === 'stopped' && model.switches.stop === 'recalls' ? stoppingAt : undefined
    const startedAt = step.startAt
    return instancesOf(action, resolved).map((instance) => ({ ...strike(model, action, instance, startedAt), recalledAt }))
  })
}

function strike(model: Model, action: Action, instance: Instance, startedAt: number): Strike {
  if (action.actionId !== interruption) return { instanceId: instance.id, startedAt }
  const endsAt = startedAt + leadOf(action) + (model.switches.ends === 'later' ? minutes(2) : 0)
  // Hibernation begins at once, with a notice but not two minutes of it.
  if (instance.behaviour === 'hibernate') return { instanceId: instance.id, startedAt, noticeAt: startedAt, endsAt: startedAt }
  return { instanceId: instance.id, startedAt, noticeAt: endsAt - minutes(2), endsAt }
}

function completesAt(model: Model, action: Action, startAt: number): number {
  if (action.actionId !== interruption) return startAt + seconds(3)
  const lead = leadOf(action)
  const after = { early: seconds(20), notice: Math.max(seconds(2), lead - minutes(2)), interruption: lead }
  return startAt + after[model.switches.completed]
}

function leadOf(action: Action): number {
  return parseLead(action.parameters?.durationBeforeInterruption ?? '') ?? minutes(2)
}

function instancesOf(action: Action, resolved: Resolved): readonly Instance[] {
  return Object.values(action.targets ?? {}).flatMap((name) => resolved.targets.get(name) ?? [])
}

function firstStop(model: Model, experiment: Experiment): number | undefined {
  const engaged = model.levers.find((lever) => lever.status === 'engaged' && lever.at > experiment.createdAt)?.at
  const stops = [experiment.stoppedAt, engaged].filter((at) => at !== undefined)
  return stops.length === 0 ? undefined : Math.min(...stops)
}

function leverAt(model: Model, at: number): 'engaged' | 'disengaged' {
  return model.levers.findLast((lever) => lever.at <= at)?.status ?? 'disengaged'
}
