import type * as v from 'valibot'
import { type Role, withEntry, withoutEntry } from '../account/account.ts'
import { nextId } from '../account/ids.ts'
import type { Tags } from '../account/origin.ts'
import { parsePolicy } from '../account/policy.ts'
import { seconds } from '../clock.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { toFullRole, toRole, toTags } from './response.ts'
import { createRole, listRoles, named, namedPage, tagRole, trust, untagRole } from './schema.ts'

export const roleHandlers: Handlers = {
  CreateRole: operation(createRole, makeRole),
  GetRole: operation(named, (context, { RoleName }) => ({ reply: { Role: toFullRole(findRole(context, RoleName), context.scope) } })),
  ListRoles: operation(listRoles, (context, input) => {
    const all = [...context.account.roles.values()].filter((role) => role.path.startsWith(input.PathPrefix))
    return paged(context, { all, input }, (items) => ({ Roles: items.map((role) => toRole(role, context.scope)) }))
  }),
  DeleteRole: operation(named, (context, { RoleName }) => {
    const role = findWritable(context, RoleName)
    if (Object.keys(role.policies).length > 0) refuse('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409)
    if (role.attached.length > 0) refuse('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409)
    return { reply: {}, account: withoutEntry(context.account, 'roles', RoleName), touched: touched('role', RoleName, role) }
  }),
  UpdateAssumeRolePolicy: operation(trust, (context, { RoleName, PolicyDocument }) => {
    return change(context, RoleName, () => ({ trust: wellFormed(PolicyDocument) }))
  }),
  TagRole: operation(tagRole, (context, { RoleName, Tags }) => change(context, RoleName, (role) => ({ tags: mergeTags(role.tags, Tags) }))),
  UntagRole: operation(untagRole, (context, { RoleName, TagKeys }) => {
    const keep = (role: Role) => Object.entries(role.tags).filter(([key]) => !TagKeys.includes(key))
    return change(context, RoleName, (role) => ({ tags: Object.fromEntries(keep(role)) }))
  }),
  ListRoleTags: operation(namedPage, (context, input) => {
    const all = toTags(findRole(context, input.RoleName).tags)
    return paged(context, { all, input }, (items) => ({ Tags: items }))
  }),
}

/** The role of this name. Refuses the call with NoSuchEntity if there is none. */
export function findRole({ account }: Context, name: string): Role {
  const role = account.roles.get(name)
  return role ?? refuse('NoSuchEntity', `The role with name ${name} cannot be found.`, 404)
}

/** Changes a role. Refuses the call for a service-linked role, which belongs to AWS. */
export function change(context: Context, name: string, patch: (role: Role) => Partial<Role>): Outcome {
  const role = findWritable(context, name)
  const account = withEntry(context.account, 'roles', [name, { ...role, ...patch(role) }])
  return { reply: {}, account, touched: touched('role', name, role) }
}

/** A policy document, unchanged. Refuses the call with MalformedPolicyDocument if it is not a JSON policy. */
export function wellFormed(document: string): string {
  if (!parsePolicy(document)) refuse('MalformedPolicyDocument', 'The policy is not in the valid JSON format.')
  return document
}

type Paging = { readonly Marker?: string | undefined; readonly MaxItems: number }

type Listed<T> = { readonly all: readonly T[]; readonly input: Paging }

/** A reply of IAM with one page of a list; `shape` gives the member that contains the items. */
export function paged<T>(context: Context, listed: Listed<T>, shape: (items: readonly T[]) => object): Outcome {
  const { all, input } = listed
  const page = paginate(all, {
    operation: context.call.operation,
    size: input.MaxItems,
    token: input.Marker,
    refuse: () => refuse('ValidationError', 'Invalid Marker.'),
  })
  return { reply: { ...shape(page.items), IsTruncated: page.next !== undefined, Marker: page.next } }
}

function findWritable(context: Context, name: string): Role {
  const role = findRole(context, name)
  if (!role.path.startsWith('/aws-service-role/')) return role
  refuse('UnmodifiableEntity', `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`)
}

function makeRole(context: Context, input: v.InferOutput<typeof createRole>): Outcome {
  if (context.account.roles.has(input.RoleName)) {
    refuse('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`, 409)
  }
  const { account, id } = nextId(context.account, 'AROA')
  const role: Role = {
    name: input.RoleName,
    path: input.Path,
    id,
    createdAt: context.at,
    usableAt: context.at + seconds(context.roleLagSeconds ?? account.switches.roleLagSeconds),
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
  return { reply: { Role: toFullRole(role, context.scope) }, account: withEntry(account, 'roles', [role.name, role]) }
}

/** Merges tags. IAM's tag keys are case-insensitive, so a key that differs only in case replaces the old one. */
function mergeTags(old: Tags, added: readonly { readonly Key: string; readonly Value: string }[]): Tags {
  const keys = added.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length) refuse('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (keys.some((key) => key.startsWith('aws:'))) refuse('InvalidInput', 'Tag keys must not begin with aws:, which is reserved for AWS.')
  const kept = Object.entries(old).filter(([key]) => !keys.includes(key.toLowerCase()))
  const merged = Object.fromEntries([...kept, ...added.map(({ Key, Value }) => [Key, Value])])
  if (Object.keys(merged).length > 50) refuse('LimitExceeded', 'The number of tags has reached the maximum limit.', 409)
  return merged
}
