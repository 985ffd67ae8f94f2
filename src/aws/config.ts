import { defaultProvider } from '@aws-sdk/credential-provider-node'
import type { Limits } from './call.ts'
import { createHandler, keepMetadataDirect } from './connection.ts'
import { createCredentials } from './credentials.ts'
import { type ObserveDate, observeDates } from './date.ts'
import type { Chain } from './sources.ts'

/**
 * How the clients identify and connect: `userAgent` is `name/version`. `observeDate` sees the time of every answer, `observeSecret` the
 * secret parts of the credentials before they sign anything: AWS quotes requests in some of its errors.
 */
export type Connection = {
  readonly region: string
  readonly userAgent: readonly [string, string]
  readonly observeDate?: ObserveDate
  readonly observeSecret?: (value: string | undefined) => void
}

/**
 * The configuration that all clients share. In addition to the SDK's members, it has the limits of a call and the setting that explains its
 * errors.
 */
export type ClientConfig = ReturnType<typeof toConfig> & { readonly limits?: Limits }

/**
 * One set of credentials and one set of connections for all clients. The SDK's own retry and time-outs are off: `retry.ts` retries, and
 * ends each attempt as a whole, which no time-out of the SDK does.
 */
export function toConfig({ region, userAgent, observeDate, observeSecret }: Connection) {
  keepMetadataDirect(process.env)
  const requestHandler = createHandler(process.env)
  if (observeDate !== undefined) observeDates(requestHandler, observeDate)
  // The SDK also gets credentials from STS and SSO over these connections.
  const setting = createCredentials(process.env, (logger) => defaultProvider({ clientConfig: { requestHandler, region }, logger }))
  return {
    region,
    requestHandler,
    setting,
    credentials: toObserved(setting.provide, observeSecret),
    maxAttempts: 1,
    customUserAgent: [[...userAgent] as [string, string]],
  }
}

function toObserved(provide: Chain, observe: Connection['observeSecret']): Chain {
  return async (options) => {
    const keys = await provide(options)
    observe?.(keys.secretAccessKey)
    observe?.(keys.sessionToken)
    return keys
  }
}
