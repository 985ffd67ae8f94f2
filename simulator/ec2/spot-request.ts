import { type SpotRequest, withEntry } from '../account/account.ts'
import { isRequestVisible, type RequestView, requestAt } from '../account/spot-request.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene, touched } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { toTagSet } from './instance.ts'
import { see } from './lookup.ts'
import { cancelRequests, describeRequests } from './schema.ts'

type SeenRequest = SpotRequest & { readonly view: RequestView; readonly visible: boolean }

export const requestHandlers: Handlers = {
  DescribeSpotInstanceRequests: operation(describeRequests, (scene, input): Outcome => {
    if (input.SpotInstanceRequestId && input.MaxResults !== undefined) {
      refuse('InvalidParameterCombination', 'The parameter SpotInstanceRequestIds cannot be used with the parameter MaxResults')
    }
    checkFilters(input.Filter, readers)
    const asked = input.SpotInstanceRequestId ? findRequests(scene, input.SpotInstanceRequestId) : requestsIn(scene)
    const page = paginate(
      asked.filter((seen) => passes(seen, input.Filter, readers)),
      {
        operation: 'DescribeSpotInstanceRequests',
        size: input.MaxResults ?? 1000,
        token: input.NextToken,
        refuse: () => refuse('InvalidParameterValue', 'Unable to parse pagination token'),
      },
    )
    return { reply: { spotInstanceRequestSet: page.items.map((seen) => toRequest(scene, seen)), nextToken: page.next } }
  }),
  CancelSpotInstanceRequests: operation(cancelRequests, (scene, input): Outcome => {
    const found = findRequests(scene, input.SpotInstanceRequestId)
    const model = found.reduce((books, { view, visible, ...request }) => {
      return withEntry(books, 'requests', request.id, { ...request, cancelledAt: request.cancelledAt ?? scene.at })
    }, scene.model)
    const spotInstanceRequestSet = found.map(({ id }) => ({ spotInstanceRequestId: id, state: 'cancelled' }))
    return { reply: { spotInstanceRequestSet }, model, touched: found.flatMap((one) => touched('request', one.id, one)) }
  }),
}

const readers: Readers<SeenRequest> = {
  'spot-instance-request-id': (seen) => seen.id,
  'instance-id': (seen) => seen.view.instanceId,
  state: (seen) => seen.view.state,
  'status-code': (seen) => seen.view.code,
  type: (seen) => seen.kind,
}

function requestsIn(scene: Scene): readonly SeenRequest[] {
  return [...scene.model.requests.values()]
    .filter((request) => request.region === scene.call.region && request.createdAt <= scene.at)
    .map((request) => seeRequest(scene, request))
    .filter((seen) => seen.visible)
}

function seeRequest(scene: Scene, request: SpotRequest): SeenRequest {
  const instance = scene.model.instances.get(request.instanceId)
  const life = instance && see(scene, instance).life
  return {
    ...request,
    view: requestAt(scene.model, request, life, scene.at),
    visible: isRequestVisible(request, life, scene.at),
  }
}

function findRequests(scene: Scene, ids: readonly string[]): readonly SeenRequest[] {
  const malformed = ids.find((id) => !/^sir-[0-9a-z]{8,}$/.test(id))
  if (malformed !== undefined) refuse('InvalidSpotInstanceRequestID.Malformed', `Invalid id: "${malformed}"`)
  const all = new Map(requestsIn(scene).map((seen) => [seen.id, seen]))
  const missing = ids.find((id) => !all.has(id))
  if (missing !== undefined) refuse('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${missing}' does not exist`)
  return ids.flatMap((id) => all.get(id) ?? [])
}

function toRequest({ model }: Scene, seen: SeenRequest) {
  const instance = model.instances.get(seen.instanceId)
  return {
    spotInstanceRequestId: seen.id,
    type: seen.kind,
    state: seen.view.state,
    status: { code: seen.view.code, updateTime: new Date(seen.view.updatedAt), message: `Spot request status: ${seen.view.code}.` },
    instanceId: seen.view.instanceId,
    createTime: new Date(seen.createdAt),
    productDescription: 'Linux/UNIX',
    launchedAvailabilityZone: instance?.zone,
    instanceInterruptionBehavior: seen.behaviour,
    tagSet: toTagSet(seen.tags),
  }
}
