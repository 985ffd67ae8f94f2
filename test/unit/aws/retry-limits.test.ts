import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
// Loaded before the timers are faked: a call loads it with its first error.
import '../../../src/aws/faults.ts'
import type { Limits, Patience } from '../../../src/aws/call.ts'
import { call } from '../../../src/aws/retry.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function failing(name: string, more: object = {}) {
  return async (): Promise<never> => {
    throw Object.assign(new Error(name), { name, ...more })
  }
}

const THROTTLED = failing('ThrottlingException')
const LOST = failing('Error', { code: 'ECONNRESET' })
const hanging = () => new Promise<never>(() => undefined)
const answering = (ms: number) => () => new Promise<string>((done) => setTimeout(() => done('late'), ms))

/** Calls, cancels after `cancelMs`, and tells how it ended, when, and how often it was sent. */
async function cancelling(
  send: () => Promise<unknown>,
  patience: Patience,
  { cancelMs = 1000, ...limits }: Limits & { cancelMs?: number } = {},
) {
  const cancel = new AbortController()
  const startMs = Date.now()
  let sent = 0
  let endedMs = Number.NaN
  const counted = () => {
    sent += 1
    return send()
  }
  const about = { action: 'fis:X', region: 'eu-west-1', patience, limits: { signal: cancel.signal, ...limits } }
  const settled = Promise.allSettled([
    call(about, counted).finally(() => {
      endedMs = Date.now() - startMs
    }),
  ])
  setTimeout(() => cancel.abort(), cancelMs)
  await vi.advanceTimersByTimeAsync(200_000)
  const [result] = await settled
  return { result, endedMs, sent }
}

describe('a cancel', () => {
  it('gives up a read at once', async () => {
    const { result, endedMs } = await cancelling(hanging, 'read', { graceMs: 2000 })
    expect(result).toMatchObject({
      reason: { fault: 'cancelled', unsure: true, message: 'fis:X in eu-west-1 was given up: this step was told to end.' },
    })
    expect(endedMs).toBe(1000)
  })

  it.each(['write', 'cleanup'] as const)('gives a %s in flight its grace, and no more', async (patience) => {
    const { result, endedMs } = await cancelling(hanging, patience, { graceMs: 2000 })
    expect(result).toMatchObject({ reason: { fault: 'cancelled', unsure: true } })
    expect(endedMs).toBe(3000)
  })

  it('takes what comes within the grace', async () => {
    expect(await cancelling(answering(2500), 'write', { graceMs: 2000 })).toMatchObject({
      result: { value: 'late' },
      endedMs: 2500,
      sent: 1,
    })
    expect(await cancelling(answering(3500), 'write', { graceMs: 2000 })).toMatchObject({
      result: { reason: { fault: 'cancelled' } },
      endedMs: 3000,
    })
  })

  it('gives no grace where none is said', async () => {
    expect((await cancelling(hanging, 'write')).endedMs).toBeLessThan(1010)
  })

  it('does not wait for what is not in flight, and sends nothing more', async () => {
    const { result, endedMs, sent } = await cancelling(THROTTLED, 'write', { graceMs: 2000, cancelMs: 10_000 })
    expect(result).toMatchObject({ reason: { fault: 'cancelled', unsure: false } })
    expect(endedMs).toBe(10_000)
    expect(sent).toBeGreaterThan(2)
    expect(sent).toBeLessThan(8)
  })

  it('is unsure when an attempt before may have been acted on', async () => {
    expect((await cancelling(LOST, 'write', { cancelMs: 10_000 })).result).toMatchObject({ reason: { fault: 'cancelled', unsure: true } })
  })

  it('that is the end of a time says so', async () => {
    const over = AbortSignal.any([AbortSignal.abort(new DOMException('x', 'TimeoutError'))])
    await expect(call({ action: 'fis:X', region: 'r', patience: 'read', limits: { signal: over } }, hanging)).rejects.toMatchObject({
      fault: 'cancelled',
      message: 'fis:X in r was not sent: the time for it is over.',
    })
  })

  it('sends nothing at all once it has come', async () => {
    const send = vi.fn(async () => 'x')
    const limits = { signal: AbortSignal.abort() }
    await expect(call({ action: 'fis:X', region: 'r', patience: 'cleanup', limits }, send)).rejects.toMatchObject({
      fault: 'cancelled',
      unsure: false,
      message: 'fis:X in r was not sent: this step was told to end.',
    })
    expect(send).not.toHaveBeenCalled()
  })

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    const added = vi.spyOn(signal, 'addEventListener')
    await call({ action: 'fis:X', region: 'r', patience: 'read', limits: { signal } }, async () => 'x')
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
    expect(added).toHaveBeenCalledTimes(1)
  })
})

