import type { Inputs } from '../model/inputs/main.ts'
import type { ReadWorld } from '../world.ts'
import type { CapacityMonitor } from './capacity.ts'

type Ports = Pick<ReadWorld, 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'clock' | 'log' | 'cancel'>

/** Absent without capacities. */
export type Monitored = { readonly monitor?: CapacityMonitor }

/** The monitor of the capacities that the inputs name, if any. Its code is loaded only then. */
export async function openCapacity(world: Ports, inputs: Inputs): Promise<Monitored> {
  const { capacity: rules, mode, durationMs, reactTo, reactWithinMs } = inputs
  if (rules === undefined) return {}
  const { createCapacityMonitor } = await import('./capacity.ts')
  return {
    monitor: createCapacityMonitor(
      world,
      { rules, timing: { mode, durationMs, reactTo, ...(reactWithinMs === undefined ? {} : { reactWithinMs }) } },
      world.cancel,
    ),
  }
}
