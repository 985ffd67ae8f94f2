import type { Inputs } from '../model/inputs/main.ts'
import type { ReadWorld } from '../world.ts'
import type { CapacityWatch } from './capacity.ts'

type Ports = Pick<ReadWorld, 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'clock' | 'log' | 'cancel'>

/** The watch of the capacities that the inputs name, if any. Its code is loaded only then. */
export async function openCapacity(world: Ports, inputs: Inputs): Promise<{ readonly watch?: CapacityWatch }> {
  const { capacity: rules, mode, durationMs, reactTo, reactWithinMs } = inputs
  if (rules === undefined) return {}
  const { createCapacityWatch } = await import('./capacity.ts')
  return {
    watch: createCapacityWatch(
      world,
      { rules, signals: { mode, durationMs, reactTo, ...(reactWithinMs === undefined ? {} : { reactWithinMs }) } },
      world.cancel,
    ),
  }
}
