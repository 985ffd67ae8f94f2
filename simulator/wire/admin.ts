import * as v from 'valibot'
import type { AdminApi } from '../admin-api.ts'
import type { Clock } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { answerMetadata } from './imds.ts'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

/** The simulator's own addresses, beside those of AWS. */
export type Admin = { readonly engine: Engine; readonly api: AdminApi; readonly clock: Clock; readonly release: () => number }

const prefix = '/_simulator/'

export function isAdminPath(path: string): boolean {
  return path.startsWith(prefix) || path === '/moto-api/reset'
}

/** Undefined where the connection is to be dropped without a word. */
export function answerAdmin(admin: Admin, request: Request): HttpResponse | undefined {
  const path = request.url.pathname
  const metadata = /^\/_simulator\/imds\/(i-[0-9a-f]+)\/(.*)$/.exec(path)
  if (metadata) {
    const [, instanceId = '', rest = ''] = metadata
    return answerMetadata({ account: admin.engine.account(), at: admin.clock.now(), instanceId, path: rest, request })
  }
  const act = actions(admin)[`${request.method} ${path.replace(prefix, '')}`]
  if (!act) return json(404, { error: `${request.method} ${path} is not known` })
  try {
    return json(200, act(request.body === '' ? undefined : JSON.parse(request.body)))
  } catch (error) {
    if (v.isValiError(error)) return json(400, { error: error.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`) })
    if (error instanceof SyntaxError) return json(400, { error: error.message })
    throw error
  }
}

function actions({ engine, api, release }: Admin): Readonly<Record<string, (body: unknown) => unknown>> {
  return {
    'GET clock': api.clock,
    'GET journal': engine.journal,
    'GET leftovers': engine.leftovers,
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

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
