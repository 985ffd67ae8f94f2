import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Listening, listen } from '../../../src/runner/signals.ts'

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException'] as const
const STREAMS = ['stdout', 'stderr'] as const

/** What listens to a process and its streams: a test takes away what it has added. */
const targets = [
  ...NAMES.map((name) => ({ emitter: process as NodeJS.EventEmitter, name })),
  ...STREAMS.map((stream) => ({ emitter: process[stream] as NodeJS.EventEmitter, name: 'error' })),
].map((target) => ({ ...target, before: target.emitter.listeners(target.name) }))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  for (const { emitter, name, before } of targets) {
    for (const listener of emitter.listeners(name)) if (!before.includes(listener)) emitter.off(name, listener as () => void)
  }
})

function hearing(changes: Partial<Listening> = {}) {
  const heard: string[] = []
  return { heard, ...listen({ leaveMs: 3500, heard: (name) => heard.push(name), closedOutput: 'cancels', ...changes }) }
}

const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code })

/** Only our own listener gets the event: that of the test runner would end the test. */
function emitOwn(emitter: NodeJS.EventEmitter, name: string, value: unknown): void {
  const before = targets.find((target) => target.emitter === emitter && target.name === name)?.before ?? []
  for (const listener of emitter.listeners(name)) if (!before.includes(listener)) listener(value)
}

describe('listen', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('cancels at %s, and leaves a while later', (name) => {
    const { cancel, leave, heard, uncaught } = hearing()
    expect([cancel.aborted, leave.aborted]).toEqual([false, false])
    process.emit(name)
    expect([cancel.aborted, leave.aborted, heard]).toEqual([true, false, [name]])
    vi.advanceTimersByTime(3499)
    expect(leave.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(leave.aborted).toBe(true)
    expect(uncaught()).toBeUndefined()
  })

  it.each(STREAMS)('cancels when nobody reads %s any more', (stream) => {
    const { cancel, heard } = hearing()
    emitOwn(process[stream], 'error', broken('EPIPE'))
    expect([cancel.aborted, heard]).toEqual([true, ['the log was closed']])
  })

  it('goes on with a full output, and with a closed one where that is ignored', () => {
    const one = hearing()
    emitOwn(process.stdout, 'error', broken('ENOSPC'))
    expect(one.cancel.aborted).toBe(false)
    const other = hearing({ closedOutput: 'is ignored' })
    emitOwn(process.stdout, 'error', broken('EPIPE'))
    expect([other.cancel.aborted, other.heard]).toEqual([false, []])
  })

  it('cancels at an error that nobody caught, and keeps the first', () => {
    const { cancel, heard, uncaught } = hearing()
    emitOwn(process, 'uncaughtException', new Error('first'))
    emitOwn(process, 'uncaughtException', new Error('second'))
    expect([cancel.aborted, heard]).toEqual([true, ['unexpected error']])
    expect(uncaught()).toMatchObject({ fault: 'internal', message: 'Unexpected: first' })
  })

  it('hears only the first', () => {
    const { leave, heard } = hearing()
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
    const { cancel } = hearing({ heard: () => order.push('heard') })
    cancel.addEventListener('abort', () => order.push('cancelled'))
    process.emit('SIGINT')
    expect(order).toEqual(['heard', 'cancelled'])
  })

  it('leaves when the budget is used up, which is no cancel', () => {
    const { cancel, leave } = hearing({ budgetMs: 170_000 })
    vi.advanceTimersByTime(169_999)
    expect(leave.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect([cancel.aborted, leave.aborted]).toEqual([false, true])
    // A call that is given up says so: nobody told this process to end.
    expect(leave.reason.name).toBe('TimeoutError')
  })
})
