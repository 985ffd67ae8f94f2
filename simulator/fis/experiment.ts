import type * as v from 'valibot'
import { type Experiment, type Failure, type Model, type Template, withEntry } from '../account/account.ts'
import { instanceArn } from '../account/arn.ts'
import { nextIdent } from '../account/ids.ts'
import { assumeFailure } from '../account/permissions.ts'
import { seconds } from '../clock.ts'
import { ensureLinkedRole } from '../iam/service-linked.ts'
import { recall, remember } from '../idempotency.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { isOver, runIn, toExperiment, toExperimentSummary } from './response.ts'
import { idSchema, listExperimentsSchema, resolvedSchema, startSchema } from './schema.ts'
import { badToken, findTemplate } from './template.ts'

const activeQuota = 5

export const experimentHandlers: Handlers = {
  StartExperiment: operation(startSchema, startExperiment),
  GetExperiment: operation(idSchema, (scene, { id }) => show(scene, findExperiment(scene, id))),
  ListExperiments: operation(listExperimentsSchema, (scene, { maxResults, nextToken, experimentTemplateId }) => {
    const all = experimentsIn(scene).filter((one) => experimentTemplateId === undefined || one.templateId === experimentTemplateId)
    const page = paginate(all, { operation: 'ListExperiments', size: maxResults, token: nextToken, refuse: badToken })
    const experiments = page.items.map((one) => toExperimentSummary(scene.model, one, scene.place, scene.at))
    return { reply: { experiments, nextToken: page.next } }
  }),
  StopExperiment: operation(idSchema, stopExperiment),
  ListExperimentResolvedTargets: operation(resolvedSchema, listResolved),
}

export function findExperiment({ model, call }: Scene, id: string): Experiment {
  const experiment = model.experiments.get(id)
  if (experiment?.region !== call.region) refuse('ResourceNotFoundException', `Experiment ${id} not found.`, 404)
  return experiment
}

function show({ model, place, at }: Scene, experiment: Experiment): Outcome {
  return { reply: { experiment: toExperiment(model, experiment, place, at) } }
}

function startExperiment(scene: Scene, input: v.InferOutput<typeof startSchema>): Outcome {
  const earlier = recall(scene, input.clientToken, (id) => scene.model.experiments.get(id))
  if (earlier) return show(scene, earlier)
  const template = findTemplate(scene, input.experimentTemplateId)
  if (experimentsIn(scene).filter((one) => !isOver(scene.model, one, scene.at)).length >= activeQuota) {
    refuse('ServiceQuotaExceededException', `You have reached the limit of ${activeQuota} active experiments.`, 402)
  }
  const { model: drawn, id } = nextIdent(ensureLinkedRole(scene), 'EXP')
  const planned = plannedFailure(drawn)
  const experiment = toRecord(scene, template, id, input, planned.failure)
  const model = withEntry(remember(scene, planned.model, input.clientToken, id), 'experiments', id, experiment)
  return { ...show({ ...scene, model }, experiment), model, touched: touched('template', template.id, template) }
}

function toRecord(
  scene: Scene,
  template: Template,
  id: string,
  input: v.InferOutput<typeof startSchema>,
  planned: Failure | undefined,
): Experiment {
  const { description, ...recipe } = template
  const { startDelaySeconds, pendingSeconds } = scene.model.switches
  const actsAt = scene.at + seconds(Math.max(startDelaySeconds, pendingSeconds))
  // A fault may hit this start alone: then no role was ever old enough.
  const assumedAt = scene.roleLagSeconds === undefined ? actsAt : Number.NEGATIVE_INFINITY
  return {
    ...recipe,
    id,
    templateId: template.id,
    createdAt: scene.at,
    pendingUntil: scene.at + seconds(pendingSeconds),
    actsAt,
    actionsMode: input.experimentOptions.actionsMode,
    failure: planned ?? assumeFailure(scene.model, scene.place, template.roleArn, id, assumedAt),
    tags: input.tags,
    made: 'api',
    foreign: false,
  }
}

/** A switch may fail the next experiments, all of them or as many as it says. */
function plannedFailure(model: Model): { readonly model: Model; readonly failure?: Failure } {
  const plan = model.switches.failExperiment
  if (plan === null || plan.times === 0) return { model }
  const left = plan.times === undefined ? plan : { ...plan, times: plan.times - 1 }
  const failure = { code: plan.code, reason: plan.reason, started: plan.when === 'after-start', lands: plan.lands }
  return { model: { ...model, switches: { ...model.switches, failExperiment: left } }, failure }
}

function stopExperiment(scene: Scene, { id }: { id: string }): Outcome {
  const experiment = findExperiment(scene, id)
  if (isOver(scene.model, experiment, scene.at)) {
    if (scene.model.switches.stopFinished === 'ok') return show(scene, experiment)
    refuse('ValidationException', `Experiment ${id} is not in a state that can be stopped.`)
  }
  const stopped: Experiment = { ...experiment, stoppedAt: experiment.stoppedAt ?? scene.at }
  const model = withEntry(scene.model, 'experiments', id, stopped)
  return { ...show({ ...scene, model }, stopped), model, touched: touched('experiment', id, experiment) }
}

function listResolved(scene: Scene, input: v.InferOutput<typeof resolvedSchema>): Outcome {
  const experiment = findExperiment(scene, input.experimentId)
  const resolved = scene.at < experiment.actsAt ? [] : [...runIn(scene.model, experiment).resolved.targets]
  const all = resolved
    .filter(([targetName]) => input.targetName === undefined || input.targetName === targetName)
    .flatMap(([targetName, instances]) =>
      instances.map((instance) => ({
        resourceType: experiment.targets[targetName]?.resourceType,
        targetName,
        targetInformation: { [scene.model.switches.resolvedKey]: instanceArn(scene.place, instance.id) },
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

function experimentsIn({ model, call }: Scene): readonly Experiment[] {
  return [...model.experiments.values()].filter((experiment) => experiment.region === call.region)
}
