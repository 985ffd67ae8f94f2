import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isOver,
  readActionStart,
  readDue,
  readExperiment,
  readRequestedMs,
  readStart,
  readStarts,
} from '../../../../src/model/timeline/schedule.ts'
import { action, at, begun, experiment, experimentPolled, moment, planned, unstarted } from '../../../fakes/timeline.ts'

const STARTING = { kind: 'starting', templateId: 'EXT1', attempt: 1 } as const

/** Asked for at 10 s, seen at 20 s; AWS says that the action started at 15 s. `awsWrongBy` is the error of what is known of AWS's clock. */
function start(wrongBy = 0, awsWrongBy = 0) {
  const timeline = [
    at(10, STARTING, wrongBy),
    at(11, { kind: 'started', snapshot: unstarted() }, wrongBy),
    at(
      20,
      { kind: 'experiment', poll: 1, snapshot: experiment({ actions: [action({ startAt: moment(15) })] }), sinceMs: 0, more: false },
      wrongBy,
    ),
  ]
  return readStart(timeline.map((event) => ({ ...event, awsAt: new Date(event.awsAt.getTime() + awsWrongBy * 1000) })))
}

describe('readStart', () => {
  it('puts t0 on our monotonic clock', () => {
    expect(start()).toEqual({ at: moment(15), ms: 15_000 })
  })

  it.each([3600, -3600, 2])('does not care for the wall clock of the runner, wrong by %d s', (wrongBy) => {
    expect(start(wrongBy)).toEqual({ at: moment(15), ms: 15_000 })
  })

  it.each([
    ['an hour fast', 3600, 10_000],
    ['an hour slow', -3600, 20_000],
    ['two seconds fast', 2, 13_000],
  ])('holds it between the request and the poll where AWS’s clock is taken for %s', (_, awsWrongBy, ms) => {
    expect(start(0, awsWrongBy)).toEqual({ at: moment(15), ms })
  })

  it('knows t0 of every action, each by itself', () => {
    const started = (name: string, seconds: number) => action({ name, startAt: moment(seconds) })
    const polls = [
      experimentPolled(5, experiment({ actions: [started('signal-2', 4), { name: 'signal-1', status: 'pending', reason: '' }] })),
      experimentPolled(40, experiment({ actions: [started('signal-2', 4), started('signal-1', 35)] })),
    ]
    const timeline = [...begun(unstarted()), ...polls]
    expect(readActionStart(timeline, 'signal-1')).toEqual({ at: moment(35), ms: 35_000 })
    expect(readActionStart(timeline, 'signal-3')).toBeUndefined()
    expect(readStarts(timeline).map(({ ms }) => ms)).toEqual([35_000, 4000])
    expect(readStart(timeline)?.ms).toBe(4000)
  })

  it('becomes more exact while the run learns more of AWS’s clock', () => {
    const seen = at(20, {
      kind: 'experiment',
      poll: 1,
      snapshot: experiment({ actions: [action({ startAt: moment(15) })] }),
      sinceMs: 0,
      more: false,
    })
    const early = [at(10, STARTING), { ...seen, awsAt: moment(20.4) }]
    expect(readStart(early)).toEqual({ at: moment(15), ms: 14_600 })
    const later = at(80, { kind: 'waiting', ended: 0, of: 1, sinceMs: 0, dueInMs: 0 })
    expect(readStart([...early, later])).toEqual({ at: moment(15), ms: 15_000 })
    expect(readStart([...early, { ...later, awsAt: moment(60) }])).toEqual({ at: moment(15), ms: 20_000 })
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
