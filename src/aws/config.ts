import { defaultProvider } from '@aws-sdk/credential-provider-node'
import type { Limits } from './call.ts'
import { createHandler, keepMetadataDirect } from './connection.ts'
import { createCredentials } from './credentials.ts'
import { type ObserveDate, observeDates } from './date.ts'

/** How the clients identify and connect: `userAgent` is `name/version`. `observeDate` sees the time of every answer. */
export type Connection = { readonly region: string; readonly userAgent: readonly [string, string]; readonly observeDate?: ObserveDate }

/** What all clients share: the configuration of the SDK, and of our own what ends and explains a call. */
export type ClientConfig = ReturnType<typeof toConfig> & { readonly limits?: Limits }

/**
 * One set of credentials and one set of connections for all clients. The SDK's own retry and time-outs are off: `retry.ts` retries, and
 * ends each attempt as a whole, which no time-out of the SDK does.
 */
export function toConfig({ region, userAgent, observeDate }: Connection) {
  keepMetadataDirect(process.env)
  const requestHandler = createHandler(process.env)
  if (observeDate !== undefined) observeDates(requestHandler, observeDate)
  // STS and SSO give credentials over the same connections.
  const setting = createCredentials(process.env, (logger) => defaultProvider({ clientConfig: { requestHandler, region }, logger }))
  return {
    region,
    requestHandler,
    setting,
    credentials: setting.provide,
    maxAttempts: 1,
    customUserAgent: [[...userAgent] as [string, string]],
  }
}
