import { type Instance, type SpotRequest, withEntry } from '../account/account.ts'
import { isRequestVisible, type RequestView, requestAt } from '../account/spot-request.ts'
import { timelineOf } from '../account/timeline.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, touched } from '../operation.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { pageOf, toTagSet } from './instance.ts'
import { withHistory } from './lookup.ts'
import { groupsOf, subnetOf } from './network.ts'
import { cancelRequests, describeRequests } from './schema.ts'

type ListedRequest = SpotRequest & { readonly view: RequestView; readonly visible: boolean }

export const requestHandlers: Handlers = {
  DescribeSpotInstanceRequests: operation(describeRequests, (context, input): Outcome => {
    if (input.SpotInstanceRequestId && input.MaxResults !== undefined) {
      refuse('InvalidParameterCombination', 'The parameter SpotInstanceRequestIds cannot be used with the parameter MaxResults')
    }
    checkFilters(input.Filter, readers)
    const asked = input.SpotInstanceRequestId ? findRequests(context, input.SpotInstanceRequestId) : requestsIn(context)
    const page = pageOf(
      context,
      asked.filter((listed) => passes(listed, input.Filter, readers)),
      input,
    )
    return { reply: { spotInstanceRequestSet: page.items.map((listed) => toRequest(context, listed)), nextToken: page.next } }
  }),
  CancelSpotInstanceRequests: operation(cancelRequests, (context, input): Outcome => {
    const found = findRequests(context, input.SpotInstanceRequestId)
    const account = found.reduce((account, { view, visible, ...request }) => {
      return withEntry(account, 'requests', [request.id, { ...request, cancelledAt: request.cancelledAt ?? context.at }])
    }, context.account)
    const spotInstanceRequestSet = found.map(({ id }) => ({ spotInstanceRequestId: id, state: 'cancelled' }))
    return { reply: { spotInstanceRequestSet }, account, touched: found.flatMap((one) => touched('request', one.id, one)) }
  }),
}

const readers: Readers<ListedRequest> = {
  'spot-instance-request-id': (listed) => listed.id,
  'instance-id': (listed) => listed.view.instanceId,
  state: (listed) => listed.view.state,
  'status-code': (listed) => listed.view.code,
  type: (listed) => listed.kind,
}

function requestsIn(context: Context): readonly ListedRequest[] {
  return [...timelineOf(context.account, context.at).requests.values()]
    .filter((request) => request.region === context.call.region && request.createdAt <= context.at)
    .map((request) => listRequest(context, request))
    .filter((listed) => listed.visible)
}

function listRequest(context: Context, request: SpotRequest): ListedRequest {
  const instance = timelineOf(context.account, context.at).instances.get(request.instanceId)
  const history = instance && withHistory(context, instance).history
  return {
    ...request,
    view: requestAt(context.account, request, { history, at: context.at }),
    visible: isRequestVisible(request, history, context.at),
  }
}

function findRequests(context: Context, ids: readonly string[]): readonly ListedRequest[] {
  const malformed = ids.find((id) => !/^sir-[0-9a-z]{8,}$/.test(id))
  if (malformed !== undefined) refuse('InvalidSpotInstanceRequestID.Malformed', `Invalid id: "${malformed}"`)
  const all = new Map(requestsIn(context).map((listed) => [listed.id, listed]))
  const missing = ids.find((id) => !all.has(id))
  if (missing !== undefined) refuse('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${missing}' does not exist`)
  return ids.flatMap((id) => all.get(id) ?? [])
}

function toRequest({ account, at }: Context, listed: ListedRequest) {
  const instance = timelineOf(account, at).instances.get(listed.instanceId)
  return {
    spotInstanceRequestId: listed.id,
    type: listed.kind,
    state: listed.view.state,
    status: { code: listed.view.code, updateTime: new Date(listed.view.updatedAt), message: messageOf(listed.view.code) },
    instanceId: listed.view.instanceId,
    createTime: new Date(listed.createdAt),
    validUntil: listed.validUntil === undefined ? undefined : new Date(listed.validUntil),
    spotPrice: spotPriceOf(listed),
    launchSpecification: instance && toSpecification(instance),
    productDescription: 'Linux/UNIX',
    launchedAvailabilityZone: instance?.zone,
    instanceInterruptionBehavior: listed.behaviour,
    tagSet: toTagSet(listed.tags),
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html has no text for the others. */
const messages: Readonly<Record<string, string>> = {
  fulfilled: 'Your Spot request is fulfilled.',
  'pending-evaluation': 'Your Spot request has been submitted for review, and is pending evaluation.',
  'request-canceled-and-instance-running': 'Your Spot request is canceled, but your instance is still running.',
  'instance-terminated-by-user': 'Spot Instance terminated due to user-initiated termination.',
}

function messageOf(code: string): string {
  return messages[code] ?? `Spot request status: ${code}.`
}

/** The maximum price: by default the On-Demand price. The simulator knows no prices, so it always shows the same one. */
function spotPriceOf({ maxPrice }: SpotRequest): string {
  return Number(maxPrice ?? '0.096').toFixed(6)
}

function toSpecification(instance: Instance) {
  return {
    imageId: instance.imageId,
    instanceType: instance.instanceType,
    keyName: instance.keyName,
    subnetId: subnetOf(instance),
    groupSet: groupsOf(instance),
    ebsOptimized: instance.ebsOptimized ?? false,
    monitoring: { enabled: instance.monitoring ?? false },
    placement: { availabilityZone: instance.zone },
  }
}
