import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Sts } from '../world.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'

export function createSts(config: ClientConfig): Sts {
  const client = new STSClient(config)
  const { region, limits = {} } = config
  return {
    whoami: () =>
      call({ action: 'sts:GetCallerIdentity', region, patience: 'read', limits }, async (options) => {
        const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), options)
        const expiresAt = await readExpiry(config)
        return { account: promised(Account, 'an account'), arn: promised(Arn, 'an ARN'), ...(expiresAt === undefined ? {} : { expiresAt }) }
      }),
  }
}

/** When the credentials end, for those of the environment: all others the SDK renews by itself. */
async function readExpiry({ credentials }: ClientConfig): Promise<Date | undefined> {
  const { expiration, $source } = (await credentials()) as { expiration?: Date; $source?: Record<string, string> }
  const valid = expiration !== undefined && !Number.isNaN(expiration.getTime())
  return valid && $source?.CREDENTIALS_ENV_VARS !== undefined ? expiration : undefined
}
