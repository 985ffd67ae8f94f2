import type * as v from 'valibot'
import { type Account, withEntry } from '../account/account.ts'
import { instanceArn } from '../account/arn.ts'
import { nextId } from '../account/ids.ts'
import { assumeFailure } from '../account/permissions.ts'
import type { Experiment, Failure, Template } from '../account/template.ts'
import { seconds } from '../clock.ts'
import { ensureLinkedRole } from '../iam/service-linked.ts'
import { findByToken, recordToken } from '../idempotency.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { isOver, runIn, toExperiment, toExperimentSummary } from './response.ts'
import { idSchema, listExperimentsSchema, resolvedSchema, startSchema } from './schema.ts'
import { badToken, findTemplate } from './template.ts'

const activeQuota = 5

export const experimentHandlers: Handlers = {
  StartExperiment: operation(startSchema, startExperiment),
  GetExperiment: operation(idSchema, (context, { id }) => show(context, findExperiment(context, id))),
  ListExperiments: operation(listExperimentsSchema, (context, { maxResults, nextToken, experimentTemplateId }) => {
    const all = experimentsIn(context).filter((one) => experimentTemplateId === undefined || one.templateId === experimentTemplateId)
    const page = paginate(all, { operation: 'ListExperiments', size: maxResults, token: nextToken, refuse: badToken })
    const experiments = page.items.map((one) => toExperimentSummary(context, one))
    return { reply: { experiments, nextToken: page.next } }
  }),
  StopExperiment: operation(idSchema, stopExperiment),
  ListExperimentResolvedTargets: operation(resolvedSchema, listResolved),
}

/** The experiment of this id in the region of the call. Refuses the call with ResourceNotFoundException if there is none. */
export function findExperiment({ account, call }: Context, id: string): Experiment {
  const experiment = account.experiments.get(id)
  if (experiment?.region !== call.region) refuse('ResourceNotFoundException', `Experiment ${id} not found.`, 404)
  return experiment
}

function show(context: Context, experiment: Experiment): Outcome {
  return { reply: { experiment: toExperiment(context, experiment) } }
}

function startExperiment(context: Context, input: v.InferOutput<typeof startSchema>): Outcome {
  const earlier = findByToken(context, input.clientToken, (id) => context.account.experiments.get(id))
  if (earlier) return show(context, earlier)
  const template = findTemplate(context, input.experimentTemplateId)
  if (experimentsIn(context).filter((one) => !isOver(context.account, one, context.at)).length >= activeQuota) {
    refuse('ServiceQuotaExceededException', `You have reached the limit of ${activeQuota} active experiments.`, 402)
  }
  const { account: numbered, id } = nextId(ensureLinkedRole(context), 'EXP')
  const { account: counted, failure } = takeSwitchedFailure(numbered)
  const experiment = toRecord(context, input, { template, id, failure })
  const recorded = recordToken({ ...context, account: counted }, input.clientToken, id)
  const account = withEntry(recorded, 'experiments', [id, experiment])
  return { ...show({ ...context, account }, experiment), account, touched: touched('template', template.id, template) }
}

type Start = { readonly template: Template; readonly id: string; readonly failure: Failure | undefined }

function toRecord(context: Context, input: v.InferOutput<typeof startSchema>, { template, id, failure }: Start): Experiment {
  const { description, ...content } = template
  const { startDelaySeconds, pendingSeconds } = context.account.switches
  const actsAt = context.at + seconds(Math.max(startDelaySeconds, pendingSeconds))
  // The injected fault `roleNotAssumable` fails this start even with an old role: the check uses a time before any role existed.
  const assumedAt = context.roleLagSeconds === undefined ? actsAt : Number.NEGATIVE_INFINITY
  return {
    ...content,
    id,
    accountId: context.scope.accountId,
    templateId: template.id,
    createdAt: context.at,
    pendingUntil: context.at + seconds(pendingSeconds),
    actsAt,
    actionsMode: input.experimentOptions.actionsMode,
    failure:
      failure ?? assumeFailure(context.account, { scope: context.scope, roleArn: template.roleArn }, { experimentId: id, at: assumedAt }),
    tags: input.tags,
    made: 'api',
    foreign: false,
  }
}

/**
 * The failure that the switch `failExperiment` sets for this experiment. Returns it with an account in which the switch has counted this
 * experiment.
 */
function takeSwitchedFailure(account: Account): { readonly account: Account; readonly failure?: Failure } {
  const plan = account.switches.failExperiment
  if (plan === null || plan.times === 0) return { account }
  const left = plan.times === undefined ? plan : { ...plan, times: plan.times - 1 }
  const failure = { code: plan.code, reason: plan.reason, started: plan.when === 'after-start', lands: plan.lands }
  return { account: { ...account, switches: { ...account.switches, failExperiment: left } }, failure }
}

function stopExperiment(context: Context, { id }: { id: string }): Outcome {
  const experiment = findExperiment(context, id)
  if (isOver(context.account, experiment, context.at)) {
    if (context.account.switches.stopFinished === 'ok') return show(context, experiment)
    refuse('ValidationException', `Experiment ${id} is not in a state that can be stopped.`)
  }
  const stopped: Experiment = { ...experiment, stoppedAt: experiment.stoppedAt ?? context.at }
  const account = withEntry(context.account, 'experiments', [id, stopped])
  return { ...show({ ...context, account }, stopped), account, touched: touched('experiment', id, experiment) }
}

function listResolved(context: Context, input: v.InferOutput<typeof resolvedSchema>): Outcome {
  const experiment = findExperiment(context, input.experimentId)
  const resolved = context.at < experiment.actsAt ? [] : [...runIn(context.account, experiment).resolved.targets]
  const all = resolved
    .filter(([targetName]) => input.targetName === undefined || input.targetName === targetName)
    .flatMap(([targetName, instances]) =>
      instances.map((instance) => ({
        resourceType: experiment.targets[targetName]?.resourceType,
        targetName,
        targetInformation: { [context.account.switches.resolvedKey]: instanceArn(context.scope, instance.id) },
      })),
    )
  const page = paginate(all, {
    operation: 'ListExperimentResolvedTargets',
    size: input.maxResults,
    token: input.nextToken,
    refuse: badToken,
  })
  return { reply: { resolvedTargets: page.items, nextToken: page.next } }
}

function experimentsIn({ account, call }: Context): readonly Experiment[] {
  return [...account.experiments.values()].filter((experiment) => experiment.region === call.region)
}
