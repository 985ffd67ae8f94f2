import { explain, isFault, toActionError } from '../model/errors.ts'
import { parseAlarmArn } from '../model/inputs/alarms.ts'
import type { AlarmSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld } from '../world.ts'

type Ports = Pick<ReadWorld, 'cloudwatch' | 'clock' | 'log' | 'cancel'>

/** Reads the alarms with these ARNs. It makes no call without ARNs, and leaves out alarms that CloudWatch does not show. */
export async function readAlarms(
  { cloudwatch }: Pick<ReadWorld, 'cloudwatch'>,
  arns: readonly string[],
): Promise<readonly AlarmSnapshot[]> {
  const names = arns.flatMap((arn) => parseAlarmArn(arn)?.name ?? [])
  if (names.length === 0) return []
  return (await cloudwatch.readAlarms(names)).filter(({ arn }) => arns.includes(arn))
}

/**
 * Reads the stop alarms while it does the work: every `pollMs`, and once more at the end. It records each change of a state; the conclusion
 * fails the step for an ALARM. The work itself goes on, because FIS stops the experiment.
 */
export async function besideAlarms<T>(
  world: Ports,
  { stopAlarms = [], pollMs }: { readonly stopAlarms?: readonly string[] | undefined; readonly pollMs: number },
  work: () => Promise<T>,
): Promise<T> {
  if (stopAlarms.length === 0) return await work()
  const done = new AbortController()
  const poll = createPoll(world, stopAlarms)
  const watching = (async () => {
    while (!done.signal.aborted && !world.cancel.aborted) {
      await poll()
      await world.clock.sleep(pollMs, AbortSignal.any([done.signal, world.cancel]))
    }
  })()
  try {
    const result = await work()
    if (!world.cancel.aborted) await poll()
    return result
  } finally {
    done.abort()
    await watching
  }
}

/** Makes the function that reads all alarms once and records changes. Of several failures in a row, the first is a warning. */
function createPoll(world: Ports, arns: readonly string[]): () => Promise<void> {
  const states = new Map<string, string>()
  let failed = false
  const record = ({ arn, state }: AlarmSnapshot) => {
    if (states.get(arn) !== state) world.log.record({ kind: 'alarm', arn, state })
    states.set(arn, state)
  }
  const warn = (thrown: unknown) => {
    if (isFault(thrown, 'cancelled') || failed) return
    failed = true
    world.log.record({ kind: 'warned', what: `The stop alarms cannot be read: ${explain(toActionError(thrown))}` })
  }
  return async () => {
    const alarms = await readAlarms(world, arns).catch(warn)
    if (alarms === undefined) return
    failed = false
    alarms.forEach(record)
  }
}
