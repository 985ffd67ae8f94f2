import * as v from 'valibot'
import { grants } from '../account/policy.ts'
import { type Context, type Handlers, operation, refuse } from '../operation.ts'
import { paged } from './role.ts'
import { paging } from './schema.ts'

const text = (min: number, max: number) => v.pipe(v.string(), v.minLength(min), v.maxLength(max))
const texts = (min: number, max: number) => v.array(text(min, max))

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html */
const KEY_TYPES = [
  ...['string', 'stringList', 'numeric', 'numericList', 'boolean', 'booleanList'],
  ...['ip', 'ipList', 'binary', 'binaryList', 'date', 'dateList'],
]

const schema = v.strictObject({
  PolicySourceArn: v.pipe(v.string(), v.minLength(20), v.maxLength(2048), v.regex(/^arn:/)),
  ActionNames: texts(3, 128),
  ResourceArns: v.optional(texts(1, 2048), ['*']),
  ContextEntries: v.optional(
    v.array(
      v.strictObject({
        ContextKeyName: v.optional(text(5, 256)),
        ContextKeyValues: v.optional(v.array(v.string()), []),
        ContextKeyType: v.optional(v.picklist(KEY_TYPES)),
      }),
    ),
    [],
  ),
  ...paging,
})

type Input = v.InferOutput<typeof schema>

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: it decides `allowed` or `implicitDeny`, and only by
 * the policies of roles.
 */
export const simulationHandlers: Handlers = {
  SimulatePrincipalPolicy: operation(schema, (context, input) => {
    const documents = documentsOf(context, input.PolicySourceArn)
    const all = input.ActionNames.map((action) => toResult(documents, action, input))
    return paged(context, { all, input }, (items) => ({ EvaluationResults: items }))
  }),
}

/** The policies that decide: those that the switch `callerPolicies` sets for the caller, otherwise those of the role itself. */
function documentsOf({ account, call }: Context, arn: string): readonly string[] {
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
  if (role === undefined && !/:user\//.test(arn))
    refuse('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  const known = account.roles.get(role ?? '') ?? refuse('NoSuchEntity', `The role with name ${role} cannot be found.`, 404)
  const held = account.switches.callerPolicies[call.caller.accessKeyId]
  return held === undefined ? Object.values(known.policies) : held.map((document) => JSON.stringify(document))
}

function toResult(documents: readonly string[], action: string, { ResourceArns, ContextEntries }: Input) {
  const keys = Object.fromEntries(
    ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues.join(',')]),
  )
  const decide = (resource: string) => (grants(documents, { action, resource, keys }) ? 'allowed' : 'implicitDeny')
  const decisions = ResourceArns.map((resource) => ({
    EvalResourceName: resource,
    EvalResourceDecision: decide(resource),
    MatchedStatements: [],
    MissingContextValues: [],
  }))
  const allowed = decisions.every((one) => one.EvalResourceDecision === 'allowed')
  return {
    EvalActionName: action,
    EvalResourceName: ResourceArns[0],
    EvalDecision: allowed ? 'allowed' : 'implicitDeny',
    MatchedStatements: [],
    MissingContextValues: [],
    ...(ResourceArns[0] === '*' ? {} : { ResourceSpecificResults: decisions }),
  }
}
