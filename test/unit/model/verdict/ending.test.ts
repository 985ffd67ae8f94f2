import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import type { ExperimentSnapshot } from '../../../../src/model/timeline/snapshot.ts'
import { findEnding, findLostActions } from '../../../../src/model/verdict/ending.ts'
import { toOutcomes } from '../../../../src/model/verdict/outcome.ts'
import { EPOCH } from '../../../fakes/clock.ts'
import {
  action,
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  ids,
  instance,
  moment,
  OTHER_ID,
  planned,
  spot,
  targetPolled,
  unstarted,
} from '../../../fakes/timeline.ts'

const REASON = 'Server.SpotInstanceTermination'
const GONE = targetPolled(121, { instance: instance({ state: 'terminated', reasonCode: REASON }) })
const GONE_SOMEHOW = targetPolled(121, { instance: instance({ state: 'terminated' }) })
const GOING = targetPolled(121, { instance: instance({ state: 'shutting-down', reasonCode: REASON }) })
const UP = targetPolled(5, { instance: instance() })

/** The ending `seconds` after t0 = 0, with FIS as given since 20 s; the interruption is due at 120, the time-out at 420. */
function ending(seconds: number, snapshot: ExperimentSnapshot, polls: Timeline = [], changes: Partial<Planned> = {}) {
  return findEnding([...begun(unstarted()), experimentPolled(20, snapshot), ...polls], planned(changes), seconds * 1000)
}

const COMPLETED = experiment({ status: 'completed', actions: [action({ status: 'completed' })] })
const FAILED = experiment({ status: 'failed' })

describe('landed', () => {
  it('when FIS is done and every target has ended by a known hand', () => {
    expect(ending(121, COMPLETED, [GONE])).toBe('landed')
  })

  it('not while one of them has not', () => {
    expect(ending(121, COMPLETED, [GONE], { instanceIds: [ID, OTHER_ID] })).toBeUndefined()
  })

  it('60 s after a departure without a cause, which EC2 may still name', () => {
    expect(ending(180, COMPLETED, [GONE_SOMEHOW])).toBeUndefined()
    expect(ending(181, COMPLETED, [GONE_SOMEHOW])).toBe('landed')
  })

  it('30 s after the last target settled, when FIS does not end the experiment by itself', () => {
    expect(ending(150, experiment(), [GONE])).toBeUndefined()
    expect(ending(151, experiment(), [GONE])).toBe('landed')
    const drained = targetPolled(40, { instance: instance({ state: 'shutting-down', reasonCode: 'Client.X' }) })
    expect(ending(69, experiment(), [drained])).toBeUndefined()
    expect(ending(70, experiment(), [drained])).toBe('landed')
  })

  it('as soon as it is on its way out by a known hand', () => {
    expect(ending(121, COMPLETED, [GOING])).toBe('landed')
  })

  it('not where a target that was signalled runs on: an interruption may come late', () => {
    const runs = targetPolled(250, { instance: instance() })
    expect(ending(419, COMPLETED, [runs])).toBeUndefined()
    expect(ending(420, COMPLETED, [runs])).toBe('timed-out')
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

describe('action-failed', () => {
  const lost = (status: string, startAt?: Date) => ({ name: 'signal-1', status, reason: '', ...(startAt === undefined ? {} : { startAt }) })

  it.each(['failed', 'skipped', 'cancelled', 'pending'])('at once, when the experiment completed and an action is %s', (status) => {
    expect(ending(21, experiment({ status: 'completed', actions: [lost(status)] }), [UP])).toBe('action-failed')
  })

  it('also when the action had started and then failed', () => {
    expect(ending(21, experiment({ status: 'completed', actions: [lost('failed', EPOCH)] }), [UP])).toBe('action-failed')
  })

  it('not while the target of such an action may still count as landed', () => {
    const failed = experiment({ status: 'completed', actions: [lost('failed', EPOCH)] })
    expect(ending(130, failed, [GONE_SOMEHOW])).toBeUndefined()
    const code = spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(120) })
    const interrupted = targetPolled(130, { instance: instance({ state: 'terminated', reasonCode: REASON }), spot: code })
    expect(ending(130, failed, [GONE_SOMEHOW, interrupted])).toBe('landed')
  })

  it('not with an action that was stopped after its start, nor one that FIS shows as running', () => {
    for (const status of ['stopped', 'running'])
      expect(ending(21, experiment({ status: 'completed', actions: [lost(status, EPOCH)] }), [UP])).toBeUndefined()
  })

  it('names the actions, and no others', () => {
    const actions = [action({ status: 'completed' }), { ...lost('skipped'), name: 'signal-2' }]
    const plan = planned({ instanceIds: ids(6) })
    const completed = experiment({ status: 'completed', actions })
    const timeline = [...begun(), experimentPolled(20, completed)]
    expect(findLostActions(plan, completed, toOutcomes(timeline, plan)).map(({ name }) => name)).toEqual(['signal-2'])
  })
})

describe('never-started', () => {
  it.each(['failed', 'stopped', 'cancelled'])('when FIS says %s before any action started', (status) => {
    expect(ending(21, unstarted({ status }), [UP])).toBe('never-started')
  })
})

describe('experiment-failed', () => {
  it.each(['failed', 'stopped', 'cancelled'])(
    'when it is %s later, but only when EC2 shows the targets two minutes after the interruption was due',
    (status) => {
      expect(ending(300, experiment({ status }), [targetPolled(241, { instance: instance() })])).toBeUndefined()
      expect(ending(300, experiment({ status }), [targetPolled(242, { instance: instance() })])).toBe('experiment-failed')
    },
  )

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
