import type { Role } from '../account/account.ts'
import { roleArn, type Scope } from '../account/arn.ts'
import type { Tags } from '../account/origin.ts'

/** A role as ListRoles shows it. GetRole shows more, as on AWS. */
export function toRole(role: Role, scope: Scope) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(scope, role.path, role.name),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSession,
  }
}

/** A role as GetRole shows it. ListRoles leaves out its boundary, its tags and its last use. */
export function toFullRole(role: Role, scope: Scope) {
  const boundary = role.boundary && { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: role.boundary }
  const tags = Object.keys(role.tags).length > 0 ? toTags(role.tags) : undefined
  return { ...toRole(role, scope), PermissionsBoundary: boundary, Tags: tags, RoleLastUsed: {} }
}

export function toTags(tags: Tags) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** IAM returns policy documents URL-encoded by RFC 3986. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
