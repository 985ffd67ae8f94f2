import { type Tags, withEntry } from '../account/account.ts'
import { fisArn } from '../account/arn.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene, touched } from '../operation.ts'
import { findExperiment } from './experiment.ts'
import { arnSchema, tagKeysSchema, tagSchema } from './schema.ts'
import { findTemplate } from './template.ts'

export const tagHandlers: Handlers = {
  TagResource: operation(tagSchema, (scene, { resourceArn, tags }) => {
    const merged = { ...tagsOf(scene, resourceArn), ...tags }
    if (Object.keys(merged).length > 50) refuse('ValidationException', 'A resource can have at most 50 tags.')
    return retag(scene, resourceArn, merged)
  }),
  UntagResource: operation(tagKeysSchema, (scene, { resourceArn, tagKeys }) => {
    const kept = Object.entries(tagsOf(scene, resourceArn)).filter(([key]) => tagKeys.length > 0 && !tagKeys.includes(key))
    return retag(scene, resourceArn, Object.fromEntries(kept))
  }),
  ListTagsForResource: operation(arnSchema, (scene, { resourceArn }) => ({ reply: { tags: tagsOf(scene, resourceArn) } })),
}

function tagsOf(scene: Scene, arn: string): Tags {
  const { kind, id } = parseArn(scene, arn)
  return kind === 'experiment' ? findExperiment(scene, id).tags : findTemplate(scene, id).tags
}

function retag(scene: Scene, arn: string, tags: Tags): Outcome {
  const { kind, id } = parseArn(scene, arn)
  if (kind === 'experiment') {
    const experiment = findExperiment(scene, id)
    return { reply: {}, model: withEntry(scene.model, 'experiments', id, { ...experiment, tags }), touched: touched(kind, id, experiment) }
  }
  const template = findTemplate(scene, id)
  return { reply: {}, model: withEntry(scene.model, 'templates', id, { ...template, tags }), touched: touched('template', id, template) }
}

function parseArn(scene: Scene, arn: string): { readonly kind: 'experiment' | 'experiment-template'; readonly id: string } {
  for (const kind of ['experiment', 'experiment-template'] as const) {
    const prefix = fisArn(scene.place, `${kind}/`)
    if (arn.startsWith(prefix)) return { kind, id: arn.slice(prefix.length) }
  }
  refuse('ResourceNotFoundException', `Resource ${arn} not found.`, 404)
}
