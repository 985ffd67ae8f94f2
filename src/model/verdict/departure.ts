import type { EventOf } from '../timeline/event.ts'
import { readTransition, type SpotSnapshot } from '../timeline/snapshot.ts'

/** An absence counts only after this long, because EC2 is eventually consistent. It shows terminated instances for most of an hour. */
const ABSENT_MS = 60_000

const UP: readonly string[] = ['running', 'pending']
const DOWN: readonly string[] = ['shutting-down', 'stopping', 'terminated', 'stopped']
const GONE: readonly string[] = ['terminated', 'stopped']

type TargetEvent = EventOf<'target'>

/** How a target left. */
export type Departure = {
  /** The first poll that shows it shutting down, stopping, terminated or stopped, or absent. */
  readonly poll: TargetEvent
  /** By AWS's clock, in milliseconds since 1970: EC2's own time if it gives one, otherwise the time of that poll. */
  readonly at: number
  /** When it was certain that it had left, in monotonic milliseconds. For an absence, this is later than `poll`. */
  readonly certainMs: number
  /** The first poll that shows it terminated or stopped. */
  readonly gone: TargetEvent | undefined
}

/** Whether a poll shows the target running or pending. */
export function isUp({ snapshot }: TargetEvent): boolean {
  return UP.includes(snapshot.instance?.state ?? '')
}

/**
 * The departure of a target, if its polls show that it has left: EC2 shows it shutting down or stopping (or the end of that), or has not
 * shown it for a minute while its Spot request has a new and terminal code. A poll that shows it running or pending cancels every earlier
 * departure.
 */
export function findDeparture(polls: readonly TargetEvent[], isNew: (spot: SpotSnapshot) => boolean): Departure | undefined {
  const since = polls.slice(polls.findLastIndex(isUp) + 1)
  const down = since.find(isDown)
  const absence = findAbsence(polls, since, isNew)
  if (absence !== undefined) return toDeparture(absence.first, absence.certain, since)
  return down === undefined ? undefined : toDeparture(down, down, since)
}

function isDown({ snapshot }: TargetEvent): boolean {
  return DOWN.includes(snapshot.instance?.state ?? '')
}

/** The first poll of an absence, and the first poll at which the absence has lasted long enough. */
function findAbsence(polls: readonly TargetEvent[], since: readonly TargetEvent[], isNew: (spot: SpotSnapshot) => boolean) {
  const code = polls.find(({ snapshot }) => snapshot.spot !== undefined && isTerminalCode(snapshot.spot, isNew))
  const shown = since.findIndex(({ snapshot }) => snapshot.instance !== undefined)
  const silent = shown < 0 ? since : since.slice(0, shown)
  const first = silent.find(({ atMs }) => code !== undefined && atMs >= code.atMs)
  const certain = silent.find(({ atMs }) => first !== undefined && atMs - first.atMs >= ABSENT_MS)
  return first === undefined || certain === undefined ? undefined : { first, certain }
}

function toDeparture(poll: TargetEvent, certain: TargetEvent, since: readonly TargetEvent[]): Departure {
  return {
    poll,
    at: readTransition(poll.snapshot.instance?.transition ?? '') ?? poll.awsAt.getTime(),
    certainMs: certain.atMs,
    gone: since.find((one) => one.atMs >= poll.atMs && GONE.includes(one.snapshot.instance?.state ?? '')),
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
function isTerminalCode(spot: SpotSnapshot, isNew: (spot: SpotSnapshot) => boolean): boolean {
  return /^(spot-)?instance-(terminated|stopped)-/.test(spot.code) && isNew(spot)
}
