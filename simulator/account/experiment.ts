import { minutes, seconds } from '../clock.ts'
import type { Account, Instance } from './account.ts'
import { interruption, wait } from './catalogue.ts'
import { parseWait } from './duration.ts'
import { type ActionEffect, durationOf, interruptionTimes } from './effect.ts'
import { permissionFailure } from './permissions.ts'
import { leverAt } from './safety-lever.ts'
import { alarmStopOf } from './stop-condition.ts'
import { type Past, type Resolved, resolveTargets } from './targets.ts'
import type { Action, Experiment, Failure } from './template.ts'

const endings = ['completed', 'stopped', 'failed', 'cancelled'] as const

export type Ending = { readonly at: number; readonly status: (typeof endings)[number]; readonly failure?: Failure | undefined }

export type ActionRun = {
  readonly startAt?: number | undefined
  readonly endAt: number
  readonly ending: 'completed' | 'failed' | 'skipped' | 'cancelled' | 'stopped'
}

/** One experiment from start to end. `stoppingAt` is when a stop begins: by StopExperiment, by the safety lever, or by a stop condition. */
export type ExperimentRun = {
  readonly resolved: Resolved
  /** Whether a stop condition stopped the experiment. */
  readonly stoppedByAlarm?: boolean | undefined
  readonly actions: ReadonlyMap<string, ActionRun>
  readonly effects: readonly ActionEffect[]
  readonly stoppingAt?: number | undefined
  readonly ending: Ending
}

/** The input of every part of the computation. */
type Basis = {
  readonly account: Account
  readonly experiment: Experiment
  readonly resolved: Resolved
  readonly failure?: Failure | undefined
}

const stopDuration = seconds(3)

/**
 * Computes an experiment from its start to its end, with its effects on its targets. `past` has the instances, and their events up to now.
 */
export function computeExperiment(account: Account, experiment: Experiment, past: Past): ExperimentRun {
  const unresolved: Basis = { account, experiment, resolved: { targets: new Map() } }
  if (experiment.frozen !== undefined) return runWithoutActions(unresolved, frozenEnding(experiment, experiment.frozen), 'skipped')
  if (leverAt(account, experiment.createdAt) === 'engaged') {
    return runWithoutActions(unresolved, { at: experiment.createdAt + seconds(1), status: 'cancelled' }, 'cancelled')
  }
  if (experiment.failure && !experiment.failure.started) return failed(unresolved, experiment.failure)
  const resolved = resolveTargets(experiment, past)
  const failure = resolved.failure ?? experiment.failure ?? denied(account, experiment, resolved)
  const basis: Basis = { account, experiment, resolved, failure }
  if (failure && !failure.started) return failed(basis, failure)
  if (experiment.actionsMode === 'skip-all') {
    return runWithoutActions(basis, { at: experiment.actsAt + seconds(3), status: 'completed' }, 'skipped')
  }
  return runWithActions(basis)
}

function denied(account: Account, experiment: Experiment, resolved: Resolved): Failure | undefined {
  if (experiment.actionsMode === 'skip-all') return undefined
  const scope = { region: experiment.region, accountId: experiment.accountId }
  return permissionFailure(account, { scope, roleArn: experiment.roleArn }, [...resolved.targets.values()].flat())
}

function failed(basis: Basis, failure: Failure): ExperimentRun {
  return runWithoutActions(basis, { at: basis.experiment.actsAt, status: 'failed', failure }, 'cancelled')
}

/** The ending of a seeded experiment that is frozen in one state. It ended at its creation if that state is terminal; otherwise it never ends by itself. */
function frozenEnding(experiment: Experiment, status: string): Ending {
  const ended = endings.find((one) => one === status)
  return ended ? { at: experiment.createdAt, status: ended } : { at: Number.POSITIVE_INFINITY, status: 'completed' }
}

/** An experiment in which no action ever starts. A stop before the planned ending decides the ending. */
function runWithoutActions({ account, experiment, resolved }: Basis, planned: Ending, how: ActionRun['ending']): ExperimentRun {
  const alarmStop = alarmStopOf(account, experiment)
  const stoppedAt = earliest(experiment.stoppedAt, alarmStop)
  const stopped = stoppedAt !== undefined && stoppedAt < planned.at
  const ending: Ending = stopped ? { at: stoppedAt + stopDuration, status: 'stopped' } : planned
  const actions = Object.keys(experiment.actions).map((name): [string, ActionRun] => [
    name,
    { endAt: ending.at, ending: stopped ? 'cancelled' : how },
  ])
  const stoppingAt = stopped ? stoppedAt : undefined
  return { resolved, actions: new Map(actions), effects: [], stoppingAt, ending, stoppedByAlarm: stopped && stoppedAt === alarmStop }
}

