import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../../src/model/timeline/event.ts'
import { judgeInterrupted, toOutcomes, toOutcomeWarnings } from '../../../../src/model/verdict/outcome.ts'
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

const UP = targetPolled(-5, { instance: instance(), spot: spot() })

/** t0 is at 0, the notice due at 0 and the interruption at 120 (D = PT2M). */
function find(polls: Timeline, plan = planned(), start = begun()) {
  const [finding] = toOutcomes([UP, ...start, ...polls], plan)
  if (finding === undefined) throw new Error('no finding')
  return finding
}

function terminated(changes: Parameters<typeof instance>[0] = {}) {
  return instance({ state: 'terminated', ...changes })
}

const BY_EXPERIMENT = spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(120) })
const SPOT_REASON = 'Server.SpotInstanceTermination'

describe('interrupted', () => {
  it.each([
    ['the Spot request says so', { instance: terminated(), spot: BY_EXPERIMENT }, 'Spot request instance-terminated-by-experiment'],
    [
      'the Spot request says so of a stop',
      { instance: instance({ state: 'stopped' }), spot: spot({ code: 'instance-stopped-by-experiment', updatedAt: moment(120) }) },
      'Spot request instance-stopped-by-experiment',
    ],
    [
      'the Spot request was marked so at the notice',
      { instance: instance({ state: 'stopped' }), spot: spot({ code: 'marked-for-stop-by-experiment', updatedAt: moment(1) }) },
      'Spot request marked-for-stop-by-experiment',
    ],
    ['StateReason says so', { instance: terminated({ reasonCode: SPOT_REASON }) }, `StateReason ${SPOT_REASON}`],
    [
      'StateReason says so of a stop',
      { instance: instance({ state: 'stopped', reasonCode: 'Server.SpotInstanceShutdown' }) },
      'StateReason Server.SpotInstanceShutdown',
    ],
    [
      'the request was updated in the very second of t0',
      { instance: terminated(), spot: { ...BY_EXPERIMENT, updatedAt: moment(-0.9) } },
      'Spot request instance-terminated-by-experiment',
    ],
  ])('when %s', (_, seen, evidence) => {
    expect(find([targetPolled(121, seen)])).toMatchObject({ outcome: 'interrupted', evidence, landed: true, settled: true })
  })

  it('keeps the first evidence: a persistent request is filled again with another instance', () => {
    const polls = [
      targetPolled(118, { instance: instance(), spot: { ...BY_EXPERIMENT, updatedAt: moment(1) } }),
      targetPolled(121, { instance: terminated({ reasonCode: 'Client.UserInitiatedShutdown' }) }),
    ]
    expect(find(polls)).toMatchObject({ outcome: 'interrupted', evidence: 'Spot request instance-terminated-by-experiment' })
  })

  it('takes the Spot request’s word before that of StateReason, which is the same for AWS’s own capacity', () => {
    const user = terminated({ reasonCode: 'Client.UserInitiatedShutdown' })
    const capacity = spot({ code: 'instance-terminated-no-capacity', updatedAt: moment(60) })
    expect(find([targetPolled(121, { instance: user, spot: BY_EXPERIMENT })])).toMatchObject({ outcome: 'interrupted' })
    expect(find([targetPolled(60, { instance: terminated({ reasonCode: SPOT_REASON }), spot: capacity })])).toMatchObject({
      outcome: 'drained',
    })
  })

  it('when it is gone from EC2 and the request alone still tells', () => {
    expect(find([targetPolled(121, { spot: BY_EXPERIMENT }), targetPolled(123, { spot: BY_EXPERIMENT })])).toMatchObject({
      outcome: 'interrupted',
    })
  })

  it('after fifteen minutes just as after two', () => {
    const seen = { instance: terminated({ reasonCode: SPOT_REASON }) }
    expect(find([targetPolled(901, seen)], planned({ durationMs: 900_000 }))).toMatchObject({ outcome: 'interrupted', landed: true })
  })

  it('tells when it went down and when it was gone', () => {
    const polls = [
      targetPolled(121, { instance: instance({ state: 'shutting-down' }) }),
      targetPolled(130, { instance: terminated(), spot: BY_EXPERIMENT }),
    ]
    expect(find(polls)).toMatchObject({ leftAt: moment(121), endedAt: moment(130), endedMs: 130_000, state: 'terminated' })
  })
})

describe('evidence that does not count', () => {
  it.each([
    ['a request code from before t0', { instance: terminated(), spot: { ...BY_EXPERIMENT, updatedAt: moment(-60) } }],
    [
      'a request without a time',
      { instance: terminated(), spot: { requestId: 'sir-1', code: BY_EXPERIMENT.code, behaviour: 'terminate' } },
    ],
    ['a request that is merely fulfilled', { instance: terminated(), spot: spot() }],
  ])('%s', (_, seen) => {
    expect(find([targetPolled(121, seen)])).toMatchObject({ outcome: 'unknown', evidence: 'EC2 tells no cause', settled: false })
  })

  it('StateReason of an instance that runs', () => {
    const polls = [targetPolled(60, { instance: instance({ reasonCode: SPOT_REASON }) }), targetPolled(121, { instance: terminated() })]
    expect(find(polls)).toMatchObject({ outcome: 'unknown' })
  })
})

