import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, isFault } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import type { Plan } from '../model/plan/plan.ts'
import { allowsInterruptions, toPolicy, toTrust, trustsFis } from '../model/plan/policy.ts'
import { isOfInvocation, isOurs } from '../model/tags.ts'
import type { RoleOrigin } from '../model/timeline/event.ts'
import type { IamRole, World } from '../world.ts'
import { createRecorded } from './create.ts'
import { findRole } from './search.ts'

type Ports = Pick<World, 'iam' | 'clock' | 'log' | 'cancel'>

/** What the step needs of a Plan: setup has no more than that. */
export type RolePlan = Pick<Plan, 'roleArn' | 'roleName' | 'createRole' | 'deleteRole' | 'place' | 'who' | 'tags'>

/** The ARN of a role that FIS can use: the given one, or the named one reused, mended or created. */
export async function ensureRole(world: Ports, plan: RolePlan, ledger: Ledger): Promise<string> {
  if (plan.roleArn !== null) return tellRole(world, { arn: plan.roleArn, name: plan.roleArn.split('/').at(-1) ?? '' }, 'given')
  const found = await world.iam.readRole(plan.roleName)
  if (found !== undefined) return tellRole(world, found, await adopt(world, plan, found))
  if (!plan.createRole) {
    throw new ActionError(
      'refused',
      `There is no role ${plan.roleName} in account ${plan.place.account}, and create-role is false.`,
      'Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.',
    )
  }
  return (await create(world, plan, ledger)).arn
}

function tellRole(world: Ports, role: Pick<IamRole, 'arn' | 'name'>, origin: RoleOrigin): string {
  world.log.record({ kind: 'role', origin, name: role.name, arn: role.arn })
  return role.arn
}

/** A role that is there already: used as it is when it has what it needs; mended only when it is ours. */
async function adopt(world: Ports, plan: RolePlan, role: IamRole): Promise<RoleOrigin> {
  if (!trustsFis(role.trust)) {
    throw new ActionError(
      'refused',
      `The role ${role.name} can not be assumed by FIS: its trust policy lacks fis.amazonaws.com.`,
      `Add this statement to its trust policy, or name another role: ${statements(toTrust(plan.place))}`,
    )
  }
  const policy = await world.iam.readPolicy(role.name, POLICY_NAME)
  if (policy !== undefined && allowsInterruptions(policy)) return 'reused'
  if (!isOurs(role.tags)) {
    throw new ActionError(
      'refused',
      `The role ${role.name} has no inline policy ${POLICY_NAME} that allows Spot interruptions, and it was not made by this action, so it is not changed.`,
      `Add the policy with ${statements(toPolicy(plan.place))}, or set role-arn: ${role.arn} if the role may do so by another policy.`,
    )
  }
  await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
  return 'mended'
}

/** Whether it is deleted in the end is decided here, from what the user asked for. */
async function create(world: Ports, plan: RolePlan, ledger: Ledger): Promise<IamRole> {
  const entry = { kind: 'role', name: plan.roleName, keep: !plan.deleteRole } as const
  const { role } = await createRecorded(ledger, entry, async () => {
    const made = await createOrRecognise(world, plan)
    return { id: made.arn, role: made }
  })
  const mine = isOfInvocation(role.tags, plan.who.invocation)
  if (!mine) ledger.drop(plan.roleName)
  await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
  tellRole(world, role, mine ? 'created' : 'mended')
  return role
}

/** "Exists already" right after "not found" is our own create whose answer was lost, or another run's that was quicker. */
async function createOrRecognise(world: Ports, plan: RolePlan): Promise<IamRole> {
  try {
    return await world.iam.createRole({
      name: plan.roleName,
      description: 'Lets AWS FIS send Spot interruptions, and nothing else. Made by spot-interrupt.',
      trust: toTrust(plan.place),
      tags: plan.tags,
    })
  } catch (thrown) {
    const role = isFault(thrown, 'exists') ? await findRole(world, plan.roleName) : undefined
    if (role === undefined || !isOurs(role.tags)) throw thrown
    return role
  }
}

/** The statements of a policy as compact JSON, to be copied. */
function statements(document: string): string {
  return JSON.stringify((JSON.parse(document) as { Statement: unknown }).Statement)
}
