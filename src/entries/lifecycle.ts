import { explain, joinSentences, toActionError } from '../model/errors.ts'
import type { Stamped } from '../model/timeline/event.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { deleteEmptyVariables } from '../runner/context.ts'
import { createLog } from '../runner/log.ts'
import { type Listening, leave, listen, type Signals } from '../runner/signals.ts'
import { createSinks, type Sinks } from '../runner/sinks.ts'
import type { Log } from '../world.ts'

/** From the first signal to the end of a step that something else cleans up after. The runner kills the process after 10 s. */
export const LEAVE_MS = 3500
/** The same for post, after which nothing cleans up. */
export const POST_LEAVE_MS = 6000

/** What an entry has from its first line on, before it knows a region or an account. */
export type Runtime = {
  readonly sinks: Sinks
  readonly clock: ReturnType<typeof createClock>
  readonly log: Log
  readonly signals: Signals
  /** Marks the result as delivered. A later cancel cannot change it, so it is not logged. */
  readonly deliver: () => void
}

/** The settings that differ between entries. `onEvent` gets each event after its log lines are printed. `timezone` is an IANA name. */
export type RuntimeSetting = Omit<Listening, 'heard'> & {
  readonly timezone: () => string
  readonly onEvent?: (event: Stamped, sinks: Sinks) => void
}

/** Makes the runtime and starts to listen for signals. Call it once, before anything is printed. */
export function openRuntime({ timezone, onEvent, ...listening }: RuntimeSetting): Runtime {
  const clock = createClock()
  const sinks = createSinks(process.env, (what) => log.record({ kind: 'warned', what }))
  const show = (event: Stamped) => {
    sinks.print(toLines(event, timezone()))
    onEvent?.(event, sinks)
  }
  const log = createLog(clock, show, sinks.clean)
  let delivered = false
  const heard = (by: string) => {
    if (!delivered) log.record({ kind: 'cancelled', by })
  }
  const signals = listen({ ...listening, heard })
  deleteEmptyVariables(process.env)
  const deliver = () => {
    delivered = true
  }
  return { sinks, clock, log, signals, deliver }
}

/**
 * Runs the work of an entry. The work resolves with an error message, or with '' if it succeeded. The exit code stays 1 until the work
 * succeeds, so a promise that never settles fails the step. Anything thrown becomes the one error line, without a stack trace. `afterwards`
 * runs after the result is printed and cannot change it.
 */
export async function runEntry(
  { sinks, signals, deliver }: Runtime,
  work: () => Promise<string>,
  afterwards: () => Promise<void> = async () => undefined,
): Promise<void> {
  process.exitCode = 1
  const stuck = () =>
    sinks.fail('The action stopped in the middle of its work. This is a defect of the action; please report it with this log.')
  process.on('beforeExit', stuck)
  try {
    const error = await work()
    const uncaught = signals.uncaught()
    if (error === '' && uncaught === undefined) process.exitCode = 0
    else sinks.fail(uncaught === undefined ? error : joinSentences(explain(uncaught), error))
  } catch (thrown) {
    sinks.fail(explain(toActionError(thrown)))
  }
  process.off('beforeExit', stuck)
  deliver()
  await afterwards()
  // Abandoned requests and credential processes would keep this process alive.
  leave()
}