function runWithActions(basis: Basis): ExperimentRun {
  const { account, experiment, resolved, failure } = basis
  const planned = planActions(basis)
  const plannedEnd = Math.max(experiment.actsAt, ...[...planned.values()].map(({ endAt }) => endAt))
  const stopAt = firstStop(account, experiment)
  const stoppingAt = stopAt !== undefined && stopAt < plannedEnd ? stopAt : undefined
  const actions = new Map([...planned].map(([name, action]) => [name, cutShort(action, stoppingAt)]))
  const ending: Ending =
    stoppingAt === undefined
      ? { at: plannedEnd, status: failure ? 'failed' : 'completed', failure }
      : { at: stoppingAt + stopDuration, status: 'stopped' }
  const effects = failure && !failure.lands ? [] : effectsOf(basis, actions, stoppingAt)
  return {
    resolved,
    actions,
    effects,
    stoppingAt,
    ending,
    stoppedByAlarm: stoppingAt !== undefined && stoppingAt === alarmStopOf(account, experiment),
  }
}

function planActions({ account, experiment, resolved, failure }: Basis): Map<string, ActionRun> {
  const planned = new Map<string, ActionRun>()
  const plan = (action: Action): ActionRun => {
    const waits = (action.startAfter ?? []).map((other) => runOfAction(other).endAt)
    const startAt = Math.max(experiment.actsAt, ...waits)
    if (action.actionId !== wait && instancesOf(action, resolved).length === 0) return { endAt: startAt, ending: 'skipped' }
    if (failure) return { startAt, endAt: startAt + seconds(5), ending: 'failed' }
    return { startAt, endAt: completesAt(account, action, startAt), ending: 'completed' }
  }
  const runOfAction = (name: string): ActionRun => {
    const known = planned.get(name)
    const action = experiment.actions[name]
    if (known || !action) return known ?? { endAt: experiment.actsAt, ending: 'skipped' }
    planned.set(name, { endAt: experiment.actsAt, ending: 'skipped' })
    const made = plan(action)
    planned.set(name, made)
    return made
  }
  for (const name of Object.keys(experiment.actions)) runOfAction(name)
  return planned
}

function cutShort(action: ActionRun, stoppingAt: number | undefined): ActionRun {
  if (stoppingAt === undefined || action.endAt <= stoppingAt) return action
  if (action.startAt === undefined || action.startAt >= stoppingAt) return { endAt: stoppingAt + stopDuration, ending: 'cancelled' }
  return { startAt: action.startAt, endAt: stoppingAt + stopDuration, ending: 'stopped' }
}

function effectsOf(basis: Basis, actions: ReadonlyMap<string, ActionRun>, stoppingAt: number | undefined): ActionEffect[] {
  return Object.entries(basis.experiment.actions).flatMap(([name, action]) => {
    const run = actions.get(name)
    if (run?.startAt === undefined) return []
    const recalledAt = run.ending === 'stopped' && basis.account.switches.stop === 'recalls' ? stoppingAt : undefined
    const startedAt = run.startAt
    return instancesOf(action, basis.resolved).map((instance) => {
      return { instanceId: instance.id, startedAt, ...interruptionTimes(basis.account, action, { instance, startedAt }), recalledAt }
    })
  })
}

function completesAt(account: Account, action: Action, startAt: number): number {
  if (action.actionId === wait) return startAt + (parseWait(action.parameters?.duration ?? '') ?? minutes(1))
  if (action.actionId !== interruption) return startAt + seconds(3)
  const duration = durationOf(action)
  const after = { 'at-once': 0, early: seconds(20), notice: Math.max(seconds(2), duration - minutes(2)), interruption: duration }
  return startAt + after[account.switches.completed]
}

function instancesOf(action: Action, resolved: Resolved): readonly Instance[] {
  return Object.values(action.targets ?? {}).flatMap((name) => resolved.targets.get(name) ?? [])
}

function firstStop(account: Account, experiment: Experiment): number | undefined {
  const engaged = account.levers.find((lever) => lever.status === 'engaged' && lever.at > experiment.createdAt)?.at
  return earliest(experiment.stoppedAt, engaged, alarmStopOf(account, experiment))
}

function earliest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
