import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Sts } from '../world.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'

export function createSts(config: ClientConfig): Sts {
  const client = new STSClient(config)
  const { region, limits = {}, setting } = config
  return {
    whoami: () =>
      call({ action: 'sts:GetCallerIdentity', region, patience: 'read', limits, setting }, async (options) => {
        const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), options)
        const expiresAt = setting.endsAt()
        return {
          account: promised(Account, 'an account'),
          arn: promised(Arn, 'an ARN'),
          source: setting.source(),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }
      }),
  }
}
