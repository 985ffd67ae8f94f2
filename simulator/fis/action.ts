import { fisArn, type Scope } from '../account/arn.ts'
import { type CatalogueAction, catalogueOf, findAction } from '../account/catalogue.ts'
import { leverAt } from '../account/safety-lever.ts'
import { type Handlers, operation, refuse } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { actionIdSchema, idSchema, listSchema } from './schema.ts'
import { badToken } from './template.ts'

export const actionHandlers: Handlers = {
  ListActions: operation(listSchema, ({ account, call, scope }, { maxResults, nextToken }) => {
    const all = catalogueOf(call.region, account.switches)
    const page = paginate(all, { operation: 'ListActions', size: maxResults, token: nextToken, refuse: badToken })
    return { reply: { actions: page.items.map((action) => toSummary(action, scope)), nextToken: page.next } }
  }),
  GetAction: operation(actionIdSchema, ({ account, call, scope }, { id }) => {
    const action = findAction(id, call.region, account.switches)
    if (!action) refuse('ResourceNotFoundException', `Action ${id} not found.`, 404)
    return { reply: { action: { ...toSummary(action, scope), parameters: action.parameters } } }
  }),
  GetSafetyLever: operation(idSchema, ({ account, scope, at }, { id }) => {
    if (id !== 'default') refuse('ResourceNotFoundException', `Safety lever ${id} not found.`, 404)
    const status = leverAt(account, at)
    const reason = status === 'engaged' ? 'Engaged by an operator.' : 'Default state.'
    return { reply: { safetyLever: { id, arn: fisArn(scope, `safety-lever/${id}`), state: { status, reason } } } }
  }),
}

function toSummary(action: CatalogueAction, scope: Scope) {
  const targets = Object.entries(action.targets).map(([slot, resourceType]) => [slot, { resourceType }])
  return {
    id: action.id,
    arn: fisArn(scope, `action/${action.id}`),
    description: action.description,
    targets: Object.fromEntries(targets),
    tags: {},
  }
}
