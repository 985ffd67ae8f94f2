import type { ProbeInputs } from '../model/inputs/probes.ts'
import type { World } from '../world.ts'
import type { Prober } from './probes.ts'

type Ports = Pick<World, 'sendProbe' | 'clock' | 'log' | 'cancel'>

/** The probes that the inputs name. Their code is loaded only if there are any; otherwise, the functions do nothing. */
export async function openProbes(world: Ports, probes: ProbeInputs | undefined): Promise<Prober> {
  if (probes === undefined) return { baseline: async () => {}, breach: new AbortController().signal, finish: () => {}, abandon: () => {} }
  const { createProber } = await import('./probes.ts')
  return createProber(world, probes, world.cancel)
}
