import type { Account, Session } from './account.ts'
import { type Scope, sessionArn } from './arn.ts'

/** Who calls: the identity that STS gives for an access key. */
export type CallerIdentity = { readonly accountId: string; readonly arn: string; readonly userId: string }

/** Every access key is accepted. A key that does not come from AssumeRole belongs to this role of the simulated account. */
const everybody = { roleName: 'rehearsal', sessionName: 'workflow', roleId: 'AROAREHEARSAL0000000' }

/** The session of the assumed role that an access key belongs to; undefined for a key that this simulator did not issue. */
export function sessionOf(account: Account, accessKeyId: string): Session | undefined {
  return account.sessions.get(accessKeyId)
}

/** The account of a call: of the assumed role whose credentials signed it, else the simulated one. */
export function accountIdOf(account: Account, accessKeyId: string): string {
  return sessionOf(account, accessKeyId)?.accountId ?? account.switches.account
}

/** The caller of a call, in the form of GetCallerIdentity. An unknown key belongs to one fixed role. */
export function identityOf(account: Account, scope: Scope, accessKeyId: string): CallerIdentity {
  const { roleName, sessionName, roleId } = sessionOf(account, accessKeyId) ?? everybody
  return { accountId: scope.accountId, arn: sessionArn(scope, roleName, sessionName), userId: `${roleId}:${sessionName}` }
}
