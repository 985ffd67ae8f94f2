import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, isFault } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import type { Plan } from '../model/plan/plan.ts'
import { allowsInterruptions, toPolicy, toTrust, trustsFis } from '../model/plan/policy.ts'
import { isOfInvocation, isOurs } from '../model/tags.ts'
import type { RoleOrigin } from '../model/timeline/event.ts'
import type { IamRole, World } from '../world.ts'
import { createRecorded } from './create.ts'

type Ports = Pick<World, 'iam' | 'clock' | 'log' | 'cancel'>

/** IAM is eventually consistent: how long "not found" is asked again. */
const FIND_MS = 15_000
const POLL_MS = 3000

/** What the step needs of a Plan: setup has no more than that. */
export type RolePlan = Pick<Plan, 'roleArn' | 'roleName' | 'createRole' | 'deleteRole' | 'place' | 'who' | 'tags'>

/** The role that the experiment runs with, and how the run came by it. */
export type EnsuredRole = { readonly arn: string; readonly origin: RoleOrigin }

/**
 * A role that FIS can use: the given one, or the named one reused, mended or created. A creation is written to the ledger; without a
 * ledger nobody undoes it. Rejects with `refused` when the role cannot serve, or is missing and must not be created.
 */
export async function ensureRole(world: Ports, plan: RolePlan, ledger?: Ledger): Promise<EnsuredRole> {
  if (plan.roleArn !== null) return recordRole(world, { arn: plan.roleArn, name: plan.roleArn.split('/').at(-1) ?? '' }, 'given')
  const found = await world.iam.readRole(plan.roleName)
  if (found !== undefined) return recordRole(world, found, await adopt(world, plan, found))
  if (!plan.createRole) {
    throw new ActionError(
      'refused',
      `There is no role ${plan.roleName} in account ${plan.place.account}, and create-role is false.`,
      'Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.',
    )
  }
  return await create(world, plan, ledger)
}

function recordRole(world: Ports, { arn, name }: Pick<IamRole, 'arn' | 'name'>, origin: RoleOrigin): EnsuredRole {
  world.log.record({ kind: 'role', origin, name, arn })
  return { arn, origin }
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
async function create(world: Ports, plan: RolePlan, ledger: Ledger | undefined): Promise<EnsuredRole> {
  const entry = { kind: 'role', name: plan.roleName, keep: !plan.deleteRole } as const
  const make = async () => {
    const role = await createOrRecognise(world, plan)
    return { id: role.arn, role }
  }
  const { role } = ledger === undefined ? await make() : await createRecorded(ledger, entry, make)
  const mine = isOfInvocation(role.tags, plan.who.invocation)
  if (!mine) ledger?.drop(plan.roleName)
  await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
  return recordRole(world, role, mine ? 'created' : 'mended')
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

/** The role of that name. IAM may not show for some seconds what it has just made, so "missing" is believed only after 15. */
export async function findRole(world: Pick<World, 'iam' | 'clock' | 'cancel'>, name: string): Promise<IamRole | undefined> {
  const untilMs = world.clock.monotonicMs() + FIND_MS
  for (;;) {
    const role = await world.iam.readRole(name)
    if (role !== undefined || world.cancel.aborted || world.clock.monotonicMs() >= untilMs) return role
    await world.clock.sleep(POLL_MS, world.cancel)
  }
}

/** The statements of a policy as compact JSON, to be copied. */
function statements(document: string): string {
  return JSON.stringify((JSON.parse(document) as { Statement: unknown }).Statement)
}
