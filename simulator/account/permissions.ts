import type { Account, Instance, Role } from './account.ts'
import { fisArn, instanceArn, roleArn, type Scope } from './arn.ts'
import { isAllowed } from './policy.ts'
import type { Failure } from './template.ts'

const service = 'fis.amazonaws.com'

/** AWS's managed policies that allow ec2:SendSpotInstanceInterruptions on every instance. */
const managed = ['/service-role/AWSFaultInjectionSimulatorEC2Access', '/AdministratorAccess', '/PowerUserAccess', '/AmazonEC2FullAccess']

type RoleInScope = { readonly scope: Scope; readonly roleArn: string }
type RoleUse = { readonly experimentId: string; readonly at: number }

/** Why FIS could not assume the role at `at`; undefined if it can. */
export function assumeFailure(account: Account, { scope, roleArn: arn }: RoleInScope, use: RoleUse): Failure | undefined {
  const role = findRole(account, scope, arn)
  const facts = { 'aws:sourceaccount': scope.accountId, 'aws:sourcearn': fisArn(scope, `experiment/${use.experimentId}`) }
  const principal = { type: 'Service', names: [service] } as const
  if (role && role.usableAt <= use.at && isAllowed([role.trust], { action: 'sts:AssumeRole', principal, facts })) return undefined
  const reason = `Unable to assume role ${arn}. Verify that the role exists and that its trust policy allows ${service} to assume it.`
  return { code: 'AuthorizationFailure', reason, started: false, lands: false }
}

/** Why the role, once assumed, may not interrupt these instances; undefined if it may. */
export function permissionFailure(
  account: Account,
  { scope, roleArn: arn }: RoleInScope,
  targets: readonly Instance[],
): Failure | undefined {
  const role = findRole(account, scope, arn)
  const refused = role && targets.find((instance) => !mayInterrupt(role, scope, instance))
  if (!refused) return undefined
  const reason = `Role "${arn}" does not have sufficient privileges to perform ec2:SendSpotInstanceInterruptions on ${instanceArn(scope, refused.id)}.`
  return { code: 'AuthorizationFailure', reason, started: account.switches.deniedRole === 'after-start', lands: false }
}

function findRole(account: Account, scope: Scope, arn: string): Role | undefined {
  return [...account.roles.values()].find((role) => roleArn(scope, role.path, role.name) === arn)
}

function mayInterrupt(role: Role, scope: Scope, instance: Instance): boolean {
  if (role.attached.some((arn) => managed.some((suffix) => arn.endsWith(`:policy${suffix}`)))) return true
  return isAllowed(Object.values(role.policies), {
    action: 'ec2:SendSpotInstanceInterruptions',
    resource: instanceArn(scope, instance.id),
    facts: factsOf(instance),
  })
}

function factsOf(instance: Instance): Readonly<Record<string, string>> {
  const tags = Object.entries(instance.tags).flatMap(([key, value]) => [
    [`ec2:resourcetag/${key.toLowerCase()}`, value],
    [`aws:resourcetag/${key.toLowerCase()}`, value],
  ])
  return {
    'ec2:region': instance.region,
    'aws:requestedregion': instance.region,
    'ec2:instanceid': instance.id,
    'ec2:instancemarkettype': instance.lifecycle,
    ...Object.fromEntries(tags),
  }
}
