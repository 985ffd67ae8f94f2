import { withEntry } from '../account/account.ts'
import { fisArn } from '../account/arn.ts'
import type { Tags } from '../account/origin.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, touched } from '../operation.ts'
import { findExperiment } from './experiment.ts'
import { arnSchema, tagKeysSchema, tagSchema } from './schema.ts'
import { findTemplate } from './template.ts'

export const tagHandlers: Handlers = {
  TagResource: operation(tagSchema, (context, { resourceArn, tags }) => {
    const merged = { ...tagsOf(context, resourceArn), ...tags }
    if (Object.keys(merged).length > 50) refuse('ValidationException', 'A resource can have at most 50 tags.')
    return retag(context, resourceArn, merged)
  }),
  UntagResource: operation(tagKeysSchema, (context, { resourceArn, tagKeys }) => {
    const kept = Object.entries(tagsOf(context, resourceArn)).filter(([key]) => tagKeys.length > 0 && !tagKeys.includes(key))
    return retag(context, resourceArn, Object.fromEntries(kept))
  }),
  ListTagsForResource: operation(arnSchema, (context, { resourceArn }) => ({ reply: { tags: tagsOf(context, resourceArn) } })),
}

function tagsOf(context: Context, arn: string): Tags {
  const { kind, id } = parseArn(context, arn)
  return kind === 'experiment' ? findExperiment(context, id).tags : findTemplate(context, id).tags
}

function retag(context: Context, arn: string, tags: Tags): Outcome {
  const { kind, id } = parseArn(context, arn)
  if (kind === 'experiment') {
    const experiment = findExperiment(context, id)
    return {
      reply: {},
      account: withEntry(context.account, 'experiments', [id, { ...experiment, tags }]),
      touched: touched(kind, id, experiment),
    }
  }
  const template = findTemplate(context, id)
  return {
    reply: {},
    account: withEntry(context.account, 'templates', [id, { ...template, tags }]),
    touched: touched('template', id, template),
  }
}

function parseArn(context: Context, arn: string): { readonly kind: 'experiment' | 'experiment-template'; readonly id: string } {
  for (const kind of ['experiment', 'experiment-template'] as const) {
    const prefix = fisArn(context.scope, `${kind}/`)
    if (arn.startsWith(prefix)) return { kind, id: arn.slice(prefix.length) }
  }
  refuse('ResourceNotFoundException', `Resource ${arn} not found.`, 404)
}
