import type * as v from 'valibot'
import { type Role, type Tags, withEntry, withoutEntry } from '../account/account.ts'
import { nextIdent } from '../account/ids.ts'
import { parsePolicy } from '../account/policy.ts'
import { seconds } from '../clock.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { toFullRole, toRole, toTags } from './response.ts'
import { createRole, listRoles, named, namedPage, tagRole, trust, untagRole } from './schema.ts'

export const roleHandlers: Handlers = {
  CreateRole: operation(createRole, makeRole),
  GetRole: operation(named, (scene, { RoleName }) => ({ reply: { Role: toFullRole(findRole(scene, RoleName), scene.place) } })),
  ListRoles: operation(listRoles, (scene, input) => {
    const all = [...scene.model.roles.values()].filter((role) => role.path.startsWith(input.PathPrefix))
    return paged(scene, all, input, (items) => ({ Roles: items.map((role) => toRole(role, scene.place)) }))
  }),
  DeleteRole: operation(named, (scene, { RoleName }) => {
    const role = findWritable(scene, RoleName)
    if (Object.keys(role.policies).length > 0) refuse('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409)
    if (role.attached.length > 0) refuse('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409)
    return { reply: {}, model: withoutEntry(scene.model, 'roles', RoleName), touched: touched('role', RoleName, role) }
  }),
  UpdateAssumeRolePolicy: operation(trust, (scene, { RoleName, PolicyDocument }) => {
    return change(scene, RoleName, () => ({ trust: wellFormed(PolicyDocument) }))
  }),
  TagRole: operation(tagRole, (scene, { RoleName, Tags }) => change(scene, RoleName, (role) => ({ tags: mergeTags(role.tags, Tags) }))),
  UntagRole: operation(untagRole, (scene, { RoleName, TagKeys }) => {
    const keep = (role: Role) => Object.entries(role.tags).filter(([key]) => !TagKeys.includes(key))
    return change(scene, RoleName, (role) => ({ tags: Object.fromEntries(keep(role)) }))
  }),
  ListRoleTags: operation(namedPage, (scene, input) => {
    const all = toTags(findRole(scene, input.RoleName).tags)
    return paged(scene, all, input, (items) => ({ Tags: items }))
  }),
}

export function findRole({ model }: Scene, name: string): Role {
  const role = model.roles.get(name)
  return role ?? refuse('NoSuchEntity', `The role with name ${name} cannot be found.`, 404)
}

/** A write on a role; service-linked roles belong to AWS. */
export function change(scene: Scene, name: string, patch: (role: Role) => Partial<Role>): Outcome {
  const role = findWritable(scene, name)
  const model = withEntry(scene.model, 'roles', name, { ...role, ...patch(role) })
  return { reply: {}, model, touched: touched('role', name, role) }
}

export function wellFormed(document: string): string {
  if (!parsePolicy(document)) refuse('MalformedPolicyDocument', 'The policy is not in the valid JSON format.')
  return document
}

type Paging = { readonly Marker?: string | undefined; readonly MaxItems: number }

export function paged<T>(scene: Scene, all: readonly T[], input: Paging, shape: (items: readonly T[]) => object): Outcome {
  const page = paginate(all, {
    operation: scene.call.operation,
    size: input.MaxItems,
    token: input.Marker,
    refuse: () => refuse('ValidationError', 'Invalid Marker.'),
  })
  return { reply: { ...shape(page.items), IsTruncated: page.next !== undefined, Marker: page.next } }
}

function findWritable(scene: Scene, name: string): Role {
  const role = findRole(scene, name)
  if (!role.path.startsWith('/aws-service-role/')) return role
  refuse('UnmodifiableEntity', `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`)
}

function makeRole(scene: Scene, input: v.InferOutput<typeof createRole>): Outcome {
  if (scene.model.roles.has(input.RoleName)) {
    refuse('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`, 409)
  }
  const { model, id } = nextIdent(scene.model, 'AROA')
  const role: Role = {
    name: input.RoleName,
    path: input.Path,
    id,
    createdAt: scene.at,
    usableAt: scene.at + seconds(scene.roleLagSeconds ?? model.switches.roleLagSeconds),
    trust: wellFormed(input.AssumeRolePolicyDocument),
    policies: {},
    attached: [],
    tags: mergeTags({}, input.Tags),
    description: input.Description,
    maxSession: input.MaxSessionDuration,
    boundary: input.PermissionsBoundary,
    made: 'api',
    foreign: false,
  }
  return { reply: { Role: toFullRole(role, scene.place) }, model: withEntry(model, 'roles', role.name, role) }
}

/** IAM's tag keys are case-insensitive: one that differs only in case is the same. */
function mergeTags(old: Tags, added: readonly { readonly Key: string; readonly Value: string }[]): Tags {
  const keys = added.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length) refuse('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (keys.some((key) => key.startsWith('aws:'))) refuse('InvalidInput', 'Tag keys must not begin with aws:, which is reserved for AWS.')
  const kept = Object.entries(old).filter(([key]) => !keys.includes(key.toLowerCase()))
  const merged = Object.fromEntries([...kept, ...added.map(({ Key, Value }) => [Key, Value])])
  if (Object.keys(merged).length > 50) refuse('LimitExceeded', 'The number of tags has reached the maximum limit.', 409)
  return merged
}
