import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import type { Iam } from '../world.ts'
import type { Patience } from './call.ts'
import { promised } from './retry.ts'

/** Makes one call of IAM, see `iam.ts`. */
export type Ask = <T>(
  operation: string,
  patience: Patience,
  send: (options?: { readonly abortSignal: AbortSignal }) => Promise<T>,
) => Promise<T>

type PolicyReads = Pick<Iam, 'listRoles' | 'readInlinePolicies' | 'readAttachedPolicies'>

const PAGE_SIZE = 1000

/** Reads of policies that only some runs need. `ask` makes one call, see `iam.ts`. */
export function createPolicyReads(client: IAMClient, ask: Ask): PolicyReads {
  return {
    listRoles: (prefix) =>
      ask('ListRoles', 'read', async (options) => {
        const names: string[] = []
        for await (const page of paginateListRoles({ client, pageSize: PAGE_SIZE }, {}, options)) {
          names.push(...promised(page.Roles, 'roles').flatMap(({ RoleName = '' }) => (RoleName.startsWith(prefix) ? [RoleName] : [])))
        }
        return names
      }),
    readInlinePolicies: async (role) => {
      const names = await ask('ListRolePolicies', 'read', async (options) => {
        const found: string[] = []
        for await (const { PolicyNames } of paginateListRolePolicies({ client }, { RoleName: role }, options))
          found.push(...promised(PolicyNames, 'policies'))
        return found
      })
      return await Promise.all(names.map((name) => readInline(client, ask, { role, name })))
    },
    readAttachedPolicies: async (role) => {
      const arns = await ask('ListAttachedRolePolicies', 'read', async (options) => {
        const found: string[] = []
        for await (const { AttachedPolicies } of paginateListAttachedRolePolicies({ client }, { RoleName: role }, options))
          found.push(...promised(AttachedPolicies, 'policies').flatMap(({ PolicyArn }) => PolicyArn ?? []))
        return found
      })
      return await Promise.all(arns.map((arn) => readManaged(client, ask, arn)))
    },
  }
}

function readInline(client: IAMClient, ask: Ask, { role, name }: { readonly role: string; readonly name: string }): Promise<string> {
  return ask('GetRolePolicy', 'read', async (options) => {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }), options)
    return decodeURIComponent(promised(PolicyDocument, 'a policy'))
  })
}

/** A managed policy has several versions, of which the default one is in force. */
async function readManaged(client: IAMClient, ask: Ask, arn: string): Promise<string> {
  const version = await ask('GetPolicy', 'read', async (options) => {
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }), options)
    return promised(Policy?.DefaultVersionId, 'a version')
  })
  return await ask('GetPolicyVersion', 'read', async (options) => {
    const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }), options)
    return decodeURIComponent(promised(PolicyVersion?.Document, 'a policy'))
  })
}
