import { type CapacityReading, countServing } from './reading.ts'
import type { CapacityPoll } from './readings.ts'

/** A capacity is back when this many polls in a row show its level. */
export const BACK_POLLS = 3
/** If members cannot be traced to instances, a source may still count a lost one for this long. */
const LAG_MS = 120_000

/** The times by which a capacity is judged, all monotonic. */
export type BackWindow = {
  readonly level: number
  readonly targets: ReadonlySet<string>
  /** t0. */
  readonly startMs: number
  /** When the last target left; undefined if one has not. With `mode: rebalance`, t0. */
  readonly leftMs: number | undefined
  /** When the judged time ends. */
  readonly untilMs: number
  /** Whether there are polls up to the end of the recovery wait. */
  readonly whole: boolean
}

export type Back = {
  readonly back: boolean | 'unknown'
  /** Time from the moment when the last target left; 0 if the capacity was back before, undefined if it is not back. */
  readonly recoveryMs?: number
  /** No poll showed the count fall. It counts as back only because it stayed complete for long. */
  readonly assumed?: true
}

type Moment = { readonly sentMs: number; readonly good: boolean | undefined }

/**
 * Whether a capacity is back: three polls in a row, the first sent after every target left, show at least the level. If members cannot be
 * traced to instances, the count may still include the targets. Then these polls count only after one has shown the count fall, or from two
 * minutes after the last target left. A failed poll proves nothing.
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
  // True if the watch was too short to show a fall, or three polls.
  const short = fell.possibleMs === Number.POSITIVE_INFINITY || moments.filter(({ sentMs }) => sentMs > leftMs).length < BACK_POLLS
  return { back: whole && !possible && !short ? false : 'unknown' }
}

/** Whether a reading shows the level; undefined for a failed poll. */
export type LevelJudge = (reading: CapacityReading | undefined) => boolean | undefined

/** Makes a judge that counts each reading once and keeps the result, because most polls share one reading. */
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

/** When the first poll fits; infinite if none does. */
function findFirst(moments: readonly Moment[], fits: Fits): number {
  return moments.find(({ good }) => fits(good))?.sentMs ?? Number.POSITIVE_INFINITY
}

/** The index of the first poll of the first three in a row that fit. */
function findRow(moments: readonly Moment[], fits: Fits, mayBegin: (moment: Moment) => boolean): number | undefined {
  const at = moments.findIndex((moment, index) => {
    const row = moments.slice(index, index + BACK_POLLS)
    return mayBegin(moment) && row.length === BACK_POLLS && row.every(({ good }) => fits(good))
  })
  return at < 0 ? undefined : at
}

/** The result for a capacity that is back. The time is 0 if the count was complete already when the last target left. */
function toBack(moments: readonly Moment[], at: number, { leftMs, assumed }: { readonly leftMs: number; readonly assumed: boolean }): Back {
  let first = at
  while (first > 0 && moments[first - 1]?.good === true) first--
  const recoveryMs = Math.max(0, (moments[first]?.sentMs ?? leftMs) - leftMs)
  return { back: true, recoveryMs, ...(assumed ? { assumed } : {}) }
}
