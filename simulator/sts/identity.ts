import * as v from 'valibot'
import { identityOf } from '../account/caller.ts'
import { type Handlers, operation } from '../operation.ts'

export const identityHandlers: Handlers = {
  GetCallerIdentity: operation(v.strictObject({}), ({ account, scope, call }) => {
    const { arn, userId, accountId } = identityOf(account, scope, call.caller.accessKeyId)
    return { reply: { Arn: arn, UserId: userId, Account: accountId } }
  }),
}
