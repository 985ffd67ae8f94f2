import { describe, expect, it } from 'vitest'
import { createClock } from '../../../src/runner/clock.ts'

describe('createClock', () => {
  it('tells the wall clock’s time, and a time that only grows', () => {
    const clock = createClock()
    const first = clock.monotonicMs()
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000)
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first)
  })

  it('takes the runner’s time for AWS’s until AWS has answered, and then AWS’s own', () => {
    const clock = createClock()
    expect(Math.abs(clock.awsNow().getTime() - Date.now())).toBeLessThan(1000)
    const hoursAheadMs = Date.now() + 7_200_000
    clock.observeDate(new Date(hoursAheadMs), 10)
    expect(Math.abs(clock.awsNow().getTime() - hoursAheadMs)).toBeLessThan(2000)
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000)
  })

  it('sleeps', async () => {
    const clock = createClock()
    const before = clock.monotonicMs()
    await clock.sleep(2)
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(1)
  })

  it.each([
    ['was aborted before', (abort: AbortController) => abort.abort()],
    ['aborts', (abort: AbortController) => queueMicrotask(() => abort.abort())],
  ])('resolves at once when the signal %s', async (_, act) => {
    const abort = new AbortController()
    act(abort)
    await expect(createClock().sleep(3_600_000, abort.signal)).resolves.toBeUndefined()
  })
})
