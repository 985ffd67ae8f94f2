import { isActionError, isFault } from '../model/errors.ts'
import type { Phase } from '../model/timeline/event.ts'
import type { World } from '../world.ts'

/**
 * A phase of the log: a heading, the work, and the result with its duration. The phase fails if the work rejects, or resolves with `pass:
 * false`.
 */
export async function phase<T>(world: Pick<World, 'clock' | 'log'>, name: Phase, work: () => Promise<T>): Promise<T> {
  const startMs = world.clock.monotonicMs()
  const end = (ok: boolean) => world.log.record({ kind: 'phase-ended', phase: name, ok, tookMs: world.clock.monotonicMs() - startMs })
  world.log.record({ kind: 'phase-begun', phase: name })
  try {
    const result = await work()
    end(!isFailure(result))
    return result
  } catch (thrown) {
    if (!isFault(thrown, 'cancelled')) world.log.record({ kind: 'failed', text: isActionError(thrown) ? thrown.message : String(thrown) })
    end(false)
    throw thrown
  }
}

function isFailure(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'pass' in result && result.pass === false
}
