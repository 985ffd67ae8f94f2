import type { Plan } from '../model/plan/plan.ts'
import type { Ending } from '../model/timeline/event.ts'
import type { World } from '../world.ts'
import type { CapacityMonitor } from './capacity.ts'
import { observe } from './observe.ts'
import type { Prober } from './probe.ts'

type Judging = {
  readonly prober: Pick<Prober, 'observing' | 'finish'>
  /** Absent without capacities. */
  readonly monitor?: Pick<CapacityMonitor, 'observing' | 'finish'>
  readonly ending: Ending
}

/**
 * After the watch: if every target left, goes on with `observe-for` and the recovery wait. Then it ends the probes and the capacities.
 * Without either, it does not wait.
 */
export async function finishJudging(
  world: Pick<World, 'ec2' | 'clock' | 'log'>,
  plan: Plan,
  { prober, monitor, ending }: Judging,
): Promise<void> {
  const observing = prober.observing ?? monitor?.observing
  if (observing === undefined) return
  const untilMs = await observe(world, plan, { ...monitor?.observing, ...observing, ending })
  prober.finish(untilMs)
  await monitor?.finish(untilMs)
}
