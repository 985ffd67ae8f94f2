import { ActionError, isFault } from '../model/errors.ts'
import type { Call } from './call.ts'

/** A denied action, as AWS's message names it. `resource` and `account` are '' if AWS names none; `resource` may be `role <name>`. */
export type DeniedAction = { readonly action: string; readonly resource: string; readonly account: string }

/**
 * Reads the missing action from AWS's message. It often differs from the called one: without iam:PassRole, AWS refuses
 * CreateExperimentTemplate.
 */
export function readDenial(message: string, about: Pick<Call, 'action'>): DeniedAction {
  const found = /not authorized to perform:? ([a-zA-Z0-9-]+:[A-Za-z]+)(?: on resource:? ((?:role |policy )?[^\s"']+))?/.exec(message)
  const account = /User: arn:[^:]+:(?:sts|iam)::(\d{12}):/.exec(message)?.[1] ?? ''
  return { action: found?.[1] ?? about.action, resource: found?.[2] ?? '', account }
}

/** What to do, if granting the action helps. */
export function toGrantHint({ action, resource }: DeniedAction): string {
  return `Grant ${action}${resource === '' ? '' : ` on ${resource}`} to the role of this job ${PAGE}.`
}

const PAGE = '(docs/permissions.md)'

/**
 * The fault, with the policy statement to add if granting helps and the table of permissions has one. The table is loaded only here,
 * because a run with all permissions does not need it.
 */
export async function withStatement(fault: ActionError, about: Call): Promise<ActionError> {
  if (!isFault(fault, 'denied') || !fault.hint.endsWith(`${PAGE}.`)) return fault
  const { toStatement } = await import('../model/plan/grants.ts')
  const statement = toStatement({ ...readDenial(fault.message, about), region: about.region })
  if (statement === undefined) return fault
  const hint = `${fault.hint.slice(0, -PAGE.length - 2)} by the statement ${statement} ${PAGE}.`
  return new ActionError(fault.fault, fault.message, hint, fault.cause, fault.unsure)
}
