import { ActionError, isFault } from '../model/errors.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'

/** How long an experiment may take to end after a stop. It may still use its role until then. */
const STOPPING_MS = 15_000
const STOP_POLL_MS = 2000

/** Resolves when the experiment has ended, or after 15 seconds if it is stopping then. Rejects with `conflict` if it is still running. */
export async function awaitEnd(world: Pick<World, 'fis' | 'clock' | 'cancel'>, id: string): Promise<void> {
  const untilMs = world.clock.monotonicMs() + STOPPING_MS
  for (;;) {
    const status = await readStatus(world, id)
    if (isTerminal(status) || world.cancel.aborted) return
    if (world.clock.monotonicMs() >= untilMs) {
      if (status === 'stopping') return
      throw new ActionError('conflict', `FIS took StopExperiment, but the experiment is still ${status}.`)
    }
    await world.clock.sleep(STOP_POLL_MS, world.cancel)
  }
}

async function readStatus(world: Pick<World, 'fis'>, id: string): Promise<string> {
  try {
    return (await world.fis.readExperiment(id)).status
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return 'stopped'
    throw thrown
  }
}
