/** FIS's REST routes. https://docs.aws.amazon.com/fis/latest/APIReference/API_Operations.html */
type Route = { readonly method: string; readonly path: RegExp; readonly operation: string; readonly id?: string }

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/experimentTemplates$/, operation: 'CreateExperimentTemplate' },
  { method: 'GET', path: /^\/experimentTemplates$/, operation: 'ListExperimentTemplates' },
  { method: 'GET', path: /^\/experimentTemplates\/([^/]+)$/, operation: 'GetExperimentTemplate', id: 'id' },
  { method: 'DELETE', path: /^\/experimentTemplates\/([^/]+)$/, operation: 'DeleteExperimentTemplate', id: 'id' },
  { method: 'POST', path: /^\/experiments$/, operation: 'StartExperiment' },
  { method: 'GET', path: /^\/experiments$/, operation: 'ListExperiments' },
  { method: 'GET', path: /^\/experiments\/([^/]+)$/, operation: 'GetExperiment', id: 'id' },
  { method: 'DELETE', path: /^\/experiments\/([^/]+)$/, operation: 'StopExperiment', id: 'id' },
  { method: 'GET', path: /^\/experiments\/([^/]+)\/resolvedTargets$/, operation: 'ListExperimentResolvedTargets', id: 'experimentId' },
  { method: 'GET', path: /^\/actions$/, operation: 'ListActions' },
  { method: 'GET', path: /^\/actions\/([^/]+)$/, operation: 'GetAction', id: 'id' },
  { method: 'GET', path: /^\/safetyLevers\/([^/]+)$/, operation: 'GetSafetyLever', id: 'id' },
  { method: 'POST', path: /^\/tags\/(.+)$/, operation: 'TagResource', id: 'resourceArn' },
  { method: 'DELETE', path: /^\/tags\/(.+)$/, operation: 'UntagResource', id: 'resourceArn' },
  { method: 'GET', path: /^\/tags\/(.+)$/, operation: 'ListTagsForResource', id: 'resourceArn' },
]

export type Asked = { readonly operation: string; readonly params: Readonly<Record<string, unknown>> }

/** Path, query string and body of a request as one record. An unknown route names itself, to be refused as an operation. */
export function decodeRest(method: string, url: URL, body: string): Asked {
  const route = routes.find((one) => one.method === method && one.path.test(url.pathname))
  if (!route) return { operation: `${method} ${url.pathname}`, params: {} }
  const id = route.id === undefined ? {} : { [route.id]: decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? '') }
  return { operation: route.operation, params: { ...decodeBody(body), ...decodeSearch(url.searchParams), ...id } }
}

function decodeSearch(search: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...new Set(search.keys())]
  return Object.fromEntries(names.map((name) => [name, name === 'tagKeys' ? search.getAll(name) : search.get(name)]))
}

function decodeBody(body: string): Readonly<Record<string, unknown>> {
  if (body === '') return {}
  const decoded: unknown = JSON.parse(body)
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) throw new SyntaxError('The body is not a JSON object')
  return { ...decoded }
}
