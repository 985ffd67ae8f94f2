/**
 * The checks of one probe in the order in which they were sent, as columns: 100,000 of them take 1.3 MB. `sentMs` is monotonic; `states`
 * has `PENDING` until the answer or the time-out comes.
 */
export type Samples = {
  readonly name: string
  readonly sentMs: Float64Array
  readonly tookMs: Float32Array
  readonly states: Uint8Array
}

/** What a check shows of the service. `unknown`: nothing, because the answer came from a cache, or because the runner was paused. */
export type Health = 'healthy' | 'failed' | 'unknown'

export const PENDING = 0
export const HEALTHY = 1
export const FAILED = 2
export const UNKNOWN = 3

const STATES: Readonly<Record<Health, number>> = { healthy: HEALTHY, failed: FAILED, unknown: UNKNOWN }

/** Writes samples. Answers may come in any order. */
export type SampleRecorder = {
  /** Adds a check, and returns its index for the answer. */
  readonly send: (sentMs: number) => number
  readonly settle: (at: number, health: Health, tookMs: number) => void
  /** All samples so far: a view, not a copy. */
  readonly samples: () => Samples
}

const FIRST_ROOM = 256

/** Records the checks of one probe while they come. It starts small and doubles its arrays when they are full. */
export function createSampleRecorder(name: string): SampleRecorder {
  let room: Omit<Samples, 'name'> = makeRoom(FIRST_ROOM)
  let length = 0
  return {
    send: (sentMs) => {
      if (length === room.states.length) room = grow(room)
      room.sentMs[length] = sentMs
      return length++
    },
    settle: (at, health, tookMs) => {
      room.states[at] = STATES[health]
      room.tookMs[at] = tookMs
    },
    samples: () => ({
      name,
      sentMs: room.sentMs.subarray(0, length),
      tookMs: room.tookMs.subarray(0, length),
      states: room.states.subarray(0, length),
    }),
  }
}

function makeRoom(size: number): Omit<Samples, 'name'> {
  return { sentMs: new Float64Array(size), tookMs: new Float32Array(size), states: new Uint8Array(size) }
}

function grow(old: Omit<Samples, 'name'>): Omit<Samples, 'name'> {
  const room = makeRoom(old.states.length * 2)
  room.sentMs.set(old.sentMs)
  room.tookMs.set(old.tookMs)
  room.states.set(old.states)
  return room
}

/** The baseline needs this many healthy checks in a row from each probe. */
export const BASELINE_CHECKS = 3

/** Whether the last three settled checks are healthy. A check counts only if every check before it is settled, too. */
export function passesBaseline({ states }: Samples): boolean {
  const open = states.indexOf(PENDING)
  const end = open < 0 ? states.length : open
  const latest = states.subarray(Math.max(0, end - BASELINE_CHECKS), end)
  return latest.length === BASELINE_CHECKS && latest.every((state) => state === HEALTHY)
}

/** Whether every check that was sent until then has its answer. */
export function isSettled({ sentMs, states }: Samples, untilMs: number): boolean {
  return !states.subarray(0, countUntil(sentMs, untilMs)).includes(PENDING)
}

/** How many checks were sent at or before a moment. */
export function countUntil(sentMs: Float64Array, untilMs: number): number {
  let low = 0
  let high = sentMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sentMs[middle] ?? Number.POSITIVE_INFINITY) <= untilMs) low = middle + 1
    else high = middle
  }
  return low
}

/** The indexes of the checks that were sent in a stretch of time, both ends included: of the first, and one after the last. */
export function findRange({ sentMs }: Samples, fromMs: number, untilMs: number): readonly [number, number] {
  let from = countUntil(sentMs, fromMs)
  while (from > 0 && sentMs[from - 1] === fromMs) from--
  return [from, countUntil(sentMs, untilMs)]
}
