import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOver, readDue, readExperiment, readRequestedMs, readStart } from '../../../../src/model/timeline/schedule.ts'
import { action, at, begun, experiment, experimentPolled, moment, planned, unstarted } from '../../../fakes/timeline.ts'

const STARTING = { kind: 'starting', templateId: 'EXT1', attempt: 1 } as const

/** Asked for at 10 s, seen at 20 s, by a wall clock that is wrong; AWS says that the action started at 15 s. */
function start(wrongBy = 0) {
  return readStart([
    at(10, STARTING, wrongBy),
    at(11, { kind: 'started', snapshot: unstarted() }, wrongBy),
    at(
      20,
      { kind: 'experiment', poll: 1, snapshot: experiment({ actions: [action({ startAt: moment(15) })] }), sinceMs: 0, more: false },
      wrongBy,
    ),
  ])
}

describe('readStart', () => {
  it('puts t0 on our monotonic clock', () => {
    expect(start()).toEqual({ at: moment(15), ms: 15_000 })
  })

  it.each([
    ['an hour fast', 3600, 10_000],
    ['an hour slow', -3600, 20_000],
    ['two seconds fast', 2, 13_000],
  ])('holds it between asking and seeing on a runner whose wall clock is %s', (_, wrongBy, ms) => {
    expect(start(wrongBy)).toEqual({ at: moment(15), ms })
  })

  it('is the earliest start that any look has shown: the actions of several batches start one after the other', () => {
    const targetPolled = (seconds: number, startAt: Date) =>
      at(seconds, { kind: 'experiment', poll: 1, snapshot: experiment({ actions: [action({ startAt })] }), sinceMs: 0, more: false })
    expect(readStart([at(10, STARTING), targetPolled(20, moment(18)), targetPolled(22, moment(15))])).toEqual({
      at: moment(15),
      ms: 15_000,
    })
  })

  it('is not known before an action has started, nor from an attempt that is over', () => {
    expect(readStart([])).toBeUndefined()
    expect(readStart(begun(unstarted()))).toBeUndefined()
    expect(readStart([...begun(), at(30, { ...STARTING, attempt: 2 })])).toBeUndefined()
  })
})

describe('readDue', () => {
  it('is two minutes before, and at, the end of the duration', () => {
    const due = readDue(planned({ durationMs: 900_000 }), { at: moment(15), ms: 15_000 })
    expect(due).toEqual({ noticeMs: 795_000, interruptionMs: 915_000 })
  })

  it('has the notice at the very start with the shortest duration, wherever that is between two milliseconds', () => {
    const dueFrom = (ms: number) => readDue(planned({ durationMs: 120_000 }), { at: moment(0), ms })?.noticeMs
    fc.assert(fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (ms) => dueFrom(ms) === ms))
  })

  it('is nothing before the start, or when nothing is interrupted', () => {
    expect(readDue(planned(), undefined)).toBeUndefined()
    expect(readDue(planned({ mode: 'rebalance' }), { at: moment(0), ms: 0 })).toBeUndefined()
  })
})

describe('the last attempt', () => {
  const second = [at(30, { ...STARTING, attempt: 2 }), at(31, { kind: 'started', snapshot: unstarted({ id: 'EXP2' }) })] as const
  const timeline = [...begun(), experimentPolled(5, experiment({ status: 'failed' })), ...second]

  it('is the one whose experiment, state and time count', () => {
    expect(readExperiment(timeline)?.id).toBe('EXP2')
    expect(isOver(timeline)).toBe(false)
    expect(readRequestedMs(timeline)).toBe(30_000)
  })

  it('is over with a terminal state, and never before it began', () => {
    expect(isOver([...timeline, experimentPolled(40, unstarted({ id: 'EXP2', status: 'cancelled' }))])).toBe(true)
    expect(isOver([])).toBe(false)
    expect(readExperiment([])).toBeUndefined()
    expect(readRequestedMs([])).toBe(0)
  })
})
