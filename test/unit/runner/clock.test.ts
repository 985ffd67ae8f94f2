import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createClock } from '../../../src/runner/clock.ts'
import { fakeTime } from '../../fakes/time.ts'

const WAKES: readonly (readonly [how: string, ms: number, act: (abort: AbortController) => void])[] = [
  ['after its time', 1, () => undefined],
  ['when its signal aborts', 3_600_000, (abort) => queueMicrotask(() => abort.abort())],
  ['at once, because its signal had aborted', 3_600_000, (abort) => abort.abort()],
]

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

// One signal outlives hundreds of sleeps. With the listeners of all of them on it, each further one takes longer to add.
describe.each(WAKES)('a sleep that ends %s', (_, ms, act) => {
  it('leaves no listener on its signal', async () => {
    const abort = new AbortController()
    act(abort)
    await createClock().sleep(ms, abort.signal)
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })

  it('leaves no listener on its signal in virtual time', async () => {
    const abort = new AbortController()
    const time = fakeTime()
    const { signal } = abort
    act(abort)
    await time.run(Promise.all([time.sleep(ms, signal), time.sleep(ms, signal)]))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
