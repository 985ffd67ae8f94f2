import * as v from 'valibot'
import { callerArn } from '../account/arn.ts'
import { type Handlers, operation } from '../operation.ts'

export const identityHandlers: Handlers = {
  GetCallerIdentity: operation(v.strictObject({}), ({ scope }) => ({
    reply: { Arn: callerArn(scope), UserId: 'AROAREHEARSAL0000000:workflow', Account: scope.accountId },
  })),
}
