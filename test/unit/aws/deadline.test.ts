import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
// Loaded before the timers are faked: a call loads it with its first error.
import '../../../src/aws/faults.ts'
import type { Limits, Patience } from '../../../src/aws/call.ts'
import { withDeadline } from '../../../src/aws/deadline.ts'
import { call } from '../../../src/aws/retry.ts'

const PATIENCE_MS: Readonly<Record<Patience, number>> = { read: 20_000, write: 60_000, cleanup: 90_000 }
/** The limits that attempts were given, in turn. */
let given: number[] = []

beforeEach(() => {
  vi.useFakeTimers()
  given = []
  // Fake timers leave AbortSignal.timeout alone, as the preload of the other tests does.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    given.push(ms)
    const over = new AbortController()
    setTimeout(() => over.abort(), ms)
    return over.signal
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const hanging = () => new Promise<never>(() => undefined)

/** How a call ended, and after how long, by the fake clock. */
async function trying(send: () => Promise<unknown>, patience: Patience, limits: Limits = {}) {
  const startMs = performance.now()
  let tookMs = Number.NaN
  const settled = Promise.allSettled([
    call({ action: 'fis:X', region: 'r', patience, limits }, send).finally(() => {
      tookMs = performance.now() - startMs
    }),
  ])
  await vi.advanceTimersByTimeAsync(200_000)
  const [result] = await settled
  return { result, tookMs }
}

describe('a call whose attempts hang', () => {
  it.each<[Patience, number]>([
    ['read', 2],
    ['write', 4],
    // The jittered pauses, at their longest, leave room for five.
    ['cleanup', 5],
  ])('ends by its patience: %s', async (patience, attempts) => {
    const { result, tookMs } = await trying(hanging, patience)
    expect(result).toMatchObject({ reason: { fault: 'unreachable', unsure: true } })
    expect(tookMs).toBeLessThanOrEqual(PATIENCE_MS[patience] + 1)
    expect(given[0]).toBe(15_000)
    expect(given.length).toBeGreaterThanOrEqual(attempts)
    expect(Math.min(...given)).toBeGreaterThanOrEqual(4000)
  })

  it('gives no attempt more than the whole call has', async () => {
    const { tookMs } = await trying(hanging, 'cleanup', { patienceMs: 10_000 })
    expect(given[0]).toBe(10_000)
    expect(tookMs).toBeLessThanOrEqual(10_001)
  })

  it('takes a shorter limit for an attempt, not a longer one', async () => {
    await trying(hanging, 'read', { attemptMs: 200 })
    expect(new Set(given)).toEqual(new Set([200]))
    given = []
    await trying(hanging, 'read', { attemptMs: 60_000 })
    expect(given[0]).toBe(15_000)
  })
})

it('a call ends by its patience, however late its answers come and however it is refused', async () => {
  const answer = fc.record({ afterMs: fc.nat(40_000), throttled: fc.boolean() })
  const patience = fc.constantFrom<Patience>('read', 'write', 'cleanup')
  const limits = fc.record(
    { attemptMs: fc.integer({ min: 1, max: 30_000 }), patienceMs: fc.integer({ min: 100, max: 120_000 }) },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 5 }), patience, limits, async (answers, kind, some) => {
      let sent = 0
      const send = async () => {
        const { afterMs, throttled } = answers[sent++ % answers.length] ?? { afterMs: 0, throttled: true }
        await new Promise((done) => setTimeout(done, afterMs))
        if (throttled) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
        return 'answered'
      }
      const { tookMs } = await trying(send, kind, some)
      // The limits are rounded up to whole milliseconds.
      expect(tookMs).toBeLessThanOrEqual(Math.min(PATIENCE_MS[kind], some.patienceMs ?? Number.POSITIVE_INFINITY) + 2)
    }),
    { numRuns: 60 },
  )
})

describe('withDeadline', () => {
  it('aborts the signal of what it gives up', async () => {
    let signal: AbortSignal | undefined
    const ended = withDeadline(1500, async ({ abortSignal }) => {
      signal = abortSignal
      return await hanging()
    })
    const refused = expect(ended).rejects.toMatchObject({ name: 'TimeoutError', message: 'no complete answer within 1.5 s' })
    await vi.advanceTimersByTimeAsync(1501)
    await refused
    expect(signal?.aborted).toBe(true)
  })

  it('rejects with the reason of the work, or resolves with its value, and leaves no listener', async () => {
    const removed = vi.spyOn(AbortSignal.prototype, 'removeEventListener')
    await expect(withDeadline(100, async () => 'x')).resolves.toBe('x')
    await expect(withDeadline(100, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(removed).toHaveBeenCalledTimes(2)
  })

  it('swallows what the work says after it was given up', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const ended = withDeadline(100, () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 500)))
    const refused = expect(ended).rejects.toThrow('no complete answer')
    await vi.advanceTimersByTimeAsync(600)
    await refused
    vi.useRealTimers()
    await new Promise((done) => setImmediate(done))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})
