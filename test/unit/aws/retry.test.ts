import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
// Loaded before the timers are faked: a call loads it with its first error.
import '../../../src/aws/faults.ts'
import type { Patience } from '../../../src/aws/call.ts'
import { call, promised } from '../../../src/aws/retry.ts'
import { ActionError } from '../../../src/model/errors.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Calls with answers that come in turn, the last one for ever; how often it was sent and how long it took, in faked time. */
async function calling(answers: readonly (() => unknown)[], patience: Patience = 'read') {
  let sent = 0
  const startMs = Date.now()
  const send = async () => answers[Math.min(sent++, answers.length - 1)]?.()
  const settled = Promise.allSettled([call({ action: 'fis:X', region: 'eu-west-1', patience }, send)])
  await vi.runAllTimersAsync()
  const [result] = await settled
  return { result, sent, tookMs: Date.now() - startMs }
}

function failing(name: string, more: object = {}) {
  return () => {
    throw Object.assign(new Error(name), { name, ...more })
  }
}

const RESET = failing('Error', { code: 'ECONNRESET' })

describe('call', () => {
  it('sends once when AWS answers', async () => {
    expect(await calling([() => 'ok'])).toMatchObject({ result: { value: 'ok' }, sent: 1 })
  })

  it.each([
    ['throttling', failing('ThrottlingException')],
    ['a failure of the service', failing('InternalServerException')],
    ['a lost connection', RESET],
    ['an answer that is no JSON', failing('SyntaxError')],
    ['an answer without what was promised', () => promised(undefined, 'an id')],
  ])('tries again after %s', async (_, first) => {
    expect(await calling([first, first, first, () => 'ok'])).toMatchObject({ result: { value: 'ok' }, sent: 4 })
  })

  it.each([
    ['expired', 'ExpiredTokenException'],
    ['denied', 'AccessDeniedException'],
    ['quota', 'ServiceQuotaExceededException'],
    ['invalid', 'ValidationException'],
    ['missing', 'ResourceNotFoundException'],
    ['internal', 'TypeError'],
  ])('takes no for an answer: %s', async (fault, name) => {
    const { result, sent } = await calling([failing(name)])
    expect(sent).toBe(1)
    expect(result).toMatchObject({ reason: { fault, message: expect.stringContaining('fis:X') } })
  })

  it.each<[Patience, number]>([
    ['read', 20_000],
    ['write', 60_000],
    ['cleanup', 90_000],
  ])('gives up on a %s when its patience is used up', async (patience, ms) => {
    const { result, sent, tookMs } = await calling([failing('ThrottlingException')], patience)
    expect(result).toMatchObject({ reason: { fault: 'throttled' } })
    expect(result?.status === 'rejected' && result.reason).toBeInstanceOf(ActionError)
    expect(sent).toBeGreaterThan(3)
    expect(tookMs).toBeGreaterThan(ms / 2)
    expect(tookMs).toBeLessThanOrEqual(ms + 1000)
  })

  it('does not hammer: the pauses grow', async () => {
    expect((await calling([RESET], 'cleanup')).sent).toBeLessThan(40)
  })

  it('throws the last fault, which may be another than the first', async () => {
    const { result, sent } = await calling([RESET, failing('AccessDeniedException')])
    expect(sent).toBe(2)
    expect(result).toMatchObject({ reason: { fault: 'denied' } })
  })
})

describe('promised', () => {
  it.each([0, false, 'x', {}])('lets %j through', (value) => {
    expect(promised(value, 'a thing')).toBe(value)
  })

  it.each([undefined, null, ''])('holds %j for an answer that cannot be read', (value) => {
    expect(() => promised(value, 'a thing')).toThrowError(
      expect.objectContaining({ fault: 'unreachable', message: 'AWS answered without a thing.' }),
    )
  })
})
