import { withEntry, withoutEntry } from '../account/account.ts'
import { nextId } from '../account/ids.ts'
import type { Template } from '../account/template.ts'
import { findByToken, recordToken } from '../idempotency.ts'
import { type Context, type Handlers, operation, refuse, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { isOver, toTemplate, toTemplateSummary } from './response.ts'
import { idSchema, listSchema, type TemplateInput, templateSchema } from './schema.ts'
import { checkTemplate } from './validate.ts'

const quota = 500

export const templateHandlers: Handlers = {
  CreateExperimentTemplate: operation(templateSchema, createTemplate),
  GetExperimentTemplate: operation(idSchema, ({ account, scope, call }, { id }) => {
    return { reply: { experimentTemplate: toTemplate(findTemplate({ account, call }, id), scope) } }
  }),
  ListExperimentTemplates: operation(listSchema, (context, { maxResults, nextToken }) => {
    const page = paginate(templatesIn(context), {
      operation: 'ListExperimentTemplates',
      size: maxResults,
      token: nextToken,
      refuse: badToken,
    })
    const experimentTemplates = page.items.map((template) => toTemplateSummary(template, context.scope))
    return { reply: { experimentTemplates, nextToken: page.next } }
  }),
  DeleteExperimentTemplate: operation(idSchema, (context, { id }) => {
    const template = findTemplate(context, id)
    if (context.account.switches.deleteRunning === 'conflict' && isInUse(context, id)) {
      refuse('ConflictException', `Experiment template ${id} is in use by a running experiment.`, 409)
    }
    return {
      reply: { experimentTemplate: toTemplate(template, context.scope) },
      account: withoutEntry(context.account, 'templates', id),
      touched: touched('template', id, template),
    }
  }),
}

/** The template of this id in the region of the call. Refuses the call with ResourceNotFoundException if there is none. */
export function findTemplate({ account, call }: Pick<Context, 'account' | 'call'>, id: string): Template {
  const template = account.templates.get(id)
  if (template?.region !== call.region) refuse('ResourceNotFoundException', `Experiment template ${id} not found.`, 404)
  return template
}

/** Refuses a nextToken that this operation did not issue. */
export function badToken(): never {
  refuse('ValidationException', 'The provided nextToken is not valid.')
}

function createTemplate(context: Context, input: TemplateInput) {
  const earlier = findByToken(context, input.clientToken, (id) => context.account.templates.get(id))
  if (earlier) return { reply: { experimentTemplate: toTemplate(earlier, context.scope) } }
  checkTemplate(context, input)
  if (templatesIn(context).length >= quota) {
    refuse('ServiceQuotaExceededException', `You have reached the limit of ${quota} experiment templates.`, 402)
  }
  const { account, id } = nextId(context.account, 'EXT')
  const { clientToken, experimentOptions, ...rest } = input
  const template: Template = {
    ...rest,
    id,
    region: context.call.region,
    createdAt: context.at,
    accountTargeting: experimentOptions.accountTargeting ?? 'single-account',
    emptyTargetResolutionMode: experimentOptions.emptyTargetResolutionMode ?? 'fail',
    made: 'api',
    foreign: false,
  }
  const next = withEntry(recordToken({ ...context, account }, clientToken, id), 'templates', [id, template])
  return { reply: { experimentTemplate: toTemplate(template, context.scope) }, account: next }
}

function templatesIn({ account, call }: Context): readonly Template[] {
  return [...account.templates.values()].filter((template) => template.region === call.region)
}

function isInUse({ account, at }: Context, id: string): boolean {
  return [...account.experiments.values()].some((experiment) => experiment.templateId === id && !isOver(account, experiment, at))
}
