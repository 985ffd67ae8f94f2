import type { EventOf, Timeline } from '../timeline/event.ts'
import type { InstanceSnapshot, SpotSnapshot } from '../timeline/snapshot.ts'
import type { Departure } from './departure.ts'

/** How long after a departure EC2 is polled for the cause. A cause that shows later does not count. */
export const ASK_MS = 60_000
/** If the StateReason comes first, the code of the Spot request gets this much more time, because it says more. */
const CODE_MS = 20_000

type TargetEvent = EventOf<'target'>

/**
 * Who ended a target, with the words of EC2.
 * - `other`: somebody else, or AWS itself: a StateReason `Client.*`, or a Spot request code by user, service, price or capacity.
 * - `experiment`: a Spot request code `*-by-experiment`; it does not say by which.
 * - `spot`: only the StateReason says that it was an interruption. It is the same for interruptions by AWS itself.
 * - `unclear`: any other StateReason.
 */
export type Cause = {
  readonly by: 'other' | 'experiment' | 'spot' | 'unclear'
  readonly text: string
  /** The moment after which no poll can change it, in monotonic milliseconds. */
  readonly settledMs: number
}

/** Makes the test whether a Spot request has changed since preflight: its code, or the time of its last update. */
export function isNewSpot(timeline: Timeline, polls: readonly TargetEvent[]): (spot: SpotSnapshot) => boolean {
  const startedMs = timeline.find(({ kind }) => kind === 'starting')?.atMs ?? Number.POSITIVE_INFINITY
  const before = polls.find(({ snapshot, atMs }) => snapshot.spot !== undefined && atMs < startedMs)?.snapshot.spot
  return ({ code, updatedAt }) =>
    before === undefined ||
    code !== before.code ||
    (updatedAt !== undefined && before.updatedAt !== undefined && updatedAt.getTime() !== before.updatedAt.getTime())
}

/**
 * The first cause that EC2 names from the departure on. A Spot request code, or a StateReason of a client, says more than the StateReason
 * of an interruption, so it also counts if it comes a little later. If there is no code from the departure on, a code from before it
 * counts, because a persistent request moves on to another instance.
 */
export function findCause(polls: readonly TargetEvent[], departure: Departure, isNew: (spot: SpotSnapshot) => boolean): Cause | undefined {
  const at = polls.indexOf(departure.poll)
  const earlier = readCode(polls.slice(0, at).findLast(({ snapshot }) => snapshot.spot !== undefined)?.snapshot.spot, isNew)
  const since = polls.slice(at).filter(({ atMs }) => atMs - departure.poll.atMs <= ASK_MS)
  const [clear] = since.flatMap(({ snapshot, atMs }) => {
    const named = readClientReason(snapshot.instance) ?? readCode(snapshot.spot, isNew) ?? earlier
    return named === undefined ? [] : [{ ...named, settledMs: atMs }]
  })
  const others = since.flatMap((poll) => readOtherReason(poll, departure) ?? [])
  const spot = others.find(({ by }) => by === 'spot')
  if (clear !== undefined && clear.settledMs <= (spot?.settledMs ?? Number.POSITIVE_INFINITY)) return clear
  return spot ?? others[0]
}

type Named = Pick<Cause, 'by' | 'text'>

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
function readCode(spot: SpotSnapshot | undefined, isNew: (spot: SpotSnapshot) => boolean): Named | undefined {
  if (spot === undefined || !/^((spot-)?instance-(terminated|stopped)|marked-for)-/.test(spot.code) || !isNew(spot)) return undefined
  return { by: spot.code.endsWith('-by-experiment') ? 'experiment' : 'other', text: `Spot request ${spot.code}` }
}

/** A user, a service, or the instance itself ended it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html */
function readClientReason(instance: InstanceSnapshot | undefined): Named | undefined {
  return instance?.reasonCode.startsWith('Client.') ? { by: 'other', text: `StateReason ${instance.reasonCode}` } : undefined
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-interrupted-Spot-Instance.html */
function readOtherReason({ snapshot, atMs }: TargetEvent, departure: Departure): Cause | undefined {
  const { instance, spot } = snapshot
  if (instance === undefined || instance.reasonCode === '' || instance.reasonCode.startsWith('Client.')) return undefined
  const text = `StateReason ${instance.reasonCode}`
  const leftMs = departure.poll.atMs
  if (!instance.reasonCode.startsWith('Server.SpotInstance')) return { by: 'unclear', text, settledMs: leftMs + ASK_MS }
  return { by: 'spot', text, settledMs: spot === undefined ? atMs : Math.max(atMs, leftMs + CODE_MS) }
}
