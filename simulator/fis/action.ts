import { fisArn, type Place } from '../account/arn.ts'
import { type CatalogueAction, catalogueOf, findAction } from '../account/catalogue.ts'
import { type Handlers, operation, refuse } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { actionIdSchema, idSchema, listSchema } from './schema.ts'
import { badToken } from './template.ts'

export const actionHandlers: Handlers = {
  ListActions: operation(listSchema, ({ model, call, place }, { maxResults, nextToken }) => {
    const all = catalogueOf(call.region, model.switches)
    const page = paginate(all, { operation: 'ListActions', size: maxResults, token: nextToken, refuse: badToken })
    return { reply: { actions: page.items.map((action) => toSummary(action, place)), nextToken: page.next } }
  }),
  GetAction: operation(actionIdSchema, ({ model, call, place }, { id }) => {
    const action = findAction(id, call.region, model.switches)
    if (!action) refuse('ResourceNotFoundException', `Action ${id} not found.`, 404)
    return { reply: { action: { ...toSummary(action, place), parameters: action.parameters } } }
  }),
  GetSafetyLever: operation(idSchema, ({ model, place, at }, { id }) => {
    if (id !== 'default') refuse('ResourceNotFoundException', `Safety lever ${id} not found.`, 404)
    const status = model.levers.findLast((lever) => lever.at <= at)?.status ?? 'disengaged'
    const reason = status === 'engaged' ? 'Engaged by an operator.' : 'Default state.'
    return { reply: { safetyLever: { id, arn: fisArn(place, `safety-lever/${id}`), state: { status, reason } } } }
  }),
}

function toSummary(action: CatalogueAction, place: Place) {
  const targets = Object.entries(action.targets).map(([slot, resourceType]) => [slot, { resourceType }])
  return {
    id: action.id,
    arn: fisArn(place, `action/${action.id}`),
    description: action.description,
    targets: Object.fromEntries(targets),
    tags: {},
  }
}
