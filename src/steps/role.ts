import type { Ledger } from '../model/cleanup/ledger.ts'
import { isFault, toEnded } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import { toPolicy, toTrust } from '../model/plan/policy.ts'
import { isOfInvocation, isOurs, isOwnRole } from '../model/tags.ts'
import type { RoleOrigin } from '../model/timeline/event.ts'
import type { IamRole, World } from '../world.ts'
import { createRecorded } from './create.ts'
import { foreseeRole, type RolePlan } from './role-reading.ts'

type Ports = Pick<World, 'iam' | 'clock' | 'log' | 'cancel'>

/** IAM is eventually consistent, so a read that finds nothing is repeated for this long. */
const FIND_MS = 15_000
const POLL_MS = 3000

/** The role of the experiment, and where it comes from. */
export type EnsuredRole = { readonly arn: string; readonly origin: RoleOrigin }

/**
 * Makes sure that FIS can use a role: the given one, an own one of this run (with `delete-role`), or the named one, which is reused,
 * completed or created. A creation is written to the ledger; without a ledger, no clean-up removes it. Rejects with `refused` if the role
 * is not usable, or if it is missing and must not be created.
 */
export async function ensureRole(world: Ports, plan: RolePlan, ledger?: Ledger): Promise<EnsuredRole> {
  const { origin, role } = await foreseeRole(world, plan)
  if (role === undefined) return await create(world, plan, ledger)
  if (origin === 'mended') await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
  return recordRole(world, role, origin)
}

/** Whether IAM may need some more seconds until FIS can use the role, because this run has just created it or its policy. */
export function isFresh({ origin }: EnsuredRole): boolean {
  return origin === 'created' || origin === 'mended'
}

function recordRole(world: Ports, { arn, name }: Pick<IamRole, 'arn' | 'name'>, origin: RoleOrigin): EnsuredRole {
  world.log.record({ kind: 'role', origin, name, arn })
  return { arn, origin }
}

/** Creates the role. Here the ledger entry gets the decision of the user whether the role is deleted at the end. */
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

/**
 * Puts the policy on a new role. IAM may not find the new role everywhere for some seconds, so "no such role" counts only after 15 seconds.
 */
async function putFirstPolicy(world: Ports, plan: RolePlan, name: string): Promise<void> {
  const untilMs = world.clock.monotonicMs() + FIND_MS
  for (;;) {
    try {
      return await world.iam.putPolicy(name, POLICY_NAME, toPolicy(plan.place))
    } catch (thrown) {
      if (!isFault(thrown, 'missing')) throw thrown
      if (isOver(world, untilMs)) throw orEnded(world, thrown)
      await world.clock.sleep(POLL_MS, world.cancel)
    }
  }
}

/**
 * Creates the role. "Exists already" right after "not found" means that the answer to our own create was lost, or that another run was
 * quicker. An own role of this run is never shared with another run.
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
    if (!isFault(thrown, 'exists')) throw thrown
    const role = await findRole(world, plan.roleName)
    if (role === undefined) throw orEnded(world, thrown)
    if (!isUsable(role, plan)) throw thrown
    return role
  }
}

function isUsable(role: IamRole, { deleteRole, who }: RolePlan): boolean {
  return deleteRole ? isOfInvocation(role.tags, who.invocation) : isShared(role)
}

function isOver({ cancel, clock }: Pick<World, 'cancel' | 'clock'>, untilMs: number): boolean {
  return cancel.aborted || clock.monotonicMs() >= untilMs
}

/** The error of a wait. If a cancel cut it short, the cancel is the error, and not what the wait was for. */
function orEnded({ cancel }: Pick<World, 'cancel'>, thrown: unknown): unknown {
  return cancel.aborted ? toEnded() : thrown
}

function isShared(role: IamRole): boolean {
  return isOurs(role.tags) && !isOwnRole(role)
}

/** The role of that name. IAM may not show a new role for some seconds, so "no such role" counts only after 15 seconds. */
export async function findRole(world: Pick<World, 'iam' | 'clock' | 'cancel'>, name: string): Promise<IamRole | undefined> {
  const untilMs = world.clock.monotonicMs() + FIND_MS
  for (;;) {
    const role = await world.iam.readRole(name)
    if (role !== undefined || isOver(world, untilMs)) return role
    await world.clock.sleep(POLL_MS, world.cancel)
  }
}
