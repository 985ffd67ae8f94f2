/**
 * The answers of one probe in the order they were asked for, in columns: 100,000 of them are 1.3 MB. `sentMs` is monotonic; `states` holds
 * `PENDING` until the answer, or its time-out, is there.
 */
export type Samples = {
  readonly name: string
  readonly sentMs: Float64Array
  readonly tookMs: Float32Array
  readonly states: Uint8Array
}

export const PENDING = 0
export const GOOD = 1
export const BAD = 2

/** Writes a tape. Answers may come in any order. */
export type SampleRecorder = {
  /** The place of the answer to come. */
  readonly send: (sentMs: number) => number
  readonly settle: (at: number, good: boolean, tookMs: number) => void
  /** What there is so far: a view, not a copy. */
  readonly samples: () => Samples
}

const FIRST_ROOM = 256

export function createSampleRecorder(name: string): SampleRecorder {
  let room: Omit<Samples, 'name'> = makeRoom(FIRST_ROOM)
  let length = 0
  return {
    send: (sentMs) => {
      if (length === room.states.length) room = grow(room)
      room.sentMs[length] = sentMs
      return length++
    },
    settle: (at, good, tookMs) => {
      room.states[at] = good ? GOOD : BAD
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

/** So many good answers in a row are a probe that answers well. */
const STREAK = 3

type Tail = 'good' | 'bad' | 'pending' | 'short'

/** The last three answers sent until then: `bad` if one of them is, else `pending` while one is to come, `short` while there are fewer. */
export function readTail({ sentMs, states }: Samples, untilMs: number): Tail {
  return toTail(states, countUntil(sentMs, untilMs))
}

/** The last three of those answers that nothing is still to come before: never `pending`, also where answers are slower than the beat. */
export function readLatest({ states }: Samples): Tail {
  const open = states.indexOf(PENDING)
  return toTail(states, open < 0 ? states.length : open)
}

function toTail(states: Uint8Array, end: number): Tail {
  const tail = states.subarray(Math.max(0, end - STREAK), end)
  if (tail.includes(BAD)) return 'bad'
  if (tail.includes(PENDING)) return 'pending'
  return tail.length === STREAK ? 'good' : 'short'
}

/** Whether every answer sent until then is there. Answers come almost in order, so few are looked at. */
export function isSettled({ sentMs, states }: Samples, untilMs: number): boolean {
  return !states.subarray(0, countUntil(sentMs, untilMs)).includes(PENDING)
}

/** How many were sent at or before a moment. */
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
