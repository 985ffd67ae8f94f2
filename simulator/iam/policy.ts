import type { Tags } from '../account/account.ts'
import { type Handlers, operation, refuse, type Scene } from '../operation.ts'
import { encodeDocument } from './response.ts'
import { change, findRole, paged, wellFormed } from './role.ts'
import { attach, listAttached, namedPage, policy, putPolicy } from './schema.ts'

export const policyHandlers: Handlers = {
  PutRolePolicy: operation(putPolicy, (scene, { RoleName, PolicyName, PolicyDocument }) => {
    return change(scene, RoleName, (role) => ({ policies: { ...role.policies, [PolicyName]: wellFormed(PolicyDocument) } }))
  }),
  GetRolePolicy: operation(policy, (scene, { RoleName, PolicyName }) => {
    const document = findPolicy(findRole(scene, RoleName).policies, PolicyName)
    return { reply: { RoleName, PolicyName, PolicyDocument: encodeDocument(document) } }
  }),
  DeleteRolePolicy: operation(policy, (scene, { RoleName, PolicyName }) => {
    return change(scene, RoleName, (role) => {
      findPolicy(role.policies, PolicyName)
      const { [PolicyName]: gone, ...policies } = role.policies
      return { policies }
    })
  }),
  ListRolePolicies: operation(namedPage, (scene, input) => {
    const all = Object.keys(findRole(scene, input.RoleName).policies)
    return paged(scene, all, input, (items) => ({ PolicyNames: items }))
  }),
  ListAttachedRolePolicies: operation(listAttached, listAttachedPolicies),
  AttachRolePolicy: operation(attach, (scene, { RoleName, PolicyArn }) => {
    return change(scene, RoleName, (role) => ({ attached: [...new Set([...role.attached, PolicyArn])] }))
  }),
  DetachRolePolicy: operation(attach, (scene, { RoleName, PolicyArn }) => {
    return change(scene, RoleName, (role) => {
      if (!role.attached.includes(PolicyArn)) refuse('NoSuchEntity', `Policy ${PolicyArn} was not found.`, 404)
      return { attached: role.attached.filter((arn) => arn !== PolicyArn) }
    })
  }),
}

function findPolicy(policies: Tags, name: string): string {
  return policies[name] ?? refuse('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404)
}

type AttachedInput = { RoleName: string; PathPrefix: string; Marker?: string | undefined; MaxItems: number }

function listAttachedPolicies(scene: Scene, input: AttachedInput) {
  const all = findRole(scene, input.RoleName)
    .attached.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn, path: pathOf(PolicyArn) }))
    .filter(({ path }) => path.startsWith(input.PathPrefix))
  return paged(scene, all, input, (items) => ({ AttachedPolicies: items.map(({ PolicyName, PolicyArn }) => ({ PolicyName, PolicyArn })) }))
}

function pathOf(arn: string): string {
  return arn.slice(arn.indexOf(':policy') + ':policy'.length, arn.lastIndexOf('/') + 1)
}
