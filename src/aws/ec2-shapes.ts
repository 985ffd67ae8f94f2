import type { Instance, Reservation, SpotInstanceRequest } from '@aws-sdk/client-ec2'
import type { InstanceSnapshot, SpotSnapshot } from '../model/timeline/snapshot.ts'
import { promised } from './retry.ts'

/** The instances of one answer, as types of the model. */
export function toInstances(reservations: Reservation[] | undefined): readonly InstanceSnapshot[] {
  return promised(reservations, 'reservations').flatMap(({ OwnerId = '', Instances = [] }) =>
    Instances.map((one) => toInstance(one, OwnerId)),
  )
}

/** `InstanceLifecycle` is absent for on-demand: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
function toInstance(one: Instance, owner: string): InstanceSnapshot {
  return {
    id: one.InstanceId ?? '',
    state: one.State?.Name ?? '',
    lifecycle: one.InstanceLifecycle ?? '',
    zone: one.Placement?.AvailabilityZone ?? '',
    owner,
    ...toReason(one),
    tags: Object.fromEntries((one.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    ...(one.SpotInstanceRequestId === undefined ? {} : { requestId: one.SpotInstanceRequestId }),
    ...(one.Operator?.Managed && one.Operator.Principal ? { operator: one.Operator.Principal } : {}),
  }
}

/** A Spot request, as a type of the model. */
export function toSpot(one: SpotInstanceRequest): SpotSnapshot {
  return {
    requestId: one.SpotInstanceRequestId ?? '',
    code: one.Status?.Code ?? '',
    behaviour: one.InstanceInterruptionBehavior ?? '',
    ...(one.InstanceId === undefined ? {} : { instanceId: one.InstanceId }),
    ...(one.Status?.UpdateTime === undefined ? {} : { updatedAt: one.Status.UpdateTime }),
  }
}

function toReason({ StateReason, StateTransitionReason }: Instance): Pick<InstanceSnapshot, 'reasonCode' | 'transition'> {
  return { reasonCode: StateReason?.Code ?? '', transition: StateTransitionReason ?? '' }
}
