import * as v from 'valibot'
import type { Panel } from '../admin/api.ts'
import type { Clock } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { answerMetadata } from './imds.ts'
import type { Request } from './request.ts'
import type { Answer } from './response.ts'

/** The simulator's own addresses, beside those of AWS. */
export type Desk = { readonly engine: Engine; readonly panel: Panel; readonly clock: Clock; readonly release: () => number }

const prefix = '/_simulator/'

export function isConsole(path: string): boolean {
  return path.startsWith(prefix) || path === '/moto-api/reset'
}

/** Undefined where the connection is to be dropped without a word. */
export function answerConsole(desk: Desk, request: Request): Answer | undefined {
  const path = request.url.pathname
  const metadata = /^\/_simulator\/imds\/(i-[0-9a-f]+)\/(.*)$/.exec(path)
  if (metadata) {
    const [, instanceId = '', rest = ''] = metadata
    return answerMetadata({ model: desk.engine.model(), at: desk.clock.now(), instanceId, path: rest, request })
  }
  const act = actions(desk)[`${request.method} ${path.replace(prefix, '')}`]
  if (!act) return json(404, { error: `${request.method} ${path} is not known` })
  try {
    return json(200, act(request.body === '' ? undefined : JSON.parse(request.body)))
  } catch (error) {
    if (v.isValiError(error)) return json(400, { error: error.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`) })
    if (error instanceof SyntaxError) return json(400, { error: error.message })
    throw error
  }
}

function actions({ engine, panel, release }: Desk): Readonly<Record<string, (body: unknown) => unknown>> {
  return {
    'GET clock': panel.clock,
    'GET journal': engine.journal,
    'GET leftovers': engine.leftovers,
    'GET state': panel.state,
    'GET switches': panel.switches,
    'PUT switches': panel.setSwitches,
    'GET script': panel.script,
    'PUT script': panel.setScript,
    'GET faults': engine.rules,
    'PUT faults': panel.setFaults,
    'PUT seed': panel.seed,
    'POST release': () => ({ released: release() }),
    'POST /moto-api/reset': () => {
      engine.reset()
      return { status: 'ok' }
    },
  }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
