import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listen } from '../../../src/runner/signals.ts'

const before = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    for (const listener of process.listeners(name)) if (!before[name].includes(listener)) process.off(name, listener)
  }
})

describe('listen', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('cancels at %s, and leaves a while later', (name) => {
    const heard: string[] = []
    const { cancel, leave } = listen(3500, (one) => heard.push(one))
    expect([cancel.aborted, leave.aborted]).toEqual([false, false])
    process.emit(name)
    expect([cancel.aborted, leave.aborted, heard]).toEqual([true, false, [name]])
    vi.advanceTimersByTime(3499)
    expect(leave.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(leave.aborted).toBe(true)
  })

  it('hears only the first', () => {
    const heard: string[] = []
    const { leave } = listen(3500, (one) => heard.push(one))
    process.emit('SIGINT')
    vi.advanceTimersByTime(3000)
    process.emit('SIGTERM')
    process.emit('SIGINT')
    expect(heard).toEqual(['SIGINT'])
    vi.advanceTimersByTime(500)
    expect(leave.aborted).toBe(true)
  })

  it('tells what was heard before anything else reacts', () => {
    const order: string[] = []
    const { cancel } = listen(1, () => order.push('heard'))
    cancel.addEventListener('abort', () => order.push('cancelled'))
    process.emit('SIGINT')
    expect(order).toEqual(['heard', 'cancelled'])
  })

  it('leaves when the budget is used up, which is no cancel', () => {
    const { cancel, leave } = listen(3500, () => undefined, 170_000)
    vi.advanceTimersByTime(169_999)
    expect(leave.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect([cancel.aborted, leave.aborted]).toEqual([false, true])
  })
})
