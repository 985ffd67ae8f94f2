import { type Template, withEntry, withoutEntry } from '../account/account.ts'
import { nextIdent } from '../account/ids.ts'
import { recall, remember } from '../idempotency.ts'
import { type Handlers, operation, refuse, type Scene, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { isOver, toTemplate, toTemplateSummary } from './response.ts'
import { idSchema, listSchema, type TemplateInput, templateSchema } from './schema.ts'
import { checkTemplate } from './validate.ts'

const quota = 500

export const templateHandlers: Handlers = {
  CreateExperimentTemplate: operation(templateSchema, createTemplate),
  GetExperimentTemplate: operation(idSchema, ({ model, place, call }, { id }) => {
    return { reply: { experimentTemplate: toTemplate(findTemplate({ model, call }, id), place) } }
  }),
  ListExperimentTemplates: operation(listSchema, (scene, { maxResults, nextToken }) => {
    const page = paginate(templatesIn(scene), {
      operation: 'ListExperimentTemplates',
      size: maxResults,
      token: nextToken,
      refuse: badToken,
    })
    const experimentTemplates = page.items.map((template) => toTemplateSummary(template, scene.place))
    return { reply: { experimentTemplates, nextToken: page.next } }
  }),
  DeleteExperimentTemplate: operation(idSchema, (scene, { id }) => {
    const template = findTemplate(scene, id)
    if (scene.model.switches.deleteRunning === 'conflict' && isInUse(scene, id)) {
      refuse('ConflictException', `Experiment template ${id} is in use by a running experiment.`, 409)
    }
    return {
      reply: { experimentTemplate: toTemplate(template, scene.place) },
      model: withoutEntry(scene.model, 'templates', id),
      touched: touched('template', id, template),
    }
  }),
}

export function findTemplate({ model, call }: Pick<Scene, 'model' | 'call'>, id: string): Template {
  const template = model.templates.get(id)
  if (template?.region !== call.region) refuse('ResourceNotFoundException', `Experiment template ${id} not found.`, 404)
  return template
}

export function badToken(): never {
  refuse('ValidationException', 'The provided nextToken is not valid.')
}

function createTemplate(scene: Scene, input: TemplateInput) {
  const earlier = recall(scene, input.clientToken, (id) => scene.model.templates.get(id))
  if (earlier) return { reply: { experimentTemplate: toTemplate(earlier, scene.place) } }
  checkTemplate(scene, input)
  if (templatesIn(scene).length >= quota) {
    refuse('ServiceQuotaExceededException', `You have reached the limit of ${quota} experiment templates.`, 402)
  }
  const { model, id } = nextIdent(scene.model, 'EXT')
  const { clientToken, experimentOptions, ...rest } = input
  const template: Template = {
    ...rest,
    id,
    region: scene.call.region,
    createdAt: scene.at,
    accountTargeting: experimentOptions.accountTargeting ?? 'single-account',
    emptyTargetResolutionMode: experimentOptions.emptyTargetResolutionMode ?? 'fail',
    made: 'api',
    foreign: false,
  }
  const next = withEntry(remember(scene, model, clientToken, id), 'templates', id, template)
  return { reply: { experimentTemplate: toTemplate(template, scene.place) }, model: next }
}

function templatesIn({ model, call }: Scene): readonly Template[] {
  return [...model.templates.values()].filter((template) => template.region === call.region)
}

function isInUse({ model, at }: Scene, id: string): boolean {
  return [...model.experiments.values()].some((experiment) => experiment.templateId === id && !isOver(model, experiment, at))
}
