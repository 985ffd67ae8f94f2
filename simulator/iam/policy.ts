import type { Tags } from '../account/origin.ts'
import { type Context, type Handlers, operation, refuse } from '../operation.ts'
import { encodeDocument } from './response.ts'
import { change, findRole, paged, wellFormed } from './role.ts'
import { attach, listAttached, namedPage, policy, putPolicy } from './schema.ts'

export const policyHandlers: Handlers = {
  PutRolePolicy: operation(putPolicy, (context, { RoleName, PolicyName, PolicyDocument }) => {
    return change(context, RoleName, (role) => ({ policies: { ...role.policies, [PolicyName]: wellFormed(PolicyDocument) } }))
  }),
  GetRolePolicy: operation(policy, (context, { RoleName, PolicyName }) => {
    const document = findPolicy(findRole(context, RoleName).policies, PolicyName)
    return { reply: { RoleName, PolicyName, PolicyDocument: encodeDocument(document) } }
  }),
  DeleteRolePolicy: operation(policy, (context, { RoleName, PolicyName }) => {
    return change(context, RoleName, (role) => {
      findPolicy(role.policies, PolicyName)
      const { [PolicyName]: gone, ...policies } = role.policies
      return { policies }
    })
  }),
  ListRolePolicies: operation(namedPage, (context, input) => {
    const all = Object.keys(findRole(context, input.RoleName).policies)
    return paged(context, { all, input }, (items) => ({ PolicyNames: items }))
  }),
  ListAttachedRolePolicies: operation(listAttached, listAttachedPolicies),
  AttachRolePolicy: operation(attach, (context, { RoleName, PolicyArn }) => {
    return change(context, RoleName, (role) => ({ attached: [...new Set([...role.attached, PolicyArn])] }))
  }),
  DetachRolePolicy: operation(attach, (context, { RoleName, PolicyArn }) => {
    return change(context, RoleName, (role) => {
      if (!role.attached.includes(PolicyArn)) refuse('NoSuchEntity', `Policy ${PolicyArn} was not found.`, 404)
      return { attached: role.attached.filter((arn) => arn !== PolicyArn) }
    })
  }),
}

function findPolicy(policies: Tags, name: string): string {
  return policies[name] ?? refuse('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404)
}

type AttachedInput = { RoleName: string; PathPrefix: string; Marker?: string | undefined; MaxItems: number }

function listAttachedPolicies(context: Context, input: AttachedInput) {
  const all = findRole(context, input.RoleName)
    .attached.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn, path: pathOf(PolicyArn) }))
    .filter(({ path }) => path.startsWith(input.PathPrefix))
  return paged(context, { all, input }, (items) => ({
    AttachedPolicies: items.map(({ PolicyName, PolicyArn }) => ({ PolicyName, PolicyArn })),
  }))
}

function pathOf(arn: string): string {
  return arn.slice(arn.indexOf(':policy') + ':policy'.length, arn.lastIndexOf('/') + 1)
}
