import { createHash } from 'node:crypto'
import { type Role, type Session, withEntry } from '../account/account.ts'
import { roleArn, type Scope, sessionArn } from '../account/arn.ts'
import { identityOf, sessionOf } from '../account/caller.ts'
import { nextId } from '../account/ids.ts'
import { isAllowed, type Question } from '../account/policy.ts'
import { partitionOf } from '../account/regions.ts'
import { seconds } from '../clock.ts'
import { type Context, type Handlers, type Outcome, operation, refuse } from '../operation.ts'
import { type Claims, readClaims } from './claims.ts'
import { type AssumeInput, assumeRole, assumeWithWebIdentity, type WebIdentityInput } from './schema.ts'

/**
 * A caller may assume any role of any account, because a rehearsal begins without roles. If a role of this name exists, its trust policy
 * decides. Tokens are read but not kept.
 */
export const assumeHandlers: Handlers = {
  AssumeRole: operation(assumeRole, (context, input) => {
    const { role, scope } = findRole(context, input.RoleArn)
    const { arn, accountId } = identityOf(context.account, context.scope, context.call.caller.accessKeyId)
    const names = [arn, accountId, `arn:${partitionOf(scope.region)}:iam::${accountId}:root`]
    const question: Question = { action: 'sts:AssumeRole', principal: { type: 'AWS', names }, facts: factsOf(input) }
    if (role && !isAllowed([role.trust], question)) {
      refuse('AccessDenied', `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`, 403)
    }
    const chained = sessionOf(context.account, context.call.caller.accessKeyId) !== undefined
    if (chained && input.DurationSeconds > 3600) {
      refuse('ValidationError', 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
    }
    return toSession(context, input, { role, scope, extra: { SourceIdentity: input.SourceIdentity } })
  }),
  AssumeRoleWithWebIdentity: operation(assumeWithWebIdentity, (context, input) => {
    const { role, scope } = findRole(context, input.RoleArn)
    const claims = readClaims(input.WebIdentityToken)
    if (role && !trustsToken(role, scope, claims)) {
      refuse('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
    }
    const extra = { SubjectFromWebIdentityToken: claims?.sub, Provider: claims && providerArn(scope, claims), Audience: claims?.aud }
    return toSession(context, input, { role, scope, extra })
  }),
}

function factsOf({ ExternalId }: AssumeInput): Readonly<Record<string, string>> {
  return ExternalId === undefined ? {} : { 'sts:externalid': ExternalId }
}

function trustsToken(role: Role, scope: Scope, claims: Claims | undefined): boolean {
  if (claims === undefined) return false
  const facts = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${claims.iss}:${name}`.toLowerCase(), value]))
  const principal = { type: 'Federated', names: [providerArn(scope, claims)] } as const
  return isAllowed([role.trust], { action: 'sts:AssumeRoleWithWebIdentity', principal, facts })
}

function providerArn(scope: Scope, { iss }: Claims): string {
  return `arn:${partitionOf(scope.region)}:iam::${scope.accountId}:oidc-provider/${iss}`
}

type Assumed = { readonly role: Role | undefined; readonly scope: Scope }

function findRole({ account, scope }: Context, arn: string): Assumed {
  const [, accountId = '', name = ''] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]+)$/.exec(arn) ?? []
  if (name === '') refuse('ValidationError', `${arn} is invalid`)
  const role = account.roles.get(name)
  const own = { region: scope.region, accountId }
  return { role: role && roleArn(own, role.path, name) === arn ? role : undefined, scope: own }
}

type Granted = Assumed & { readonly extra: Readonly<Record<string, string | undefined>> }

function toSession(context: Context, input: AssumeInput | WebIdentityInput, { role, scope, extra }: Granted): Outcome {
  if (role && input.DurationSeconds > role.maxSession) {
    refuse('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  const drawn = nextId(context.account, 'AROA')
  const key = nextId(drawn.account, 'ASIA')
  const expiresAt = context.at + seconds(input.DurationSeconds)
  const roleName = input.RoleArn.slice(input.RoleArn.lastIndexOf('/') + 1)
  const { RoleSessionName: sessionName } = input
  const session: Session = { accountId: scope.accountId, roleName, sessionName, roleId: role?.id ?? drawn.id, expiresAt }
  return {
    reply: {
      ...extra,
      Credentials: {
        AccessKeyId: key.id,
        SecretAccessKey: digest(context, `secret of ${key.id}`).slice(0, 40),
        SessionToken: digest(context, `token of ${key.id}`),
        Expiration: new Date(expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: `${session.roleId}:${sessionName}`, Arn: sessionArn(scope, roleName, sessionName) },
    },
    account: withEntry(key.account, 'sessions', [key.id, session]),
  }
}

/** Computes a secret. It is not kept, because nothing verifies it later. */
function digest({ account }: Context, what: string): string {
  return createHash('sha512').update(`${account.salt}/${what}`).digest('base64')
}
