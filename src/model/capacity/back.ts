import { type CapacityReading, countServing } from './reading.ts'
import type { CapacityPoll } from './readings.ts'

/** A capacity is back when this many polls in a row show its level. */
export const BACK_POLLS = 3
/** Members that cannot be traced to instances may count a lost one for this long after it left. */
export const LAG_MS = 120_000

/** The times, all monotonic, that a capacity is judged by. */
export type BackWindow = {
  readonly level: number
  readonly targets: ReadonlySet<string>
  /** t0. */
  readonly startMs: number
  /** When the last target left; undefined where one has not. In rebalance mode t0. */
  readonly leftMs: number | undefined
  /** Where the judged time ends. */
  readonly untilMs: number
  /** Whether the polls went on to the end of the recovery wait. */
  readonly whole: boolean
}

export type Back = {
  readonly back: boolean | 'unknown'
  /** From the moment the last target left; 0 where it was back before. Undefined where it is not back. */
  readonly recoveryMs?: number
  /** The count was never seen to fall: it is taken for back only because it stayed whole for long. */
  readonly assumed?: true
}

type Moment = { readonly sentMs: number; readonly good: boolean | undefined }

/**
 * Whether a capacity is back: three polls in a row, the first sent after every target left, show at least the level. Where members cannot
 * be traced to instances, the targets may still be counted: then only after the count was seen to fall, or two minutes after the departure.
 * A poll that failed proves nothing, either way.
 */
export function findBack(polls: readonly CapacityPoll[], window: BackWindow, isGood = createJudge(window)): Back {
  const { leftMs, untilMs, whole } = window
  if (leftMs === undefined) return { back: 'unknown' }
  const moments = polls.filter(({ sentMs }) => sentMs <= untilMs).map(({ sentMs, reading }) => ({ sentMs, good: isGood(reading) }))
  const traced = polls.every(({ reading }) => reading === undefined || reading.traced)
  const since = moments.filter(({ sentMs }) => sentMs >= window.startMs)
  const fell = { certainMs: findFirst(since, (good) => good === false), possibleMs: findFirst(since, (good) => good !== true) }
  const mayBegin = (fellMs: number) => (moment: Moment) =>
    moment.sentMs > leftMs && (traced || moment.sentMs > fellMs || moment.sentMs >= leftMs + LAG_MS)
  const at = findRow(moments, (good) => good === true, mayBegin(fell.certainMs))
  if (at !== undefined) return toBack(moments, at, { leftMs, assumed: !traced && fell.certainMs === Number.POSITIVE_INFINITY })
  const possible = findRow(moments, (good) => good !== false, mayBegin(fell.possibleMs)) !== undefined
  // The watch was too short to see a fall, or to see three polls.
  const short = fell.possibleMs === Number.POSITIVE_INFINITY || moments.filter(({ sentMs }) => sentMs > leftMs).length < BACK_POLLS
  return { back: whole && !possible && !short ? false : 'unknown' }
}

/** Whether a reading shows the level; undefined for a poll that failed. */
export type LevelJudge = (reading: CapacityReading | undefined) => boolean | undefined

/** Most polls share one reading, and each reading is counted once, however often it is judged. */
export function createJudge({ level, targets }: Pick<BackWindow, 'level' | 'targets'>): LevelJudge {
  const known = new Map<CapacityReading, boolean>()
  return (reading) => {
    if (reading === undefined) return undefined
    const good = known.get(reading) ?? countServing(reading, targets) >= level
    known.set(reading, good)
    return good
  }
}

type Fits = (good: Moment['good']) => boolean

/** When a poll fits first; never is infinite. */
function findFirst(moments: readonly Moment[], fits: Fits): number {
  return moments.find(({ good }) => fits(good))?.sentMs ?? Number.POSITIVE_INFINITY
}

/** The place of the first poll of a row of three. */
function findRow(moments: readonly Moment[], fits: Fits, mayBegin: (moment: Moment) => boolean): number | undefined {
  const at = moments.findIndex((moment, index) => {
    const row = moments.slice(index, index + BACK_POLLS)
    return mayBegin(moment) && row.length === BACK_POLLS && row.every(({ good }) => fits(good))
  })
  return at < 0 ? undefined : at
}

/** A count that was whole already when the last target left makes it 0. */
function toBack(moments: readonly Moment[], at: number, { leftMs, assumed }: { readonly leftMs: number; readonly assumed: boolean }): Back {
  let first = at
  while (first > 0 && moments[first - 1]?.good === true) first--
  const recoveryMs = Math.max(0, (moments[first]?.sentMs ?? leftMs) - leftMs)
  return { back: true, recoveryMs, ...(assumed ? { assumed } : {}) }
}
