import type { Server } from 'node:http'
import { close, createLoopbackServer, listen, send } from './http.ts'
import { answerMetadata, type MetadataSource } from './imds.ts'

/**
 * The metadata services of the instances, one loopback port for each. An address with a path would not do, because some SDKs drop the path
 * of an endpoint. A port is opened when its address is first needed.
 */
export type MetadataServers = {
  /** The address of an instance's metadata service. Connections are dropped while the instance is not up. */
  readonly urlOf: (instanceId: string) => Promise<string>
  readonly close: () => Promise<void>
}

type Opened = { readonly server: Server; readonly url: Promise<string> }

/** Metadata services, one port for each instance, opened at its first use. `onError` gets errors of the simulator itself. */
export function createMetadataServers(source: () => MetadataSource, onError: (error: unknown) => void): MetadataServers {
  const opened = new Map<string, Opened>()
  const open = (instanceId: string): Opened => {
    const server = createLoopbackServer((request, response) => {
      send(response, answerMetadata({ ...source(), instanceId, request }))
    }, onError)
    return { server, url: listen(server, 0) }
  }
  return {
    urlOf: (instanceId) => {
      const known = opened.get(instanceId) ?? open(instanceId)
      opened.set(instanceId, known)
      return known.url
    },
    close: async () => {
      await Promise.all([...opened.values()].map(({ server }) => close(server)))
      opened.clear()
    },
  }
}
