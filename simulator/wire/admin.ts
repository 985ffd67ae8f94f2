import * as v from 'valibot'
import type { AdminApi } from '../admin-api.ts'
import type { Engine } from '../engine.ts'
import type { MetadataServers } from './imds-server.ts'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

/** What the admin paths, the simulator's own addresses beside those of AWS, work on. */
export type Admin = {
  readonly engine: Engine
  readonly api: AdminApi
  readonly metadata: MetadataServers
  readonly release: () => number
  readonly token: (audience: string) => string
}

const prefix = '/_simulator/'

export function isAdminPath(path: string): boolean {
  return path.startsWith(prefix) || path === '/moto-api/reset'
}

/** Answers a request to the admin paths: 200 with JSON, 400 for a body that is not allowed, 404 for an unknown path. */
export async function answerAdmin(admin: Admin, request: Request): Promise<HttpResponse> {
  const path = request.url.pathname
  const instanceId = /^\/_simulator\/imds\/(i-[0-9a-f]+)$/.exec(path)?.[1]
  if (instanceId !== undefined && request.method === 'GET') return await metadataUrl(admin, instanceId)
  const act = actions(admin)[`${request.method} ${path.replace(prefix, '')}`]
  if (!act) return json(404, { error: `${request.method} ${path} is not known` })
  try {
    return json(200, await act(request.body === '' ? undefined : JSON.parse(request.body), request.url))
  } catch (error) {
    if (v.isValiError(error)) return json(400, { error: error.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`) })
    if (error instanceof SyntaxError) return json(400, { error: error.message })
    throw error
  }
}

function actions({ engine, api, metadata, release, token }: Admin): Readonly<Record<string, (body: unknown, url: URL) => unknown>> {
  return {
    'GET process': () => ({ pid: process.pid }),
    // The form in which GitHub gives a workflow its token: https://docs.github.com/actions/reference/security/oidc
    'GET token': (_, url) => ({ value: token(url.searchParams.get('audience') ?? 'sts.amazonaws.com') }),
    'GET clock': api.clock,
    'GET journal': engine.journal,
    'GET leftovers': engine.leftovers,
    'GET imds': () => metadataUrls(metadata, api.instances()),
    'GET state': api.state,
    'GET switches': api.switches,
    'PUT switches': api.setSwitches,
    'GET script': api.script,
    'PUT script': api.setScript,
    'GET faults': engine.rules,
    'PUT faults': api.setFaults,
    'PUT seed': api.seed,
    'POST release': () => ({ released: release() }),
    'POST /moto-api/reset': () => {
      engine.reset()
      return { status: 'ok' }
    },
  }
}

/** The address of one metadata service, as plain text for a shell. */
async function metadataUrl({ engine, metadata }: Admin, instanceId: string): Promise<HttpResponse> {
  if (!engine.account().instances.has(instanceId)) return json(404, { error: `there is no instance ${instanceId}` })
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: `${await metadata.urlOf(instanceId)}\n` }
}

/** The address of the metadata service of each instance, by instance id. */
async function metadataUrls(metadata: MetadataServers, ids: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await metadata.urlOf(id)] as const)))
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
