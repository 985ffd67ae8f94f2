import { isFault, toEnded } from '../model/errors.ts'
import { QUEUE_MS } from '../model/plan/plan.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'clock' | 'log' | 'cancel'>
/** `confirm` may change what is started; `start` rejects with `quota` while FIS allows no more experiments. */
type Attempt<T> = { readonly confirm: (current: T) => Promise<T>; readonly start: (confirmed: T) => Promise<void> }

/** The pause between two starts. Only another start shows whether FIS allows one more experiment. */
const QUEUE_PAUSE_MS = 15_000

/**
 * Confirms the targets, and starts the experiment right after that. While FIS already runs as many experiments as it allows, it repeats
 * both for up to 10 minutes. Resolves with what it was started from. Rejects with `quota` when the time is over, with `cancelled` when the
 * job is cancelled during a pause, and at once with any other error.
 */
export async function startWhenFree<T>(world: Ports, from: T, { confirm, start }: Attempt<T>): Promise<T> {
  const untilMs = world.clock.monotonicMs() + QUEUE_MS
  for (let current = from; ; ) {
    current = await confirm(current)
    try {
      await start(current)
      return current
    } catch (thrown) {
      const leftMs = untilMs - world.clock.monotonicMs() - QUEUE_PAUSE_MS
      if (!isFault(thrown, 'quota') || leftMs < 0) throw thrown
      world.log.record({ kind: 'queued', why: thrown.message, pauseMs: QUEUE_PAUSE_MS, leftMs })
      await world.clock.sleep(QUEUE_PAUSE_MS, world.cancel)
      if (world.cancel.aborted) throw toEnded()
    }
  }
}