describe('a clean-up that has begun elsewhere', () => {
  const call1 = (patience: Patience, halted: () => boolean, send: () => Promise<unknown>) =>
    call({ action: 'fis:X', region: 'r', patience, limits: { halted } }, send)

  it('keeps anything from being made', async () => {
    const send = vi.fn(async () => 'x')
    await expect(call1('write', () => true, send)).rejects.toMatchObject({
      fault: 'cancelled',
      message: 'fis:X in r was not sent: the clean-up of this run has begun.',
    })
    expect(send).not.toHaveBeenCalled()
  })

  it.each(['read', 'cleanup'] as const)('does not keep a %s from being sent', async (patience) => {
    await expect(
      call1(
        patience,
        () => true,
        async () => 'x',
      ),
    ).resolves.toBe('x')
  })

  it('is looked for before every attempt', async () => {
    let sent = 0
    const settled = Promise.allSettled([
      call1(
        'write',
        () => sent === 2,
        async () => {
          sent += 1
          return await LOST()
        },
      ),
    ])
    await vi.runAllTimersAsync()
    expect((await settled)[0]).toMatchObject({ reason: { fault: 'cancelled', unsure: true } })
    expect(sent).toBe(2)
  })
})

describe('a call', () => {
  const trying = async (answers: readonly (() => Promise<unknown>)[], patience: Patience, limits: Limits = {}) => {
    let sent = 0
    const startMs = Date.now()
    const send = () => (answers[Math.min(sent++, answers.length - 1)] ?? hanging)()
    const settled = Promise.allSettled([call({ action: 'fis:X', region: 'r', patience, limits }, send)])
    await vi.runAllTimersAsync()
    return { result: (await settled)[0], sent, tookMs: Date.now() - startMs }
  }

  it('is unsure after a plain no, when an answer before was lost', async () => {
    expect((await trying([LOST, failing('AccessDeniedException')], 'write')).result).toMatchObject({
      reason: { fault: 'denied', unsure: true },
    })
    expect((await trying([THROTTLED, failing('AccessDeniedException')], 'write')).result).toMatchObject({
      reason: { fault: 'denied', unsure: false },
    })
    expect((await trying([LOST, THROTTLED], 'write')).result).toMatchObject({ reason: { fault: 'throttled', unsure: true } })
    expect((await trying([LOST], 'write')).result).toMatchObject({ reason: { fault: 'unreachable', unsure: true } })
  })

  it('keeps what it knows when it is unsure', async () => {
    const { result } = await trying([LOST, failing('AccessDeniedException')], 'write')
    expect(result).toMatchObject({
      reason: { message: expect.stringContaining('AccessDeniedException'), hint: expect.stringContaining('Grant fis:X') },
    })
    expect(result?.status === 'rejected' && result.reason.cause).toBeInstanceOf(Error)
  })

  it('waits for what is in the way of a removal, and of nothing else', async () => {
    const conflict = failing('ConflictException')
    expect(await trying([conflict, conflict, async () => 'gone'], 'cleanup')).toMatchObject({ result: { value: 'gone' }, sent: 3 })
    expect(await trying([conflict], 'write')).toMatchObject({ result: { reason: { fault: 'conflict' } }, sent: 1 })
    expect(await trying([conflict], 'read')).toMatchObject({ sent: 1 })
  })

  it('can be told to have less patience, not more', async () => {
    expect((await trying([THROTTLED], 'cleanup', { patienceMs: 5000 })).tookMs).toBeLessThanOrEqual(6000)
    expect((await trying([THROTTLED], 'read', { patienceMs: 500_000 })).tookMs).toBeLessThanOrEqual(21_000)
  })

  it('asks for its patience when it begins', async () => {
    let leftMs = 5000
    const limits = { patienceMs: () => leftMs }
    expect((await trying([THROTTLED], 'cleanup', limits)).tookMs).toBeLessThanOrEqual(6000)
    leftMs = 500_000
    const { tookMs } = await trying([THROTTLED], 'read', limits)
    expect(tookMs).toBeGreaterThan(6000)
    expect(tookMs).toBeLessThanOrEqual(21_000)
  })

  it('begins with a short pause, and never makes a long one', async () => {
    const at: number[] = []
    const send = async () => {
      at.push(Date.now())
      return await LOST()
    }
    const settled = Promise.allSettled([call({ action: 'fis:X', region: 'r', patience: 'cleanup' }, send)])
    await vi.runAllTimersAsync()
    await settled
    const pauses = at.slice(1).map((ms, index) => ms - (at[index] ?? 0))
    expect(pauses[0]).toBeGreaterThanOrEqual(400)
    expect(pauses[0]).toBeLessThanOrEqual(800)
    expect(pauses[1]).toBeGreaterThanOrEqual(800)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(8000)
    expect(pauses.filter((pause) => pause === 8000).length).toBeGreaterThan(3)
  })

  it('does not pause alike twice: many runners do not knock all at once', async () => {
    const first = async () => {
      const at: number[] = []
      const settled = Promise.allSettled([
        call({ action: 'fis:X', region: 'r', patience: 'read' }, async () => {
          at.push(Date.now())
          return await LOST()
        }),
      ])
      await vi.runAllTimersAsync()
      await settled
      return (at[1] ?? 0) - (at[0] ?? 0)
    }
    const pauses = new Set<number>()
    for (let run = 0; run < 5; run++) pauses.add(await first())
    expect(pauses.size).toBeGreaterThan(1)
  })
})
