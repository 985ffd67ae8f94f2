import { decodeBody } from './json.ts'
import type { DecodedOperation } from './protocol.ts'

/**
 * FIS's REST routes. https://docs.aws.amazon.com/fis/latest/APIReference/API_Operations.html `id` is the member in the path, `search` are
 * the members in the query string; all others are in the body.
 */
type Route = {
  readonly method: string
  readonly path: RegExp
  readonly operation: string
  readonly id?: string
  readonly search?: readonly string[]
}

const paging = ['maxResults', 'nextToken']

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/experimentTemplates$/, operation: 'CreateExperimentTemplate' },
  { method: 'GET', path: /^\/experimentTemplates$/, operation: 'ListExperimentTemplates', search: paging },
  { method: 'GET', path: /^\/experimentTemplates\/([^/]+)$/, operation: 'GetExperimentTemplate', id: 'id' },
  { method: 'DELETE', path: /^\/experimentTemplates\/([^/]+)$/, operation: 'DeleteExperimentTemplate', id: 'id' },
  { method: 'POST', path: /^\/experiments$/, operation: 'StartExperiment' },
  { method: 'GET', path: /^\/experiments$/, operation: 'ListExperiments', search: [...paging, 'experimentTemplateId'] },
  { method: 'GET', path: /^\/experiments\/([^/]+)$/, operation: 'GetExperiment', id: 'id' },
  { method: 'DELETE', path: /^\/experiments\/([^/]+)$/, operation: 'StopExperiment', id: 'id' },
  {
    method: 'GET',
    path: /^\/experiments\/([^/]+)\/resolvedTargets$/,
    operation: 'ListExperimentResolvedTargets',
    id: 'experimentId',
    search: [...paging, 'targetName'],
  },
  { method: 'GET', path: /^\/actions$/, operation: 'ListActions', search: paging },
  { method: 'GET', path: /^\/actions\/([^/]+)$/, operation: 'GetAction', id: 'id' },
  { method: 'GET', path: /^\/safetyLevers\/([^/]+)$/, operation: 'GetSafetyLever', id: 'id' },
  { method: 'POST', path: /^\/tags\/(.+)$/, operation: 'TagResource', id: 'resourceArn' },
  { method: 'DELETE', path: /^\/tags\/(.+)$/, operation: 'UntagResource', id: 'resourceArn', search: ['tagKeys'] },
  { method: 'GET', path: /^\/tags\/(.+)$/, operation: 'ListTagsForResource', id: 'resourceArn' },
]

/**
 * Path, query string and body of a request as one record. An unknown route becomes the name of an unknown operation, so that it is refused
 * as one.
 */
export function decodeRest(method: string, url: URL, body: string): DecodedOperation {
  const route = routes.find((one) => one.method === method && one.path.test(url.pathname))
  if (!route) return { operation: `${method} ${url.pathname}`, params: {} }
  const id = route.id === undefined ? {} : { [route.id]: decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? '') }
  return { operation: route.operation, params: { ...misplaced(route, url, body), ...decodeSearch(url.searchParams), ...id } }
}

/** The body. A member that belongs in the path or in the query string is renamed, so that it is refused as an unknown one. */
function misplaced(route: Route, url: URL, body: string): Readonly<Record<string, unknown>> {
  const elsewhere = [...(route.search ?? []), ...(route.id === undefined ? [] : [route.id])]
  const members = Object.entries(decodeBody(body)).map(([name, value]) => [elsewhere.includes(name) ? `body.${name}` : name, value])
  const stray = [...url.searchParams.keys()].filter((name) => !route.search?.includes(name)).map((name) => [`search.${name}`, ''])
  return Object.fromEntries([...members, ...stray])
}

function decodeSearch(search: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...new Set(search.keys())]
  return Object.fromEntries(names.map((name) => [name, name === 'tagKeys' ? search.getAll(name) : search.get(name)]))
}
