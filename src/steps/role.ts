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

/** IAM is eventually consistent: this long "not found" is asked again. */
const FIND_MS = 15_000
const POLL_MS = 3000

/** The role that the experiment runs with, and how the run came by it. */
export type EnsuredRole = { readonly arn: string; readonly origin: RoleOrigin }

/**
 * A role that FIS can use: the given one, the own one of this run where it is deleted in the end, or the named one reused, mended or
 * created. A creation is written to the ledger; without a ledger nobody undoes it. Rejects with `refused` when the role cannot serve, or
 * is missing and must not be created.
 */
export async function ensureRole(world: Ports, plan: RolePlan, ledger?: Ledger): Promise<EnsuredRole> {
  const { origin, role } = await foreseeRole(world, plan)
  if (role === undefined) return await create(world, plan, ledger)
  if (origin === 'mended') await world.iam.putPolicy(role.name, POLICY_NAME, toPolicy(plan.place))
  return recordRole(world, role, origin)
}

/** Whether IAM may need some seconds more until FIS can use the role: this run has just made it, or its policy. */
export function isFresh({ origin }: EnsuredRole): boolean {
  return origin === 'created' || origin === 'mended'
}

function recordRole(world: Ports, { arn, name }: Pick<IamRole, 'arn' | 'name'>, origin: RoleOrigin): EnsuredRole {
  world.log.record({ kind: 'role', origin, name, arn })
  return { arn, origin }
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
      if (!isFault(thrown, 'missing')) throw thrown
      if (isOver(world, untilMs)) throw orEnded(world, thrown)
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

/** A wait that a cancel cut short did not fail: whoever cancelled should not read of another fault. */
function orEnded({ cancel }: Pick<World, 'cancel'>, thrown: unknown): unknown {
  return cancel.aborted ? toEnded() : thrown
}

function isShared(role: IamRole): boolean {
  return isOurs(role.tags) && !isOwnRole(role)
}

/** The role of that name. IAM may not show for some seconds what it has just made: "no such role" is believed only after 15. */
export async function findRole(world: Pick<World, 'iam' | 'clock' | 'cancel'>, name: string): Promise<IamRole | undefined> {
  const untilMs = world.clock.monotonicMs() + FIND_MS
  for (;;) {
    const role = await world.iam.readRole(name)
    if (role !== undefined || isOver(world, untilMs)) return role
    await world.clock.sleep(POLL_MS, world.cancel)
  }
}
