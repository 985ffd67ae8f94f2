import * as v from 'valibot'
import { callerArn } from '../account/arn.ts'
import { type Handlers, operation } from '../operation.ts'

export const identityHandlers: Handlers = {
  GetCallerIdentity: operation(v.strictObject({}), ({ place }) => ({
    reply: { Arn: callerArn(place), UserId: 'AROAREHEARSAL0000000:workflow', Account: place.account },
  })),
}
