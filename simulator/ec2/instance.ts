import type { Instance } from '../account/account.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { findInstances, instancesIn, type Seen } from './lookup.ts'
import { toStateReason, toTransition } from './reason.ts'
import { describeInstances } from './schema.ts'

export const instanceHandlers: Handlers = {
  DescribeInstances: operation(describeInstances, (scene, input): Outcome => {
    if (input.InstanceId && input.MaxResults !== undefined) {
      refuse('InvalidParameterCombination', 'The parameter instancesSet cannot be used with the parameter maxResults')
    }
    checkFilters(input.Filter, readers)
    const asked = input.InstanceId ? findInstances(scene, input.InstanceId) : instancesIn(scene)
    const found = asked.filter((seen) => passes(seen, input.Filter, readers))
    const page = paginate(found, {
      operation: 'DescribeInstances',
      size: input.MaxResults ?? 1000,
      token: input.NextToken,
      refuse: () => refuse('InvalidParameterValue', 'Unable to parse pagination token'),
    })
    return { reply: { reservationSet: toReservations(scene, page.items), nextToken: page.next } }
  }),
}

const stateCodes: Record<Instance['state'], number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

const readers: Readers<Seen> = {
  'instance-id': (seen) => seen.id,
  'instance-state-name': (seen) => seen.life.state,
  'instance-state-code': (seen) => String(stateCodes[seen.life.state]),
  'instance-lifecycle': (seen) => lifecycleOf(seen),
  'instance-type': (seen) => seen.instanceType,
  'availability-zone': (seen) => seen.zone,
  'image-id': (seen) => seen.imageId,
  'owner-id': (seen) => seen.owner,
  'spot-instance-request-id': (seen) => seen.requestId,
}

export function toStateSet(state: Instance['state']) {
  return { code: stateCodes[state], name: state }
}

export function toTagSet(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}

export function toReservations(scene: Scene, seen: readonly Seen[]) {
  const groups = Map.groupBy(seen, (one) => one.reservationId)
  return [...groups].map(([reservationId, members]) => ({
    reservationId,
    ownerId: members[0]?.owner,
    groupSet: [],
    instancesSet: members.map((member, index) => toInstance(scene, member, index)),
  }))
}

function lifecycleOf(instance: Instance): string | undefined {
  return instance.lifecycle === 'on-demand' ? undefined : instance.lifecycle
}

function toInstance(scene: Scene, seen: Seen, index: number) {
  return {
    instanceId: seen.id,
    imageId: seen.imageId,
    instanceState: toStateSet(seen.life.state),
    privateDnsName: '',
    dnsName: '',
    reason: toTransition(scene.model, seen.life) ?? '',
    amiLaunchIndex: index,
    productCodes: [],
    instanceType: seen.instanceType,
    launchTime: new Date(seen.launchedAt),
    placement: { availabilityZone: seen.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    stateReason: toStateReason(scene.model, seen.life),
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: [],
    virtualizationType: 'hvm',
    instanceLifecycle: lifecycleOf(seen),
    spotInstanceRequestId: seen.requestId,
    tagSet: toTagSet(seen.tags),
    hypervisor: 'xen',
    operator: { managed: seen.operator?.managed ?? false, principal: seen.operator?.principal },
  }
}
