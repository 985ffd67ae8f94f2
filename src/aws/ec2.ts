import {
  EC2Client,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeSpotInstanceRequests,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2'
import type { InstanceSnapshot, SpotSnapshot } from '../model/timeline/snapshot.ts'
import type { Ec2 } from '../world.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'

/**
 * Both reads ask by filter: an id that EC2 does not know is then left out, where a plain list of ids fails as a whole. An answer
 * without the list, as an empty body gives, is no answer: taken for an empty list it would show every target as gone.
 */
export function createEc2(config: ClientConfig): Ec2 {
  const client = new EC2Client(config)
  const { region, limits = {}, setting } = config
  return {
    readInstances: (ids) =>
      call({ action: 'ec2:DescribeInstances', region, patience: 'read', limits, setting }, async (options) => {
        const snapshots: InstanceSnapshot[] = []
        for await (const page of paginateDescribeInstances({ client }, { Filters: [{ Name: 'instance-id', Values: [...ids] }] }, options)) {
          for (const { OwnerId = '', Instances = [] } of promised(page.Reservations, 'reservations')) {
            snapshots.push(...Instances.map((one) => toInstance(one, OwnerId)))
          }
        }
        return snapshots
      }),
    readSpotRequests: (requestIds) =>
      call({ action: 'ec2:DescribeSpotInstanceRequests', region, patience: 'read', limits, setting }, async (options) => {
        const snapshots: SpotSnapshot[] = []
        const asked = { Filters: [{ Name: 'spot-instance-request-id', Values: [...requestIds] }] }
        for await (const page of paginateDescribeSpotInstanceRequests({ client }, asked, options)) {
          snapshots.push(...promised(page.SpotInstanceRequests, 'Spot requests').map(toSpot))
        }
        return snapshots
      }),
  }
}

/** `InstanceLifecycle` is absent for on-demand: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
function toInstance(one: Instance, owner: string): InstanceSnapshot {
  const operator = one.Operator?.Managed ? one.Operator.Principal : undefined
  return {
    id: one.InstanceId ?? '',
    state: one.State?.Name ?? '',
    lifecycle: one.InstanceLifecycle ?? '',
    owner,
    reasonCode: one.StateReason?.Code ?? '',
    reasonText: one.StateReason?.Message ?? '',
    transition: one.StateTransitionReason ?? '',
    tags: Object.fromEntries((one.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    ...(one.SpotInstanceRequestId === undefined ? {} : { requestId: one.SpotInstanceRequestId }),
    ...(operator === undefined ? {} : { operator }),
  }
}

function toSpot(one: SpotInstanceRequest): SpotSnapshot {
  return {
    requestId: one.SpotInstanceRequestId ?? '',
    code: one.Status?.Code ?? '',
    behaviour: one.InstanceInterruptionBehavior ?? '',
    ...(one.InstanceId === undefined ? {} : { instanceId: one.InstanceId }),
    ...(one.Status?.UpdateTime === undefined ? {} : { updatedAt: one.Status.UpdateTime }),
  }
}
