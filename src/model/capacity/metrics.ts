import { type Back, type BackWindow, createJudge, findBack } from './back.ts'
import { type CapacityReading, countServing, hasMemberOn, isOn, type Member, toUnit } from './reading.ts'
import { type CapacityReadings, toPolls } from './readings.ts'

/** The figures of one capacity, from its polls. Members are named by their ids. */
export type CapacityMetrics = Back & {
  readonly name: string
  readonly unit: 'members' | 'units'
  /** How many members served before the run, including the targets. */
  readonly level: number
  /** The lowest and the last count from t0 on, without the targets. */
  readonly lowest: number
  readonly latest: number
  /** Whether a target belongs to it; `unknown` if members cannot be traced to instances. */
  readonly affected: boolean | 'unknown'
  /** Members that were a target, or ran on one, before the run; by their ids for people, each once. */
  readonly lost: readonly string[]
  /** Members that serve at the end and were not there before the run. An instance that is registered at two ports is named once. */
  readonly replacements: readonly Replacement[]
  /** The desired size: before the run, and its lowest and highest value since then. */
  readonly desired?: { readonly before: number; readonly lowest: number; readonly highest: number }
}

/**
 * A new member, and when it was first seen serving, in monotonic milliseconds. `shown` is the id for people: that of its instance, if it is
 * one.
 */
export type Replacement = { readonly id: string; readonly shown: string; readonly seenMs: number }

export type CapacityWindow = Omit<BackWindow, 'level'>

const NONE: CapacityReading = { members: [], traced: true }
const NOBODY: ReadonlySet<string> = new Set()

/** The level of a capacity before the run, including the targets. */
export function measureLevel(reading: CapacityReading): number {
  return countServing(reading, NOBODY)
}

/** Computes the figures of one capacity. A poll belongs to the time it was sent. */
export function measureCapacity(all: CapacityReadings, window: CapacityWindow): CapacityMetrics {
  const { targets, startMs, untilMs } = window
  const polls = toPolls(all)
  const before = polls[0]?.reading ?? NONE
  const level = measureLevel(before)
  const known = polls.flatMap(({ sentMs, reading }) => (reading !== undefined && sentMs <= untilMs ? [{ sentMs, reading }] : []))
  const since = new Set(known.filter(({ sentMs }) => sentMs >= startMs).map(({ reading }) => reading))
  const counts = [...since].map((reading) => countServing(reading, targets))
  const latest = known.at(-1)?.reading ?? before
  const desired = measureDesired(known.map(({ reading }) => reading))
  return {
    name: all.name,
    unit: toUnit(before),
    level,
    lowest: Math.min(countServing(before, targets), ...counts),
    latest: countServing(latest, targets),
    affected: isAffected(before, targets),
    lost: findLost(before, targets),
    replacements: findReplacements(before, known, targets),
    ...(desired === undefined ? {} : { desired }),
    ...findBack(polls, { ...window, level }),
  }
}

/** Whether a capacity is judged and is not back. Call it after each poll. */
export type MissingFinder = (window: Omit<CapacityWindow, 'targets'>) => boolean

/**
 * Makes the function that finds out after each poll whether a capacity is missing. It does not count earlier polls again, so that no poll
 * takes longer than the previous one.
 */
export function createMissingFinder(all: CapacityReadings, targets: ReadonlySet<string>): MissingFinder {
  const before = all.readings[0] ?? NONE
  const level = measureLevel(before)
  const [affected, isGood] = [isAffected(before, targets), createJudge({ level, targets })]
  return (window) => isJudged({ affected }) && findBack(toPolls(all), { ...window, targets, level }, isGood).back !== true
}

function isAffected(before: CapacityReading, targets: ReadonlySet<string>): CapacityMetrics['affected'] {
  return before.traced ? [...targets].some((id) => hasMemberOn(before, id)) : 'unknown'
}

/** Whether a capacity is judged. One that no target belongs to proves nothing about the interruption. */
export function isJudged({ affected }: Pick<CapacityMetrics, 'affected'>): boolean {
  return affected !== false
}

/** Whether somebody has set the desired size below the level before the run. */
export function isLowered({ level, desired }: Pick<CapacityMetrics, 'level' | 'desired'>): boolean {
  return desired !== undefined && desired.lowest < level
}

function measureDesired(readings: readonly CapacityReading[]): CapacityMetrics['desired'] {
  const sizes = readings.flatMap(({ desired }) => desired ?? [])
  const [before] = sizes
  return before === undefined ? undefined : { before, lowest: Math.min(...sizes), highest: Math.max(...sizes) }
}

/** An instance that is registered at two ports is named once. */
function findLost({ members }: CapacityReading, targets: ReadonlySet<string>): readonly string[] {
  return [...new Set(members.flatMap((member) => (isOn(member, targets) ? [member.shown ?? member.id] : [])))]
}

type Known = { readonly sentMs: number; readonly reading: CapacityReading }

function findReplacements(before: CapacityReading, known: readonly Known[], targets: ReadonlySet<string>): readonly Replacement[] {
  const old = new Set(before.members.map(({ id }) => id))
  const isNew = (member: Member) => member.serving && !old.has(member.id) && !isOn(member, targets)
  const seen = new Map<string, number>()
  // Most polls show no change, and then share one reading.
  const changes = known.filter(({ reading }, index) => reading !== known[index - 1]?.reading)
  const appearances = changes.flatMap(({ sentMs, reading }) => reading.members.filter(isNew).map(({ id }) => ({ id, sentMs })))
  for (const { id, sentMs } of appearances.toReversed()) seen.set(id, sentMs)
  return (known.at(-1)?.reading.members.filter(isNew) ?? [])
    .map(({ id, shown = id }) => ({ id, shown, seenMs: seen.get(id) ?? 0 }))
    .toSorted((a, b) => a.seenMs - b.seenMs)
    .filter(({ shown }, at, sorted) => sorted.findIndex((one) => one.shown === shown) === at)
}
