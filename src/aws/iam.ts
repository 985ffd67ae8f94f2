import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam'
import { isFault } from '../model/errors.ts'
import type { Iam, IamRole } from '../world.ts'
import type { Patience, Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { unlessGone } from './gone.ts'
import { createPolicyReads } from './iam-policies.ts'
import { createSimulation } from './iam-simulation.ts'
import { call, promised } from './retry.ts'

/** IAM is global; the region of the configuration only chooses the partition's endpoint. */
export function createIam(config: ClientConfig): Iam {
  const client = new IAMClient(config)
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, patience: Patience, send: Send<T>) =>
    call({ action: `iam:${operation}`, region, patience, limits, setting }, send)
  const readRole: Iam['readRole'] = (name) =>
    orMissing(
      ask('GetRole', 'read', async (options) =>
        toRole(promised((await client.send(new GetRoleCommand({ RoleName: name }), options)).Role, 'a role')),
      ),
    )
  const isThere = (name: string) => async () => (await readRole(name)) !== undefined
  return {
    ...createPolicyReads(client, ask),
    ...createSimulation(client, ask),
    readRole,
    readPolicy: (role, policy) =>
      orMissing(
        ask('GetRolePolicy', 'read', async (options) => {
          const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy }), options)
          return decodeURIComponent(promised(PolicyDocument, 'a policy'))
        }),
      ),
    createRole: ({ name, description, trust, tags }) =>
      ask('CreateRole', 'write', async (options) => {
        const command = new CreateRoleCommand({
          RoleName: name,
          Description: description,
          AssumeRolePolicyDocument: trust,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })
        return { ...toRole(promised((await client.send(command, options)).Role, 'a role')), tags }
      }),
    putPolicy: async (role, policy, document) => {
      const command = new PutRolePolicyCommand({ RoleName: role, PolicyName: policy, PolicyDocument: document })
      await ask('PutRolePolicy', 'write', (options) => client.send(command, options))
    },
    deletePolicy: (role, policy) =>
      unlessGone(
        orMissing(
          ask('DeleteRolePolicy', 'cleanup', async (options) => {
            await client.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policy }), options)
          }),
        ),
        isThere(role),
      ),
    deleteRole: (name) =>
      unlessGone(
        orMissing(
          ask('DeleteRole', 'cleanup', async (options) => {
            await client.send(new DeleteRoleCommand({ RoleName: name }), options)
          }),
        ),
        isThere(name),
      ),
    createServiceRole: (service) =>
      unlessTaken(
        ask('CreateServiceLinkedRole', 'write', async (options) => {
          await client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }), options)
          return true
        }),
      ),
  }
}

/** GetRole gives the trust policy URL-encoded (RFC 3986). */
function toRole(role: Role): IamRole {
  return {
    arn: promised(role.Arn, 'a role ARN'),
    name: promised(role.RoleName, 'a role name'),
    trust: decodeURIComponent(role.AssumeRolePolicyDocument ?? ''),
    tags: Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  }
}

/** Undefined if IAM itself answers that the resource does not exist. A bare 404 does not count, because a proxy may have sent it. */
async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (thrown) {
    const said = isFault(thrown, 'missing') && thrown.cause instanceof Error && thrown.cause.name.startsWith('NoSuchEntity')
    if (said) return undefined
    throw thrown
  }
}

/**
 * False if the name is taken. IAM answers this call with InvalidInput, "has been taken in this account", instead of the usual
 * EntityAlreadyExists, which moto sends.
 */
async function unlessTaken(asked: Promise<boolean>): Promise<boolean> {
  try {
    return await asked
  } catch (thrown) {
    if (isFault(thrown, 'exists') || (isFault(thrown, 'invalid') && /has been taken/.test(thrown.message))) return false
    throw thrown
  }
}
