import { partitionOf } from '../model/arn.ts'
import { ActionError } from '../model/errors.ts'
import { SERVICE, SERVICE_ROLE_NAME } from '../model/fis.ts'
import type { SetupInputs, SetupResult } from '../model/inputs/setup.ts'
import { ACTION_ID } from '../model/mode.ts'
import { type Identity, toTags } from '../model/tags.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { ensureRole } from '../steps/role.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'endpoints' | 'sts' | 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/** For the tag expires-at of the role. The role itself stays; the tag only says when the run that created it has certainly ended. */
const LIFE_MS = 35 * 60_000

/** The setup action: checks credentials and region, and makes sure that FIS's service-linked role and the experiment role exist. */
export async function runSetup(world: Ports, inputs: SetupInputs, who: Identity): Promise<SetupResult> {
  const { region, roleName, rehearsal } = inputs
  await checkEndpoints(world, ['sts', 'iam', 'fis'], { rehearsal })
  const [caller, interruption, rebalance] = await Promise.all([
    world.sts.whoami(),
    world.fis.readAction(ACTION_ID.interruption),
    world.fis.readAction(ACTION_ID.rebalance),
  ])
  world.log.record({ kind: 'caller', account: caller.account, arn: caller.arn, source: caller.source })
  if (interruption === 'absent')
    throw new ActionError(
      'refused',
      `FIS does not offer ${ACTION_ID.interruption} in ${region}.`,
      'Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.',
    )
  const place = { partition: partitionOf(region), region, account: caller.account }
  const serviceRole = await ensureServiceRole(world)
  const now = world.clock.awsNow()
  const tags = toTags(who, { mode: 'interruption', createdAt: now, expiresAt: new Date(now.getTime() + LIFE_MS) }, inputs.tags)
  // There is no ledger, because setup has no clean-up. An incomplete role has our tags, and the next run completes it.
  const { arn, origin } = await ensureRole(world, { roleArn: null, roleName, createRole: true, deleteRole: false, place, who, tags })
  return { place, roleArn: arn, roleName, created: origin === 'created', rebalance, serviceRole, rehearsal }
}

/**
 * Creates the service-linked role beforehand. Otherwise FIS creates it at the first start, with the caller's iam:CreateServiceLinkedRole,
 * and a start right after that may fail because the role is new:
 * https://docs.aws.amazon.com/fis/latest/userguide/using-service-linked-roles.html
 */
async function ensureServiceRole(world: Ports): Promise<SetupResult['serviceRole']> {
  if ((await world.iam.readRole(SERVICE_ROLE_NAME)) !== undefined) return 'there'
  return (await world.iam.createServiceRole(SERVICE)) ? 'created' : 'there'
}
