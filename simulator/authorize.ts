import type { Account } from './account/account.ts'
import type { Scope } from './account/arn.ts'
import { needsOf } from './account/authorization.ts'
import { accountIdOf, identityOf, sessionOf } from './account/caller.ts'
import { grants } from './account/policy.ts'
import type { JournalEntry } from './admin/journal.ts'
import { expiredRefusal, refusalFor } from './admin/refusals.ts'
import type { Call, Refusal } from './operation.ts'
import { actionPrefixOf } from './service.ts'

type CheckedCall = { readonly call: Call; readonly entry: JournalEntry; readonly at: number }

/**
 * Why the caller may not make this call: its credentials have expired, or its policies forbid the call. Writes the needed permissions to
 * the journal.
 */
export function refuseCaller(account: Account, { call, entry, at }: CheckedCall): Refusal | undefined {
  const session = sessionOf(account, call.caller.accessKeyId)
  if (session && at >= session.expiresAt) return expiredRefusal(call.service)
  const policies = account.switches.callerPolicies[call.caller.accessKeyId]
  if (policies === undefined) return undefined
  const scope = scopeOf(account, call)
  entry.needs = needsOf(account, { ...call, service: actionPrefixOf(call.service), scope })
  const documents = policies.map((document) => JSON.stringify(document))
  const denied = entry.needs.find((need) => !grants(documents, need))
  const callerArn = identityOf(account, scope, call.caller.accessKeyId).arn
  return (
    denied && refusalFor({ fault: 'denied', nth: 'every', action: denied.action, resource: denied.resource }, call, { scope, callerArn })
  )
}

/** Region and account of a call, which its ARNs have. */
export function scopeOf(account: Account, { region, caller }: Call): Scope {
  return { region, accountId: accountIdOf(account, caller.accessKeyId) }
}
