import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Sts } from '../world.ts'
import type { ClientConfig } from './clients.ts'
import { call, promised } from './retry.ts'

export function createSts(config: ClientConfig): Sts {
  const client = new STSClient(config)
  return {
    whoami: () =>
      call({ action: 'sts:GetCallerIdentity', region: config.region, patience: 'read' }, async () => {
        const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}))
        return { account: promised(Account, 'an account'), arn: promised(Arn, 'an ARN') }
      }),
  }
}
