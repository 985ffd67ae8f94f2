import type { Server } from 'node:http'
import { close, createLoopbackServer, listen, send } from './http.ts'
import { answerMetadata, type MetadataSource } from './imds.ts'

/**
 * The metadata services of the instances, one loopback port for each: AWS's SDKs take an endpoint of scheme, host and port, and some drop a
 * path. A port is opened when it is first asked for.
 */
export type MetadataServers = {
  /** The address of an instance's metadata service. Connections are dropped while the instance is not up. */
  readonly urlOf: (instanceId: string) => Promise<string>
  readonly close: () => Promise<void>
}

type Opened = { readonly server: Server; readonly url: Promise<string> }

/**
 * Metadata services, one port for each instance that is asked for, opened with its first use. `onError` gets errors of the simulator
 * itself.
 */
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
