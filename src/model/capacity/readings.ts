import type { CapacityReading } from './reading.ts'

/** One poll of one capacity; `sentMs` is monotonic. Without a reading the poll failed. */
export type CapacityPoll = { readonly sentMs: number; readonly reading: CapacityReading | undefined }

/**
 * All polls of one capacity in the order they were sent; the first is the baseline. Most polls show no change, so equal readings are stored
 * once, and a poll has the index of its reading: `at`, which is null for a failed poll.
 */
export type CapacityReadings = {
  readonly name: string
  readonly readings: readonly CapacityReading[]
  readonly polls: readonly { readonly sentMs: number; readonly at: number | null }[]
}

/** The polls, each with its reading. */
export function toPolls({ readings, polls }: CapacityReadings): readonly CapacityPoll[] {
  return polls.map(({ sentMs, at }) => ({ sentMs, reading: at === null ? undefined : readings[at] }))
}

/** Writes the polls of one capacity. */
export type ReadingRecorder = {
  /** Returns whether the reading differs from the last one that succeeded. */
  readonly add: (sentMs: number, reading: CapacityReading | undefined) => boolean
  /** All polls so far: a view, not a copy. */
  readonly readings: () => CapacityReadings
}

/** Records the polls of one capacity while they come. */
export function createReadingRecorder(name: string): ReadingRecorder {
  const readings: CapacityReading[] = []
  const polls: { readonly sentMs: number; readonly at: number | null }[] = []
  let text = ''
  return {
    add: (sentMs, reading) => {
      const next = reading === undefined ? text : JSON.stringify(reading)
      const changed = next !== text
      if (changed && reading !== undefined) readings.push(reading)
      text = next
      polls.push({ sentMs, at: reading === undefined ? null : readings.length - 1 })
      return changed
    },
    readings: () => ({ name, readings, polls }),
  }
}
