import { type Place, partitionOf } from '../arn.ts'
import { STATEMENTS, type StatementId } from './permissions.ts'
import type { Statement } from './statement.ts'
import { WAYS, type WayId } from './ways.ts'

/** The values of the placeholders of the table. The templates of CloudFormation and Terraform have references as values. */
export type Names = Place & {
  /** The name of the role that runs share, and the pattern of the names of the roles that single runs create. */
  readonly roleName: string
  readonly ownRoleName: string
  /** ARNs of the experiment role (given or shared), and of the role of the job. */
  readonly experimentRole: string
  readonly jobRole: string
}

/** A statement of a policy document. */
export type Grant = {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string>> }
}

export type PolicyDocument = { readonly Version: '2012-10-17'; readonly Statement: readonly Grant[] }

/** A run adds a hyphen and 8 hex digits to the first 55 characters of `role-name`, because IAM allows 64. */
const OWN_PREFIX = 55

/** The values of the placeholders in an account. `experimentRole` and `jobRole` default to roles with the usual names. */
export function toNames(place: Place, roleName: string, roles: Partial<Pick<Names, 'experimentRole' | 'jobRole'>> = {}): Names {
  const role = (name: string) => `arn:${place.partition}:iam::${place.account}:role/${name}`
  const ownRoleName = `${roleName.slice(0, OWN_PREFIX)}-????????`
  return { ...place, roleName, ownRoleName, experimentRole: role(roleName), jobRole: role('spot-interrupt'), ...roles }
}

/** The statements that these ways of use need, each once, in the order of the table. */
export function findNeeds(...ways: readonly WayId[]): readonly StatementId[] {
  const needs = new Set<string>(ways.flatMap((way) => WAYS[way].needs))
  return (Object.keys(STATEMENTS) as StatementId[]).filter((id) => needs.has(id))
}

/** The policy document of a caller with these statements. */
export function toDocument(ids: readonly StatementId[], names: Names): PolicyDocument {
  return { Version: '2012-10-17', Statement: ids.map((id) => toGrant(id, names)) }
}

/** A denied action, as AWS names it. `resource` is an ARN, or '' if AWS names none; `account` is '' if it is not known. */
export type Denial = { readonly action: string; readonly resource: string; readonly region: string; readonly account: string }

/** The statement that grants a denied action, as compact JSON; undefined if no way of use needs the action. */
export function toStatement({ action, resource, region, account }: Denial): string | undefined {
  const [, partition = partitionOf(region), owner = account] = /^arn:([^:]+):[^:]*:[^:]*:(\d{12}):/.exec(resource) ?? []
  const place = { partition, region, account: owner || '*' }
  // IAM's messages name a role by its ARN or as `role <name>`, and a policy as `policy <ARN>`.
  const role = resource.replace(/^(.*:role\/|role )/, '')
  const arn = resource.startsWith('role ') ? `arn:${place.partition}:iam::${place.account}:role/${role}` : resource.replace(/^policy /, '')
  const names = { ...toNames(place, role), ownRoleName: role, experimentRole: arn || '*', jobRole: arn || '*' }
  const rows: readonly (readonly [string, Statement])[] = Object.entries(STATEMENTS)
  const granting = rows.filter(([, { actions }]) => actions.includes(action)).map(([id]) => id as StatementId)
  if (/-[0-9a-f]{8}$/.test(role)) granting.sort((a, b) => Number(b.includes('OwnRole')) - Number(a.includes('OwnRole')))
  const id = granting.find((one) => arn === '' || [toGrant(one, names).Resource].flat().some((pattern) => covers(pattern, arn)))
  return id === undefined ? undefined : JSON.stringify(toGrant(id, names))
}

function toGrant(id: StatementId, names: Names): Grant {
  const { actions, resources, equals }: Statement = STATEMENTS[id]
  const fill = (pattern: string) => pattern.replace(/\{(\w+)\}/g, (_, name: keyof Names) => names[name])
  return {
    Sid: id,
    Effect: 'Allow',
    Action: actions,
    Resource: resources.length === 1 ? fill(resources.join('')) : resources.map(fill),
    ...(equals === undefined ? {} : { Condition: { StringEquals: equals } }),
  }
}

/**
 * Whether a pattern covers a resource. The resource may itself be a pattern, such as `experiment/*` for an experiment that has no id yet.
 */
function covers(pattern: string, resource: string): boolean {
  const [head = '', ...parts] = pattern.split('*')
  const tail = parts.pop()
  if (tail === undefined) return pattern === resource
  return resource.startsWith(head) && resource.endsWith(tail) && parts.every((part) => resource.includes(part))
}
