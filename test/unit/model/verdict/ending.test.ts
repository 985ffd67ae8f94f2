import { describe, expect, it } from 'vitest'
import type { Planned, Timeline } from '../../../../src/model/timeline/event.ts'
import type { ExperimentSnapshot } from '../../../../src/model/timeline/snapshot.ts'
import { findEnding, readDeadline } from '../../../../src/model/verdict/ending.ts'
import {
  action,
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  instance,
  OTHER_ID,
  planned,
  targetPolled,
  unstarted,
} from '../../../fakes/timeline.ts'

const REASON = 'Server.SpotInstanceTermination'
const GONE = targetPolled(121, { instance: instance({ state: 'terminated', reasonCode: REASON }) })
const GONE_SOMEHOW = targetPolled(121, { instance: instance({ state: 'terminated' }) })
const UP = targetPolled(5, { instance: instance() })

/** The ending `seconds` after t0 = 0, with FIS as given since 20 s; the interruption is due at 120, the time-out at 420. */
function ending(seconds: number, snapshot: ExperimentSnapshot, polls: Timeline = [], changes: Partial<Planned> = {}) {
  return findEnding([...begun(unstarted()), experimentPolled(20, snapshot), ...polls], planned(changes), seconds * 1000)
}

const COMPLETED = experiment({ status: 'completed' })
const FAILED = experiment({ status: 'failed' })

describe('landed', () => {
  it('when FIS is done and every target has ended by a known hand', () => {
    expect(ending(121, COMPLETED, [GONE])).toBe('landed')
  })

  it('not while one of them has not', () => {
    expect(ending(121, COMPLETED, [GONE], { instanceIds: [ID, OTHER_ID] })).toBeUndefined()
  })

  it('20 s after an end without a cause, for EC2 may tell later', () => {
    expect(ending(140, COMPLETED, [GONE_SOMEHOW])).toBeUndefined()
    expect(ending(141, COMPLETED, [GONE_SOMEHOW])).toBe('landed')
  })

  it('30 s after the interruption was due, when FIS does not say that it is done', () => {
    expect(ending(149, experiment(), [GONE])).toBeUndefined()
    expect(ending(150, experiment(), [GONE])).toBe('landed')
  })

  it('not before that: an early drain leaves a running experiment', () => {
    expect(
      ending(60, experiment(), [targetPolled(40, { instance: instance({ state: 'terminated', reasonCode: 'Client.X' }) })]),
    ).toBeUndefined()
  })

  it('at the time-out, when everything has ended but the cause or FIS is not known', () => {
    const gone = targetPolled(410, { instance: instance({ state: 'terminated', reasonCode: REASON }) })
    expect(ending(420, experiment(), [gone], { durationMs: 400_000 })).toBe('landed')
  })
})

describe('signal-sent', () => {
  it.each([
    ['wait-for: experiment', { waitFor: 'experiment' as const }],
    ['rebalance', { mode: 'rebalance' as const }],
  ])('when FIS completed, with %s', (_, changes) => {
    expect(ending(21, COMPLETED, [UP], changes)).toBe('signal-sent')
    expect(ending(21, experiment(), [UP], changes)).toBeUndefined()
  })
})

describe('never-started', () => {
  it.each(['failed', 'stopped', 'cancelled'])('when FIS says %s before any action started', (status) => {
    expect(ending(21, unstarted({ status }), [UP])).toBe('never-started')
  })
})

describe('experiment-failed', () => {
  it.each(['failed', 'stopped', 'cancelled'])('when it is %s later, but only two minutes after the interruption was due', (status) => {
    expect(ending(239, experiment({ status }), [UP])).toBeUndefined()
    expect(ending(240, experiment({ status }), [UP])).toBe('experiment-failed')
  })

  it('as soon as all targets have ended', () => {
    expect(ending(122, FAILED, [GONE])).toBe('experiment-failed')
  })

  it('at once in a mode that interrupts nothing', () => {
    expect(ending(21, FAILED, [UP], { mode: 'rebalance' })).toBe('experiment-failed')
  })

  it('at a time-out that comes first', () => {
    expect(ending(120, FAILED, [UP], { timeoutMs: 120_000 })).toBe('experiment-failed')
  })
})

describe('timed-out', () => {
  it.each([
    ['a target runs', COMPLETED, [UP], {}],
    ['FIS never finishes', experiment(), [UP], {}],
    ['no action ever starts', unstarted(), [UP], {}],
    ['no action ever starts, and the target has ended', unstarted(), [GONE], {}],
    ['FIS never finishes, with wait-for: experiment', experiment(), [GONE], { waitFor: 'experiment' as const, durationMs: 400_000 }],
  ])('when %s', (_, snapshot, polls, changes) => {
    expect(ending(419, snapshot, polls, changes)).toBeUndefined()
    expect(ending(420, snapshot, polls, changes)).toBe('timed-out')
  })

  it('runs from the last start', () => {
    const again = [...begun(), at(60, { kind: 'starting', templateId: 'EXT1', attempt: 2 })]
    expect(readDeadline(again, planned())).toBe(480_000)
  })

  it('lets an interruption after fifteen minutes happen', () => {
    const changes = { durationMs: 900_000, timeoutMs: 1_200_000 }
    expect(ending(1199, COMPLETED, [UP], changes)).toBeUndefined()
    expect(ending(902, COMPLETED, [targetPolled(901, { instance: instance({ state: 'terminated', reasonCode: REASON }) })], changes)).toBe(
      'landed',
    )
  })
})

describe('unreadable', () => {
  const unread = (inARow: number, source: 'fis' | 'ec2' = 'ec2') => at(30, { kind: 'unread', source, why: 'no answer', inARow })

  it.each(['fis', 'ec2'] as const)('when %s could not be read five times in a row', (source) => {
    expect(ending(30, experiment(), [unread(4, source)])).toBeUndefined()
    expect(ending(30, experiment(), [unread(5, source)])).toBe('unreadable')
  })

  it('not when it could be read again', () => {
    expect(ending(30, experiment(), [unread(4), unread(0)])).toBeUndefined()
  })

  it('not for failures of both together', () => {
    expect(ending(30, experiment(), [unread(3, 'fis'), unread(3, 'ec2')])).toBeUndefined()
  })
})

describe('no ending', () => {
  it('while the experiment runs', () => {
    expect(ending(60, experiment({ actions: [action()] }), [UP])).toBeUndefined()
  })

  it('when FIS completed but the target still runs', () => {
    expect(ending(60, COMPLETED, [UP])).toBeUndefined()
  })

  it('for a status that nobody knows', () => {
    expect(ending(60, experiment({ status: 'pondering' }), [UP])).toBeUndefined()
  })
})
