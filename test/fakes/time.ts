import type { Clock } from '../../src/world.ts'
import { EPOCH } from './clock.ts'

/** A clock for things that happen side by side: it goes on to the next sleeper's time whenever nobody has anything left to do. */
export type FakeTime = Clock & {
  readonly run: <T>(work: Promise<T>) => Promise<T>
  /** Time that passes while nobody can do anything: whoever should have woken meanwhile wakes late. */
  readonly jump: (ms: number) => void
}

type Sleeper = { readonly atMs: number; readonly wake: () => void }

/** The longest real time without a sleeper: code that loads on first use takes some. */
const LOAD_MS = 10_000

type Around = {
  /** Whether somebody outside has something to do still, such as a server that has been asked: no time passes meanwhile. */
  readonly isBusy?: () => boolean
  /** Called with the new time whenever some has passed. */
  readonly moved?: (ms: number) => void
}

export function fakeTime({ isBusy = () => false, moved = () => undefined }: Around = {}): FakeTime {
  let ms = 0
  const sleepers: Sleeper[] = []
  const sleep = (forMs: number, signal?: AbortSignal) =>
    new Promise<void>((done) => {
      if (signal?.aborted === true) return done()
      const giveUp = () => {
        const at = sleepers.indexOf(one)
        if (at >= 0) sleepers.splice(at, 1)
        done()
      }
      const wake = () => {
        // A signal outlives many sleeps. Each listener that stays on it makes the next one slower to add.
        signal?.removeEventListener('abort', giveUp)
        done()
      }
      const one = { atMs: ms + Math.max(0, forMs), wake }
      sleepers.push(one)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  const look = () => new Promise<void>((done) => setImmediate(done))
  const idle = async (isStuck: () => boolean) => {
    const untilMs = performance.now() + LOAD_MS
    do await look()
    while (isBusy() || (isStuck() && performance.now() < untilMs))
  }
  return {
    now: () => new Date(EPOCH.getTime() + ms),
    awsNow: () => new Date(EPOCH.getTime() + ms),
    monotonicMs: () => ms,
    sleep,
    jump: (byMs) => {
      ms += byMs
    },
    run: async (work) => {
      let open = true
      const end = () => {
        open = false
      }
      work.then(end, end)
      for (;;) {
        await idle(() => open && sleepers.length === 0)
        if (!open) return await work
        const next = sleepers.toSorted((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined) throw new Error('nobody sleeps, and the work is not done')
        sleepers.splice(sleepers.indexOf(next), 1)
        ms = Math.max(ms, next.atMs)
        moved(ms)
        next.wake()
      }
    },
  }
}
