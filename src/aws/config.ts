import { Agent } from 'node:https'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Limits } from './call.ts'
import type { ObserveDate } from './date.ts'

/** How the clients identify and connect: `userAgent` is `name/version`. `observeDate` sees the time of every answer. */
export type Connection = { readonly region: string; readonly userAgent: readonly [string, string]; readonly observeDate?: ObserveDate }

/** The configuration that all clients share, and the limits of every call. */
export type ClientConfig = ReturnType<typeof toConfig> & { readonly limits?: Limits }

/**
 * One set of credentials for all clients; the SDK's own retry and time-outs off, because `retry.ts` retries and ends each attempt
 * as a whole, which no time-out of the SDK does; a proxy by the usual variables, which the SDK ignores.
 */
export function toConfig({ region, userAgent }: Connection) {
  return {
    region,
    credentials: defaultProvider(),
    maxAttempts: 1,
    customUserAgent: [[...userAgent] as [string, string]],
    requestHandler: new NodeHttpHandler({
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env }),
    }),
  }
}