describe('drained', () => {
  it.each([
    ['a user', 60, { instance: terminated({ reasonCode: 'Client.UserInitiatedShutdown' }) }],
    ['a user, right when the interruption was due', 119, { instance: terminated({ reasonCode: 'Client.UserInitiatedShutdown' }) }],
    [
      'Karpenter, by the request',
      60,
      { instance: terminated(), spot: spot({ code: 'instance-terminated-by-user', updatedAt: moment(60) }) },
    ],
    ['Auto Scaling', 60, { instance: terminated(), spot: spot({ code: 'instance-terminated-by-service', updatedAt: moment(60) }) }],
    ['AWS’s own capacity', 60, { instance: terminated(), spot: spot({ code: 'instance-terminated-no-capacity', updatedAt: moment(60) }) }],
    [
      'AWS’s own capacity, marked only',
      119,
      { instance: terminated(), spot: spot({ code: 'marked-for-termination', updatedAt: moment(1) }) },
    ],
    ['somebody unknown, long before the interruption was due', 60, { instance: terminated() }],
  ])('by %s', (_, seconds, seen) => {
    expect(find([targetPolled(seconds, seen)])).toMatchObject({ outcome: 'drained', landed: true })
  })

  it('names the cause', () => {
    expect(find([targetPolled(60, { instance: terminated({ reasonCode: 'Client.UserInitiatedShutdown' }) })])).toMatchObject({
      evidence: 'StateReason Client.UserInitiatedShutdown',
      settled: true,
    })
  })

  it('whenever it ends under a rebalance recommendation, for nothing interrupts it', () => {
    expect(find([targetPolled(121, { instance: terminated() })], planned({ mode: 'rebalance' }))).toMatchObject({ outcome: 'drained' })
  })

  it('is not said of a target whose FIS action failed', () => {
    const failed = experimentPolled(20, experiment({ status: 'failed', actions: [action({ status: 'failed' })] }))
    const seen = { instance: terminated({ reasonCode: 'Client.UserInitiatedShutdown' }) }
    expect(find([failed, targetPolled(60, seen)])).toMatchObject({ outcome: 'unknown', landed: false })
  })

  it('is still said of a target of another action than the failed one', () => {
    const instanceIds = ids(6)
    const [first = '', last = ''] = [instanceIds[0], instanceIds[5]]
    const actions = [action({ status: 'failed' }), action({ name: 'signal-2', status: 'completed' })]
    const user = (id: string) => targetPolled(60, { instance: terminated({ id, reasonCode: 'Client.UserInitiatedShutdown' }) }, id)
    const found = toOutcomes([...begun(), experimentPolled(20, experiment({ actions })), user(first), user(last)], planned({ instanceIds }))
    expect(found.map(({ outcome }) => outcome)).toEqual(['unknown', ...Array(4).fill('unknown'), 'drained'])
  })
})

describe('ended-early', () => {
  it.each([
    ['by AWS’s time', targetPolled(3, { instance: terminated({ transition: 'User initiated (2026-01-02 02:59:50 GMT)' }) })],
    ['by the time we saw it', targetPolled(-2, { instance: terminated() })],
    ['whatever the cause looks like', targetPolled(-2, { instance: terminated({ reasonCode: SPOT_REASON }) })],
  ])('%s', (_, seen) => {
    expect(find([seen])).toMatchObject({ outcome: 'ended-early', landed: false })
  })

  it('when it was on its way down before t0', () => {
    const polls = [targetPolled(-2, { instance: instance({ state: 'shutting-down' }) }), targetPolled(30, { instance: terminated() })]
    expect(find(polls)).toMatchObject({ outcome: 'ended-early' })
  })

  it('when no action ever started', () => {
    expect(find([targetPolled(30, { instance: terminated() })], planned(), begun(unstarted()))).toMatchObject({ outcome: 'ended-early' })
  })

  it('is not said for the rounding of AWS’s times', () => {
    const seen = { instance: terminated({ transition: 'Server.X (2026-01-02 02:59:59 GMT)', reasonCode: SPOT_REASON }) }
    expect(find([targetPolled(3, seen)])).toMatchObject({ outcome: 'interrupted' })
  })

  it('is not said when an instance that was down for a while came back before t0', () => {
    const polls = [
      targetPolled(-9, { instance: instance({ state: 'stopping' }) }),
      targetPolled(-4, { instance: instance() }),
      targetPolled(121, { instance: terminated({ reasonCode: SPOT_REASON }) }),
    ]
    expect(find(polls)).toMatchObject({ outcome: 'interrupted', leftAt: moment(121) })
  })
})

describe('running', () => {
  it('when it is still there', () => {
    expect(find([targetPolled(300, { instance: instance() })])).toMatchObject({ outcome: 'running', landed: false, state: 'running' })
  })

  it('when it has only been told to go', () => {
    expect(find([targetPolled(119, { instance: instance({ state: 'shutting-down' }), spot: BY_EXPERIMENT })])).toMatchObject({
      outcome: 'running',
    })
  })
})

