import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, explain, isActionError, isFault } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import type { Plan } from '../model/plan/plan.ts'
import { allowsInterruptions, mayInterrupt, toPolicy, toTrust, trustsFis } from '../model/plan/policy.ts'
import { isOfInvocation, isOurs, isOwnRole, TAG } from '../model/tags.ts'
import type { RoleOrigin } from '../model/timeline/event.ts'
import type { IamRole, World } from '../world.ts'
import { createRecorded } from './create.ts'

type Ports = Pick<World, 'iam' | 'clock' | 'log' | 'cancel'>

/** IAM is eventually consistent: this long "not found" is asked again. */
const FIND_MS = 15_000
const POLL_MS = 3000

/** What the step needs of a Plan: setup has no more than that. */
export type RolePlan = Pick<Plan, 'roleArn' | 'roleName' | 'createRole' | 'deleteRole' | 'place' | 'who' | 'tags'>

/** The role that the experiment runs with, and how the run came by it. */
export type EnsuredRole = { readonly arn: string; readonly origin: RoleOrigin }

/**
 * A role that FIS can use: the given one, the own one of this run where it is deleted in the end, or the named one reused, mended or
 * created. A creation is written to the ledger; without a ledger nobody undoes it. Rejects with `refused` when the role cannot serve, or
 * is missing and must not be created.
 */
export async function ensureRole(world: Ports, plan: RolePlan, ledger?: Ledger): Promise<EnsuredRole> {
  if (plan.roleArn !== null) return recordRole(world, { arn: plan.roleArn, name: plan.roleArn.split('/').at(-1) ?? '' }, 'given')
  if (plan.deleteRole) return await create(world, plan, ledger)
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

/** Whether IAM may need some seconds more until FIS can use the role: this run has just made it, or its policy. */
export function isFresh({ origin }: EnsuredRole): boolean {
  return origin === 'created' || origin === 'mended'
}

function recordRole(world: Ports, { arn, name }: Pick<IamRole, 'arn' | 'name'>, origin: RoleOrigin): EnsuredRole {
  world.log.record({ kind: 'role', origin, name, arn })
  return { arn, origin }
}

/** A role that is there already: used as it is when it has what it needs; mended only when it is ours. */
async function adopt(world: Ports, plan: RolePlan, role: IamRole): Promise<RoleOrigin> {
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
  else {
    await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
    return 'mended'
  }
  return 'reused'
}

/** A role of somebody else may have its permission by a policy of any name. It is refused only when it certainly has none. */
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

/** What was read, or the refusal where the caller may not read it. */
async function unlessDenied<T>(read: Promise<T>): Promise<T | ActionError> {
  try {
    return await read
  } catch (thrown) {
    if (isFault(thrown, 'denied')) return thrown
    throw thrown
  }
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
  await putFirstPolicy(world, plan, role.name)
  return recordRole(world, role, mine ? 'created' : 'mended')
}

/** IAM may not know the role in every place yet, some seconds after it was made: "no such role" is believed only after 15. */
async function putFirstPolicy(world: Ports, plan: RolePlan, name: string): Promise<void> {
  const untilMs = world.clock.monotonicMs() + FIND_MS
  for (;;) {
    try {
      return await world.iam.putPolicy(name, POLICY_NAME, toPolicy(plan.place))
    } catch (thrown) {
      if (!isFault(thrown, 'missing') || world.cancel.aborted || world.clock.monotonicMs() >= untilMs) throw thrown
      await world.clock.sleep(POLL_MS, world.cancel)
    }
  }
}

/**
 * "Exists already" right after "not found" is our own create whose answer was lost, or another run's that was quicker. The own role of
 * this run is never shared with another.
 */
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
    const usable = role !== undefined && (plan.deleteRole ? isOfInvocation(role.tags, plan.who.invocation) : isShared(role))
    if (!usable) throw thrown
    return role
  }
}

function isShared(role: IamRole): boolean {
  return isOurs(role.tags) && !isOwnRole(role)
}

/** The role of that name. IAM may not show for some seconds what it has just made: "no such role" is believed only after 15. */
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
