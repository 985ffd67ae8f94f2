import { type ActionError, explain, isFault, joinSentences, toActionError } from '../model/errors.ts'
import { SERVICE_ROLE_NAME } from '../model/fis.ts'
import type { Plan } from '../model/plan/plan.ts'
import type { PermissionQuestion, RoleFacts } from '../model/plan/simulation.ts'
import { isOurs } from '../model/tags.ts'
import type { PolicyAnswer, ReadWorld } from '../world.ts'
import type { ForeseenRole } from './role-reading.ts'

type Ports = Pick<ReadWorld, 'iam' | 'log'>

/** IAM throttles many simulations at once. */
const AT_ONCE = 4

/** The caller of a run, and the role that it would use. */
export type Checking = { readonly callerArn: string; readonly foreseen: ForeseenRole }

/**
 * Records for every call of the planned run whether the caller would be allowed it, by SimulatePrincipalPolicy. A call that cannot be
 * simulated is recorded as unknown. Rejects only with `cancelled`.
 */
export async function checkPermissions(world: Ports, plan: Plan, { callerArn, foreseen }: Checking): Promise<void> {
  // Only dry runs load this.
  const { toPrincipal, toQuestions } = await import('../model/plan/simulation.ts')
  try {
    const found = toPrincipal(callerArn)
    const principal = found === undefined || 'arn' in found ? found?.arn : (await world.iam.readRole(found.role))?.arn
    if (principal === undefined) return recordUnchecked(world, `the policies of ${callerArn} cannot be simulated`)
    const facts = toFacts(foreseen, await isLinked(world))
    const rest = [...toQuestions(plan, facts)]
    while (rest.length > 0) await Promise.all(rest.splice(0, AT_ONCE).map((one) => ask(world, principal, one)))
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) throw thrown
    recordUnchecked(world, explainUnchecked(toActionError(thrown)))
  }
}

async function ask(world: Ports, principal: string, asked: PermissionQuestion): Promise<void> {
  const { actions, resources, context, statement, optional } = asked
  const answers = await world.iam.simulatePolicy(principal, { actions, resources, context })
  for (const { action, resource, answer } of answers)
    world.log.record({ kind: 'permission', action, resource, answer: soften(answer, optional), statement })
}

/** The answer for a permission. If not every account needs it, a denial becomes `unknown`. */
function soften(answer: PolicyAnswer['answer'], optional: true | undefined): PolicyAnswer['answer'] {
  return optional && answer === 'denied' ? 'unknown' : answer
}

/**
 * Explains why the check failed. AWS's text does not show that the role is the caller's own, so its hint would name the statement for
 * another role.
 */
function explainUnchecked(error: ActionError): string {
  if (error.fault !== 'denied') return explain(error)
  return joinSentences(
    error.message,
    'The statement ReadOwnGrants of docs/permissions.md lets the caller read and simulate its own policies',
  )
}

function recordUnchecked({ log }: Ports, why: string): void {
  log.record({ kind: 'warned', what: `It is not known whether the caller would be allowed every call of a run: ${why}` })
}

function toFacts({ origin, role }: ForeseenRole, linked: RoleFacts['linked']): RoleFacts {
  return { origin, arn: role?.arn, ours: isOurs(role?.tags ?? {}), linked }
}

/** Whether this account has FIS's service-linked role. Then no permission to create it is needed. */
async function isLinked({ iam }: Ports): Promise<boolean | 'unknown'> {
  try {
    return (await iam.readRole(SERVICE_ROLE_NAME)) !== undefined
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) throw thrown
    return 'unknown'
  }
}