describe('unknown', () => {
  it.each([
    ['30 s before the interruption was due', 90, 'unknown'],
    ['right then', 120, 'unknown'],
    ['a while after', 200, 'unknown'],
    ['just before that', 89, 'drained'],
  ])('without a cause, ended %s', (_, seconds, outcome) => {
    expect(find([targetPolled(seconds, { instance: terminated() })])).toMatchObject({ outcome, landed: true })
  })

  it('when EC2 never showed it', () => {
    const [finding] = toOutcomes(begun(), planned())
    expect(finding).toMatchObject({ outcome: 'unknown', landed: false, settled: false, evidence: 'EC2 did not show it', state: '' })
  })
})

describe('absence', () => {
  const long = planned({ durationMs: 300_000 })

  it('counts as an end from the second look after the notice was due', () => {
    expect(find([targetPolled(185, {}), targetPolled(187, {})], long)).toMatchObject({
      outcome: 'drained',
      leftAt: moment(185),
      endedAt: moment(187),
      state: 'absent',
    })
  })

  it.each([
    ['once', [targetPolled(185, {})]],
    ['twice, but before the notice was due', [targetPolled(100, {}), targetPolled(102, {})]],
    ['once before and once after it', [targetPolled(179, {}), targetPolled(181, {})]],
    ['twice, but shown in between', [targetPolled(185, {}), targetPolled(187, { instance: instance() }), targetPolled(189, {})]],
  ])('means nothing: %s', (_, polls) => {
    expect(find(polls, long)).toMatchObject({ outcome: 'running', landed: false })
  })

  it('counts from the start on under a rebalance recommendation', () => {
    expect(find([targetPolled(2, {}), targetPolled(4, {})], planned({ mode: 'rebalance' }))).toMatchObject({ outcome: 'drained' })
  })
})

describe('findTargets', () => {
  it('finds one per target, in the order of the plan, each by its own looks', () => {
    const plan = planned({ instanceIds: [OTHER_ID, ID] })
    const found = toOutcomes([UP, ...begun(), targetPolled(121, { instance: terminated({ reasonCode: SPOT_REASON }) })], plan)
    expect(found.map(({ id, outcome }) => [id, outcome])).toEqual([
      [OTHER_ID, 'unknown'],
      [ID, 'interrupted'],
    ])
  })

  it('remembers what the Spot request does with the instance', () => {
    const polls = [
      targetPolled(1, { instance: instance(), spot: spot({ behaviour: 'stop' }) }),
      targetPolled(121, { instance: instance({ state: 'stopped' }) }),
    ]
    expect(find(polls)).toMatchObject({ behaviour: 'stop' })
  })

  it.each([
    ['ten minutes fast', 600],
    ['ten minutes slow', -600],
  ])('is not misled by a runner whose wall clock is %s', (_, wrongBy) => {
    const start = [
      at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 }, wrongBy),
      at(1, { kind: 'started', snapshot: experiment({ actions: [action({ startAt: EPOCH })] }) }, wrongBy),
    ]
    const user = terminated({ reasonCode: 'Client.UserInitiatedShutdown', transition: 'User initiated (2026-01-02 03:00:30 GMT)' })
    const drained = at(31, { kind: 'target', snapshot: { id: ID, instance: user } }, wrongBy)
    const unknown = at(121, { kind: 'target', snapshot: { id: ID, instance: terminated() } }, wrongBy)
    expect(find([drained], planned(), start)).toMatchObject({ outcome: 'drained' })
    expect(find([unknown], planned(), start)).toMatchObject({ outcome: 'unknown', landed: true })
  })
})

describe('wasInterrupted', () => {
  const outcomes = (...outcomes: readonly ('interrupted' | 'drained' | 'running' | 'unknown' | 'ended-early')[]) =>
    outcomes.map((outcome) => ({ ...find([]), outcome }))

  it.each([
    ['true', outcomes('interrupted', 'drained')],
    ['false', outcomes('interrupted', 'running')],
    ['false', outcomes('unknown', 'ended-early')],
    ['unknown', outcomes('interrupted', 'unknown')],
  ] as const)('is %s', (expected, given) => {
    expect(judgeInterrupted(given, true)).toBe(expected)
  })

  it('is false before any start', () => {
    expect(judgeInterrupted(outcomes('drained'), false)).toBe('false')
    expect(judgeInterrupted([], false)).toBe('false')
  })
})

describe('findDoubts', () => {
  it('names what ended in time without a cause, and nothing else', () => {
    const doubtful = find([targetPolled(121, { instance: terminated() })])
    expect(doubtful.outcome).toBe('unknown')
    const certain = find([targetPolled(121, { instance: terminated({ reasonCode: SPOT_REASON }) })])
    const unseen = toOutcomes(begun(), planned())
    expect(toOutcomeWarnings([doubtful, certain, ...unseen])).toEqual([
      expect.stringContaining(`${ID} ended at about the time of the interruption`),
    ])
  })
})
