import { describe, expect, it } from 'vitest'
import { readPendingUntil } from '../../../../src/model/timeline/pending.ts'
import { action, experiment, moment } from '../../../fakes/timeline.ts'

const unstarted = { name: 'signal-1', status: 'pending', reason: '' }
const D = 120_000

describe('readPendingUntil', () => {
  it.each([
    ['runs', experiment({ actions: [action({ durationMs: D })] }), 240],
    [
      'is completed, which FIS says before the interruption',
      experiment({ status: 'completed', actions: [action({ durationMs: D })] }),
      240,
    ],
    ['was stopped after its start, which recalls nothing', experiment({ status: 'stopped', actions: [action({ durationMs: D })] }), 240],
    ['failed after its start', experiment({ status: 'failed', actions: [action({ durationMs: D })] }), 240],
    ['has 15 minutes', experiment({ actions: [action({ durationMs: 900_000 })] }), 1020],
    ['recommends only', experiment({ actions: [action()] }), 120],
    ['has a later action', experiment({ actions: [action({ durationMs: D }), action({ durationMs: D, startAt: moment(30) })] }), 270],
    ['has not started its action yet', experiment({ startAt: moment(-5), actions: [{ ...unstarted, durationMs: D }] }), 235],
    ['shows no action yet', experiment({ startAt: moment(0), actions: [] }), 1020],
  ])('of one that %s is its start, its duration and two minutes', (_, snapshot, seconds) => {
    expect(readPendingUntil(snapshot)).toEqual(moment(seconds))
  })

  it.each(['failed', 'stopped', 'cancelled', 'completed'])('is none for one that is %s and never started an action', (status) => {
    const snapshot = experiment({ status, actions: [unstarted] })
    expect(readPendingUntil(snapshot)).toBeUndefined()
  })

  it('is none for one that is over and has no action', () => {
    expect(readPendingUntil(experiment({ status: 'completed', actions: [] }))).toBeUndefined()
  })

  it('is always to come for a living one of which FIS shows no start at all', () => {
    const { startAt, ...rest } = experiment({ actions: [unstarted] })
    const never = new Date(8.64e15)
    expect(readPendingUntil(rest)).toEqual(never)
    expect(readPendingUntil({ ...rest, actions: [] })).toEqual(never)
  })
})
