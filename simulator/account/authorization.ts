import type { Account } from './account.ts'
import { ecsArn, fisArn, roleArn, type Scope } from './arn.ts'

/** One question that IAM answers before a call acts. `keys` are the condition keys that the service fills in, with their values. */
export type Need = { readonly action: string; readonly resource: string; readonly keys: Readonly<Record<string, string>> }

/** A call, as far as its permissions go. `service` is the prefix of its actions in policies. */
export type Request = { readonly service: string; readonly operation: string; readonly params: unknown; readonly scope: Scope }

type Params = Readonly<Record<string, unknown>>
type CallContext = { readonly account: Account; readonly scope: Scope; readonly params: Params }
type Keys = Need['keys']

const fis = 'fis.amazonaws.com'
const serviceRole = 'AWSServiceRoleForFIS'

/**
 * All that a caller must be allowed for this call. A call may need several actions on several resources, such as the tagging of what it
 * creates, or iam:PassRole. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html and the
 * pages beside it say which resources and keys each action supports.
 */
export function needsOf(account: Account, { service, operation, params, scope }: Request): readonly Need[] {
  // No policy has to allow GetCallerIdentity, and trust policies decide who may assume a role.
  if (service === 'sts') return []
  const asked = { account, scope, params: toRecord(params) }
  const special = SPECIAL[`${service}:${operation}`]
  if (special !== undefined) return special(asked)
  return [{ action: `${service}:${operation}`, ...resourceOf(service, operation, asked) }]
}

const SPECIAL: Readonly<Record<string, (asked: CallContext) => readonly Need[]>> = {
  'fis:CreateExperimentTemplate': (asked) => {
    const { scope, params } = asked
    const action = 'fis:CreateExperimentTemplate'
    const keys = requestKeys(params.tags)
    const used = new Set(Object.values(toRecord(params.actions)).map((one) => String(toRecord(one).actionId)))
    const template = fisArn(scope, 'experiment-template/*')
    return [
      ...[...used].map((id) => ({ action, resource: fisArn(scope, `action/${id}`), keys })),
      { action, resource: template, keys },
      ...tagNeeds('fis:TagResource', template, keys),
      { action: 'iam:PassRole', resource: String(params.roleArn), keys: { 'iam:PassedToService': fis } },
    ]
  },
  'fis:StartExperiment': ({ account, scope, params }) => {
    const action = 'fis:StartExperiment'
    const keys = requestKeys(params.tags)
    const id = String(params.experimentTemplateId)
    const experiment = fisArn(scope, 'experiment/*')
    return [
      { action, resource: fisArn(scope, `experiment-template/${id}`), keys: { ...keys, ...resourceKeys(account.templates.get(id)?.tags) } },
      { action, resource: experiment, keys },
      ...tagNeeds('fis:TagResource', experiment, keys),
      ...(account.roles.has(serviceRole) ? [] : [serviceRoleNeed(scope, fis)]),
    ]
  },
  'iam:CreateRole': ({ scope, params }) => {
    const tags = toList(params.Tags).map((one) => [toRecord(one).Key, toRecord(one).Value])
    const keys = requestKeys(Object.fromEntries(tags))
    const resource = roleArn(scope, String(params.Path ?? '/'), String(params.RoleName))
    return [{ action: 'iam:CreateRole', resource, keys }, ...tagNeeds('iam:TagRole', resource, keys)]
  },
  'iam:CreateServiceLinkedRole': ({ scope, params }) => [serviceRoleNeed(scope, String(params.AWSServiceName))],
}

function serviceRoleNeed(scope: Scope, service: string): Need {
  const resource = roleArn(scope, `/aws-service-role/${service}/`, service === fis ? serviceRole : '*')
  return { action: 'iam:CreateServiceLinkedRole', resource, keys: { 'iam:AWSServiceName': service } }
}

/** AWS requires the tagging action of a creation only if the call has tags. */
function tagNeeds(action: string, resource: string, keys: Keys): readonly Need[] {
  return Object.keys(keys).length === 0 ? [] : [{ action, resource, keys }]
}

function resourceOf(service: string, operation: string, asked: CallContext): Pick<Need, 'resource' | 'keys'> {
  if (service === 'fis') return fisResource(operation, asked)
  if (service === 'iam') return iamResource(asked)
  if (service === 'ecs') return { resource: ecsResource(operation, asked), keys: {} }
  return { resource: '*', keys: service === 'ec2' ? { 'ec2:Region': asked.scope.region } : {} }
}

function fisResource(operation: string, { account, scope, params }: CallContext): Pick<Need, 'resource' | 'keys'> {
  const id = String(params.id ?? params.experimentId ?? '*')
  const resource = String(params.resourceArn ?? fisArn(scope, `${fisKind(operation)}/${id}`))
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  const tags = account.templates.get(name)?.tags ?? account.experiments.get(name)?.tags
  if (/^List(Actions|Experiments|ExperimentTemplates|TargetResourceTypes)$/.test(operation)) return { resource: '*', keys: {} }
  return { resource, keys: { ...requestKeys(params.tags), ...resourceKeys(tags) } }
}

function fisKind(operation: string): string {
  if (operation === 'GetAction') return 'action'
  if (operation.includes('SafetyLever')) return 'safety-lever'
  return operation.includes('Template') ? 'experiment-template' : 'experiment'
}

function iamResource({ account, scope, params }: CallContext): Pick<Need, 'resource' | 'keys'> {
  if (typeof params.PolicyArn === 'string' && params.RoleName === undefined) return { resource: params.PolicyArn, keys: {} }
  if (typeof params.PolicySourceArn === 'string') return { resource: params.PolicySourceArn, keys: {} }
  if (typeof params.RoleName !== 'string') return { resource: '*', keys: {} }
  const role = account.roles.get(params.RoleName)
  const added = toList(params.Tags).map((one) => [toRecord(one).Key, toRecord(one).Value])
  const keys = { ...requestKeys(Object.fromEntries(added)), ...resourceKeys(role?.tags) }
  return { resource: roleArn(scope, role?.path ?? '/', params.RoleName), keys }
}

/** ARNs of the ECS resources that the reads of capacity name. */
function ecsResource(operation: string, { scope, params }: CallContext): string {
  const cluster = String(params.cluster ?? 'default').replace(/^.*cluster\//, '')
  const arn = (resource: string) => ecsArn(scope, resource)
  if (operation === 'ListContainerInstances') return arn(`cluster/${cluster}`)
  if (operation === 'DescribeServices') return arn(`service/${cluster}/${String(toList(params.services)[0] ?? '*')}`)
  return arn(`${operation === 'DescribeTasks' ? 'task' : 'container-instance'}/${cluster}/*`)
}

function requestKeys(tags: unknown): Keys {
  return toKeys('aws:RequestTag', toRecord(tags))
}

function resourceKeys(tags: unknown): Keys {
  return toKeys('aws:ResourceTag', toRecord(tags))
}

function toKeys(prefix: string, tags: Params): Keys {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, String(value)]))
}

function toRecord(value: unknown): Params {
  return typeof value === 'object' && value !== null ? (value as Params) : {}
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
