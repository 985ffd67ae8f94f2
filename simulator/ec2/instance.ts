import type { Instance } from '../account/account.ts'
import { instanceProfileArn } from '../account/arn.ts'
import { type Context, type Handlers, type Outcome, operation, refuse } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { findInstances, instancesIn, type ListedInstance } from './lookup.ts'
import { networkOf, privateNameOf } from './network.ts'
import { toStateReason, toTransition } from './reason.ts'
import { describeInstances } from './schema.ts'

export const instanceHandlers: Handlers = {
  DescribeInstances: operation(describeInstances, (context, input): Outcome => {
    if (input.InstanceId && input.MaxResults !== undefined) {
      refuse('InvalidParameterCombination', 'The parameter instancesSet cannot be used with the parameter maxResults')
    }
    checkFilters(input.Filter, readers)
    const asked = input.InstanceId ? findInstances(context, input.InstanceId) : instancesIn(context)
    const found = asked.filter((listed) => passes(listed, input.Filter, readers))
    const page = pageOf(context, found, input)
    return { reply: { reservationSet: toReservations(context, page.items), nextToken: page.next } }
  }),
}

type Paging = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined }

/** One page of a list of EC2, by default of 1000 items. */
export function pageOf<T>({ call }: Context, found: readonly T[], { MaxResults, NextToken }: Paging) {
  return paginate(found, {
    operation: call.operation,
    size: MaxResults ?? 1000,
    token: NextToken,
    refuse: () => refuse('InvalidParameterValue', 'Unable to parse pagination token'),
  })
}

const stateCodes: Record<Instance['state'], number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

const readers: Readers<ListedInstance> = {
  'instance-id': (listed) => listed.id,
  'instance-state-name': (listed) => listed.history.state,
  'instance-state-code': (listed) => String(stateCodes[listed.history.state]),
  'instance-lifecycle': (listed) => lifecycleOf(listed),
  'instance-type': (listed) => listed.instanceType,
  'availability-zone': (listed) => listed.zone,
  'image-id': (listed) => listed.imageId,
  'owner-id': (listed) => listed.ownerId,
  'key-name': (listed) => listed.keyName,
  'reservation-id': (listed) => listed.reservationId,
  'vpc-id': (listed) => networkOf(listed)?.vpcId,
  'subnet-id': (listed) => networkOf(listed)?.subnetId,
  'private-ip-address': (listed) => networkOf(listed)?.privateIpAddress,
  'spot-instance-request-id': (listed) => listed.requestId,
}

export function toStateSet(state: Instance['state']) {
  return { code: stateCodes[state], name: state }
}

export function toTagSet(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}

/** Instances as DescribeInstances shows them: in the reservations that launched them. */
export function toReservations(context: Context, listed: readonly ListedInstance[]) {
  const groups = Map.groupBy(listed, (one) => one.reservationId)
  return [...groups].map(([reservationId, members]) => ({
    reservationId,
    ownerId: members[0]?.ownerId,
    groupSet: [],
    instancesSet: members.map((member, index) => toInstance(context, member, index)),
  }))
}

function lifecycleOf(instance: Instance): string | undefined {
  return instance.lifecycle === 'on-demand' ? undefined : instance.lifecycle
}

function toInstance(context: Context, listed: ListedInstance, index: number) {
  const network = networkOf(listed)
  return {
    instanceId: listed.id,
    imageId: listed.imageId,
    instanceState: toStateSet(listed.history.state),
    privateDnsName: network === undefined ? '' : privateNameOf(network, listed.region),
    dnsName: '',
    reason: toTransition(context.account, listed.history) ?? '',
    amiLaunchIndex: index,
    productCodes: [],
    instanceType: listed.instanceType,
    launchTime: new Date(listed.launchedAt),
    placement: { availabilityZone: listed.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: listed.monitoring ? 'enabled' : 'disabled' },
    ...network,
    keyName: listed.keyName,
    ebsOptimized: listed.ebsOptimized ?? false,
    sourceDestCheck: network && true,
    iamInstanceProfile: toProfile(context, listed),
    hibernationOptions: { configured: listed.hibernation ?? false },
    metadataOptions: toMetadataOptions(listed),
    platformDetails: 'Linux/UNIX',
    stateReason: toStateReason(context.account, listed.history),
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: [],
    virtualizationType: 'hvm',
    instanceLifecycle: lifecycleOf(listed),
    spotInstanceRequestId: listed.requestId,
    tagSet: toTagSet(listed.tags),
    hypervisor: 'xen',
    operator: { managed: listed.operator?.managed ?? false, principal: listed.operator?.principal },
  }
}

function toProfile({ scope }: Context, { instanceProfile }: ListedInstance) {
  if (instanceProfile === undefined) return undefined
  const arn = instanceProfile.startsWith('arn:') ? instanceProfile : instanceProfileArn(scope, instanceProfile)
  return { arn, id: 'AIPA0123456789ABCDEFG' }
}

function toMetadataOptions({ metadata }: ListedInstance) {
  return {
    state: 'applied',
    httpTokens: metadata?.tokens ?? 'required',
    httpPutResponseHopLimit: metadata?.hopLimit ?? 2,
    httpEndpoint: metadata?.endpoint ?? 'enabled',
    httpProtocolIpv6: 'disabled',
    instanceMetadataTags: 'disabled',
  }
}
