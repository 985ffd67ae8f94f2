import * as v from 'valibot'
import { type Handlers, operation } from '../call.ts'
import { callerArn } from '../model/place.ts'

export const identityHandlers: Handlers = {
  GetCallerIdentity: operation(v.strictObject({}), ({ place }) => ({
    reply: { Arn: callerArn(place), UserId: 'AROAREHEARSAL0000000:workflow', Account: place.account },
  })),
}
