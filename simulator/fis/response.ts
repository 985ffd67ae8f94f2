import type { Account } from '../account/account.ts'
import { fisArn, type Scope } from '../account/arn.ts'
import type { ActionRun, ExperimentRun } from '../account/experiment.ts'
import type { Experiment, Failure, Template, TemplateContent } from '../account/template.ts'
import { timelineOf } from '../account/timeline.ts'
import type { Context } from '../operation.ts'

/** A template as GetExperimentTemplate shows it. */
export function toTemplate(template: Template, scope: Scope) {
  return {
    ...toTemplateSummary(template, scope),
    ...toContent(template),
    experimentOptions: optionsOf(template),
  }
}

/** A template as ListExperimentTemplates shows it. */
export function toTemplateSummary(template: Template, scope: Scope) {
  return {
    id: template.id,
    arn: fisArn(scope, `experiment-template/${template.id}`),
    description: template.description,
    creationTime: new Date(template.createdAt),
    lastUpdateTime: new Date(template.createdAt),
    tags: template.tags,
  }
}

/** As in the example of `aws fis start-experiment`: https://docs.aws.amazon.com/cli/latest/reference/fis/start-experiment.html */
const STARTS_AFTER_MS = 349

type Viewer = Pick<Context, 'account' | 'scope' | 'at'>

/** An experiment as ListExperiments shows it at this moment. */
export function toExperimentSummary({ account, scope, at }: Viewer, experiment: Experiment) {
  return {
    id: experiment.id,
    arn: fisArn(scope, `experiment/${experiment.id}`),
    experimentTemplateId: experiment.templateId,
    state: toState(experiment, runIn(account, experiment), { scope, at }),
    creationTime: new Date(experiment.createdAt),
    experimentOptions: { ...optionsOf(experiment), actionsMode: experiment.actionsMode },
    ...(account.switches.experimentTags ? { tags: experiment.tags } : {}),
  }
}

/** An experiment as GetExperiment shows it at this moment. */
export function toExperiment(viewer: Viewer, experiment: Experiment) {
  const { account, at } = viewer
  const run = runIn(account, experiment)
  const actions = Object.entries(experiment.actions).map(([name, action]) => {
    const actionRun = run.actions.get(name)
    return [name, { ...action, ...toActionState(actionRun, { run, at }) }]
  })
  return {
    ...toExperimentSummary(viewer, experiment),
    ...toContent(experiment),
    actions: Object.fromEntries(actions),
    startTime: new Date(experiment.createdAt + STARTS_AFTER_MS),
    endTime: at >= run.ending.at ? new Date(run.ending.at) : undefined,
  }
}

/** Whether the state of the experiment is terminal at `at`. */
export function isOver(account: Account, experiment: Experiment, at: number): boolean {
  return at >= runIn(account, experiment).ending.at
}

/** The computed run of an experiment. Throws if the account does not have it, which is a defect of the simulator. */
export function runIn(account: Account, experiment: Experiment): ExperimentRun {
  const run = timelineOf(account).runs.get(experiment.id)
  if (!run) throw new Error(`experiment ${experiment.id} is not in the account`)
  return run
}

function toContent(content: TemplateContent) {
  const { targets, actions, stopConditions, roleArn, logConfiguration, experimentReportConfiguration } = content
  const optional = { logConfiguration, experimentReportConfiguration }
  return { targets, actions, stopConditions, roleArn, ...optional, targetAccountConfigurationsCount: 0 }
}

function optionsOf(content: TemplateContent) {
  return { accountTargeting: content.accountTargeting, emptyTargetResolutionMode: content.emptyTargetResolutionMode }
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

/** The text of published runs; the user guide does not document it. */
const HALTED = 'Experiment halted by stop condition.'

function toState(experiment: Experiment, run: ExperimentRun, { scope, at }: Pick<Context, 'scope' | 'at'>) {
  const status = statusAt(experiment, run, at)
  const failure = status === 'failed' ? run.ending.failure : undefined
  return {
    status,
    reason: failure?.reason ?? (status === 'stopped' && run.stoppedByAlarm ? HALTED : reasons[status]),
    error: failure && toError(failure, scope),
  }
}

function toError(failure: Failure, scope: Scope) {
  return { accountId: scope.accountId, code: failure.code, location: failure.location }
}

function statusAt(experiment: Experiment, run: ExperimentRun, at: number): string {
  if (at >= run.ending.at) return run.ending.status
  if (run.stoppingAt !== undefined && at >= run.stoppingAt) return 'stopping'
  if (experiment.frozen !== undefined) return experiment.frozen
  if (at < experiment.pendingUntil) return 'pending'
  return at < experiment.actsAt ? 'initiating' : 'running'
}

const actionReasons: Record<ActionRun['ending'] | 'pending' | 'running' | 'stopping', string> = {
  pending: 'Initial state',
  running: '',
  stopping: 'Action is stopping.',
  completed: 'Action was completed.',
  failed: 'Action failed.',
  skipped: 'Action was skipped.',
  cancelled: 'Action was cancelled.',
  stopped: 'Action was stopped.',
}

type RunAt = { readonly run: ExperimentRun; readonly at: number }

function toActionState(action: ActionRun | undefined, { run, at }: RunAt) {
  if (!action) return { state: { status: 'pending', reason: actionReasons.pending } }
  const startAt = action.startAt !== undefined && at >= action.startAt ? action.startAt : undefined
  const status = actionStatus(action, run.stoppingAt, at)
  return {
    state: { status, reason: (status === 'failed' && run.ending.failure?.reason) || actionReasons[status] },
    startTime: startAt === undefined ? undefined : new Date(startAt),
    endTime: at >= action.endAt && action.startAt !== undefined ? new Date(action.endAt) : undefined,
  }
}

function actionStatus(action: ActionRun, stoppingAt: number | undefined, at: number) {
  if (at >= action.endAt) return action.ending
  if (action.startAt === undefined || at < action.startAt) return 'pending'
  return action.ending === 'stopped' && stoppingAt !== undefined && at >= stoppingAt ? 'stopping' : 'running'
}
