import { ActionError, explain, isActionError, isFault } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import type { Plan } from '../model/plan/plan.ts'
import { allowsInterruptions, mayInterrupt, toPolicy, toTrust, trustsFis } from '../model/plan/policy.ts'
import { isOurs, isOwnRole, TAG } from '../model/tags.ts'
import type { RoleOrigin } from '../model/timeline/event.ts'
import type { IamRole, ReadWorld } from '../world.ts'

type Ports = Pick<ReadWorld, 'iam' | 'log'>

/** The part of a Plan that the role needs. Setup has only this part. */
export type RolePlan = Pick<Plan, 'roleArn' | 'roleName' | 'createRole' | 'deleteRole' | 'place' | 'who' | 'tags'>

/** The role that a run would use, found with reads only. `role` is absent if the run would create it. */
export type ForeseenRole = { readonly origin: RoleOrigin; readonly role?: Pick<IamRole, 'arn' | 'name' | 'tags'> }

/** Finds the role that a run would use. Rejects with `refused` if the role is not usable, or if it is missing and must not be created. */
export async function foreseeRole(world: Ports, plan: RolePlan): Promise<ForeseenRole> {
  if (plan.roleArn !== null) return { origin: 'given', role: { arn: plan.roleArn, name: plan.roleArn.split('/').at(-1) ?? '', tags: {} } }
  if (plan.deleteRole) return { origin: 'created' }
  const role = await world.iam.readRole(plan.roleName)
  if (role !== undefined) return { origin: await judge(world, plan, role), role }
  if (plan.createRole) return { origin: 'created' }
  throw new ActionError(
    'refused',
    `There is no role ${plan.roleName} in account ${plan.place.account}, and create-role is false.`,
    'Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.',
  )
}

/** Judges an existing role: it is used unchanged if it has its policies, and completed only if it is ours. */
async function judge(world: Ports, plan: RolePlan, role: IamRole): Promise<RoleOrigin> {
  if (isOwnRole(role))
    throw new ActionError(
      'refused',
      `The role ${role.name} belongs to the run ${role.tags[TAG.run] ?? '?'} alone, which deletes it at its end.`,
      'Name another role with role-name.',
    )
  if (!trustsFis(role.trust)) {
    throw new ActionError(
      'refused',
      `FIS cannot assume the role ${role.name}: its trust policy lacks fis.amazonaws.com.`,
      `Add this statement to its trust policy, or name another role: ${statements(toTrust(plan.place))}`,
    )
  }
  const policy = await unlessDenied(world.iam.readPolicy(role.name, POLICY_NAME))
  if (typeof policy === 'string' && allowsInterruptions(policy)) return 'reused'
  if (!isOurs(role.tags)) await requirePermission(world, plan, role)
  else if (isFault(policy, 'denied')) warnUnseen(world, role, policy)
  else return 'mended'
  return 'reused'
}

/** Refuses a role of somebody else only if it certainly lacks the permission, which may come from a policy of any name. */
async function requirePermission(world: Ports, plan: RolePlan, role: IamRole): Promise<void> {
  const { name, arn } = role
  const read = await Promise.all([unlessDenied(world.iam.readInlinePolicies(name)), unlessDenied(world.iam.readAttachedPolicies(name))])
  if (mayInterrupt(read.flatMap((policies) => (isActionError(policies) ? [] : policies)))) return
  const denied = read.find(isActionError)
  if (denied !== undefined) return warnUnseen(world, role, denied)
  throw new ActionError(
    'refused',
    `No policy of the role ${name} allows ec2:SendSpotInstanceInterruptions, and the role was not made by this action, so it is not changed.`,
    `Add a policy with ${statements(toPolicy(plan.place))}, or name another role. role-arn: ${arn} uses the role as it is.`,
  )
}

function warnUnseen(world: Ports, { name }: IamRole, denied: ActionError): void {
  const what = `The run goes on with the role ${name}, but nobody can see here whether it may send Spot interruptions: ${explain(denied)}`
  world.log.record({ kind: 'warned', what })
}

/** The result of a read, or the denial if the caller may not read it. */
async function unlessDenied<T>(read: Promise<T>): Promise<T | ActionError> {
  try {
    return await read
  } catch (thrown) {
    if (isFault(thrown, 'denied')) return thrown
    throw thrown
  }
}

/** The statements of a policy as compact JSON, to be copied. */
function statements(document: string): string {
  return JSON.stringify((JSON.parse(document) as { Statement: unknown }).Statement)
}
