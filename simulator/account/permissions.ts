import type { Failure, Instance, Model, Role } from './account.ts'
import { fisArn, instanceArn, type Place, roleArn } from './arn.ts'
import { isAllowed } from './policy.ts'

const service = 'fis.amazonaws.com'

/** AWS's managed policies that hold ec2:SendSpotInstanceInterruptions on every instance. */
const managed = ['/service-role/AWSFaultInjectionSimulatorEC2Access', '/AdministratorAccess', '/PowerUserAccess', '/AmazonEC2FullAccess']

/** Why FIS could not assume the role at `at`; undefined if it can. */
export function assumeFailure(model: Model, place: Place, arn: string, experimentId: string, at: number): Failure | undefined {
  const role = findRole(model, place, arn)
  const facts = { 'aws:sourceaccount': place.account, 'aws:sourcearn': fisArn(place, `experiment/${experimentId}`) }
  if (role && role.usableAt <= at && isAllowed([role.trust], { action: 'sts:AssumeRole', service, facts })) return undefined
  const reason = `Unable to assume role ${arn}. Verify that the role exists and that its trust policy allows ${service} to assume it.`
  return { code: 'AuthorizationFailure', reason, started: false, lands: false }
}

/** Why the role, once assumed, may not interrupt these instances; undefined if it may. */
export function permitFailure(model: Model, place: Place, arn: string, targets: readonly Instance[]): Failure | undefined {
  const role = findRole(model, place, arn)
  const refused = role && targets.find((instance) => !mayInterrupt(role, place, instance))
  if (!refused) return undefined
  const reason = `Role "${arn}" does not have sufficient privileges to perform ec2:SendSpotInstanceInterruptions on ${instanceArn(place, refused.id)}.`
  return { code: 'AuthorizationFailure', reason, started: model.switches.deniedRole === 'after-start', lands: false }
}

function findRole(model: Model, place: Place, arn: string): Role | undefined {
  return [...model.roles.values()].find((role) => roleArn(place, role.path, role.name) === arn)
}

function mayInterrupt(role: Role, place: Place, instance: Instance): boolean {
  if (role.attached.some((arn) => managed.some((suffix) => arn.endsWith(`:policy${suffix}`)))) return true
  return isAllowed(Object.values(role.policies), {
    action: 'ec2:SendSpotInstanceInterruptions',
    resource: instanceArn(place, instance.id),
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
