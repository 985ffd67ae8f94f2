import { Agent } from 'node:https'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Limits } from './call.ts'
import type { ObserveDate } from './date.ts'

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

/** The configuration that all clients share, and the limits of every call. */
export type ClientConfig = ReturnType<typeof toConfig> & { readonly limits?: Limits }

/**
 * One set of credentials for all clients; the SDK's own retry and time-outs off, because `retry.ts` retries and ends each attempt
 * as a whole, which no time-out of the SDK does; a proxy by the usual variables, which the SDK ignores.
 */
export function toConfig({ region, userAgent, observeSecret }: Connection) {
  const provide = defaultProvider()
  return {
    region,
    credentials: async (...given: Parameters<typeof provide>) => {
      const credentials = await provide(...given)
      observeSecret?.(credentials.secretAccessKey)
      observeSecret?.(credentials.sessionToken)
      return credentials
    },
    maxAttempts: 1,
    customUserAgent: [[...userAgent] as [string, string]],
    requestHandler: new NodeHttpHandler({
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env }),
    }),
  }
}
