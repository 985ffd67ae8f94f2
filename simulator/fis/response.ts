import type { Experiment, Failure, Model, Recipe, Template } from '../account/account.ts'
import { fisArn, type Place } from '../account/arn.ts'
import type { Run, Step } from '../account/experiment.ts'
import { tell } from '../account/timeline.ts'

/** Records as FIS shows them. */
export function toTemplate(template: Template, place: Place) {
  return {
    ...toTemplateSummary(template, place),
    ...toRecipe(template),
    experimentOptions: optionsOf(template),
  }
}

export function toTemplateSummary(template: Template, place: Place) {
  return {
    id: template.id,
    arn: fisArn(place, `experiment-template/${template.id}`),
    description: template.description,
    creationTime: new Date(template.createdAt),
    lastUpdateTime: new Date(template.createdAt),
    tags: template.tags,
  }
}

export function toExperimentSummary(model: Model, experiment: Experiment, place: Place, at: number) {
  return {
    id: experiment.id,
    arn: fisArn(place, `experiment/${experiment.id}`),
    experimentTemplateId: experiment.templateId,
    state: toState(experiment, runIn(model, experiment), place, at),
    creationTime: new Date(experiment.createdAt),
    experimentOptions: { ...optionsOf(experiment), actionsMode: experiment.actionsMode },
    ...(model.switches.experimentTags ? { tags: experiment.tags } : {}),
  }
}

export function toExperiment(model: Model, experiment: Experiment, place: Place, at: number) {
  const run = runIn(model, experiment)
  const actions = Object.entries(experiment.actions).map(([name, action]) => [name, { ...action, ...toStep(experiment, run, name, at) }])
  return {
    ...toExperimentSummary(model, experiment, place, at),
    ...toRecipe(experiment),
    actions: Object.fromEntries(actions),
    startTime: new Date(experiment.createdAt),
    endTime: at >= run.ending.at ? new Date(run.ending.at) : undefined,
  }
}

export function isOver(model: Model, experiment: Experiment, at: number): boolean {
  return at >= runIn(model, experiment).ending.at
}

export function runIn(model: Model, experiment: Experiment): Run {
  const run = tell(model).runs.get(experiment.id)
  if (!run) throw new Error(`experiment ${experiment.id} is not on the books`)
  return run
}

function toRecipe(recipe: Recipe) {
  const { targets, actions, stopConditions, roleArn, logConfiguration, experimentReportConfiguration } = recipe
  const optional = { logConfiguration, experimentReportConfiguration }
  return { targets, actions, stopConditions, roleArn, ...optional, targetAccountConfigurationsCount: 0 }
}

function optionsOf(recipe: Recipe) {
  return { accountTargeting: recipe.accountTargeting, emptyTargetResolutionMode: recipe.emptyTargetResolutionMode }
}

const reasons: Record<string, string> = {
  pending: 'Experiment is pending.',
  initiating: 'Experiment is initiating.',
  running: 'Experiment is running.',
  stopping: 'Stopping Experiment.',
  completed: 'Experiment completed.',
  stopped: 'Experiment stopped.',
  cancelled: 'Experiment cancelled: the safety lever is engaged.',
  failed: 'Experiment failed.',
}

function toState(experiment: Experiment, run: Run, place: Place, at: number) {
  const status = statusAt(experiment, run, at)
  const failure = status === 'failed' ? run.ending.failure : undefined
  return {
    status,
    reason: failure?.reason ?? reasons[status],
    error: failure && toError(failure, place),
  }
}

function toError(failure: Failure, place: Place) {
  return { accountId: place.account, code: failure.code, location: failure.location }
}

function statusAt(experiment: Experiment, run: Run, at: number): string {
  if (at >= run.ending.at) return run.ending.status
  if (run.stoppingAt !== undefined && at >= run.stoppingAt) return 'stopping'
  if (experiment.frozen !== undefined) return experiment.frozen
  if (at < experiment.pendingUntil) return 'pending'
  return at < experiment.actsAt ? 'initiating' : 'running'
}

const stepReasons: Record<Step['ending'] | 'pending' | 'initiating' | 'running' | 'stopping', string> = {
  pending: 'Initial state',
  initiating: 'Action is initiating.',
  running: 'Action is running.',
  stopping: 'Action is stopping.',
  completed: 'Action was completed.',
  failed: 'Action failed.',
  skipped: 'Action was skipped.',
  cancelled: 'Action was cancelled.',
  stopped: 'Action was stopped.',
}

function toStep(experiment: Experiment, run: Run, name: string, at: number) {
  const step = run.steps.get(name)
  if (!step) return { state: { status: 'pending', reason: stepReasons.pending } }
  const started = step.startAt !== undefined && at >= step.startAt
  const ended = at >= step.endAt
  const settled = stepStatus(step, { started, ended }, run.stoppingAt, at)
  const status = settled === 'pending' && at >= experiment.pendingUntil && at < experiment.actsAt ? 'initiating' : settled
  return {
    state: { status, reason: (status === 'failed' && run.ending.failure?.reason) || stepReasons[status] },
    startTime: started && step.startAt !== undefined ? new Date(step.startAt) : undefined,
    endTime: ended && step.startAt !== undefined ? new Date(step.endAt) : undefined,
  }
}

function stepStatus(step: Step, seen: { started: boolean; ended: boolean }, stoppingAt: number | undefined, at: number) {
  if (seen.ended) return step.ending
  if (!seen.started) return 'pending'
  return step.ending === 'stopped' && stoppingAt !== undefined && at >= stoppingAt ? 'stopping' : 'running'
}
