import { describe, expect, it } from 'vitest'
import type { Ending, Timeline } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import type { ExperimentSnapshot } from '../../../../src/model/timeline/snapshot.ts'
import { judgeExperiment } from '../../../../src/model/verdict/experiment.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import {
  action,
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  ids,
  instance,
  OTHER_ID,
  planned,
  targetPolled,
  unstarted,
} from '../../../fakes/timeline.ts'

const COMPLETED = experiment({ status: 'completed', actions: [action({ status: 'completed' })] })

function gone(id = ID, reasonCode = 'Server.SpotInstanceTermination') {
  return targetPolled(121, { instance: instance({ id, state: 'terminated', reasonCode }) }, id)
}

const judge = (seen: Timeline, plan: Planned, ending: Ending) => judgeExperiment(toObserved(seen, plan), ending)

function timeline(snapshot: ExperimentSnapshot, ...polls: Timeline): Timeline {
  return [...begun(unstarted()), experimentPolled(20, snapshot), ...polls]
}

describe('a landed watch', () => {
  it('passes with the target and the time from t0 to its end', () => {
    expect(judge(timeline(COMPLETED, gone()), planned(), 'landed')).toEqual({
      pass: true,
      text: `${ID} interrupted 2m 1s after the start`,
      hint: '',
    })
  })

  it.each([
    ['Client.UserInitiatedShutdown', 'drained by somebody else'],
    ['', 'ended without evidence of the cause'],
  ])('passes too when StateReason was %j', (reason, words) => {
    const seen = [...timeline(COMPLETED, gone(ID, reason)), at(181, { kind: 'ended', ending: 'landed' })] as const
    expect(judge(seen, planned(), 'landed')).toMatchObject({ pass: true, text: `${ID} ${words} 2m 1s after the start` })
  })

  it('fails for a target that left before the notice, and says what to do where the recommendation had been sent', () => {
    const seen = timeline(COMPLETED, targetPolled(1, { instance: instance({ state: 'shutting-down', reasonCode: 'Client.X' }) }))
    expect(judge(seen, planned({ durationMs: 420_000 }), 'landed')).toEqual({
      pass: false,
      text: `The interruption did not land on ${ID} (ended-early: left 1s after the rebalance recommendation and 4m 59s before the notice, StateReason Client.X).`,
      hint: 'The rebalance recommendation had been sent: with react-to: rebalance a target that drains on it counts. No interruption was confirmed for these targets: choose instances that keep running until then.',
    })
  })

  it('names five targets at most', () => {
    const plan = planned({ instanceIds: ids(7) })
    const { text } = judge(timeline(COMPLETED), plan, 'landed')
    expect(text).toContain(`${ids(5).at(-1)} (unknown`)
    expect(text).toMatch(/ and 2 more\.$/)
  })

  it('tells many targets by number', () => {
    const seen = timeline(COMPLETED, gone(), gone(OTHER_ID, 'Client.UserInitiatedShutdown'))
    const result = judge(seen, planned({ instanceIds: [ID, OTHER_ID] }), 'landed')
    expect(result).toMatchObject({ pass: true, text: '2 targets ended 2m 1s after the start: 1 interrupted, 1 drained.' })
  })

  it('fails for a target that was gone before the start', () => {
    const early = at(-5, { kind: 'target', snapshot: { id: OTHER_ID, instance: instance({ id: OTHER_ID, state: 'terminated' }) } })
    const result = judge(timeline(COMPLETED, gone(), early), planned({ instanceIds: [ID, OTHER_ID] }), 'landed')
    expect(result).toMatchObject({
      pass: false,
      text: `The interruption did not land on ${OTHER_ID} (ended-early: left 5s before the start).`,
    })
  })

  it('fails for a target whose FIS action failed', () => {
    const snapshot = experiment({ status: 'completed', actions: [action({ status: 'failed' })] })
    expect(judge(timeline(snapshot, gone(ID, 'Client.UserInitiatedShutdown')), planned(), 'landed')).toMatchObject({
      pass: false,
    })
  })
})

describe('a watch that was over', () => {
  it.each([
    ['rebalance', { mode: 'rebalance' as const }, 'rebalance recommendation sent'],
    ['wait-for: experiment', { waitFor: 'experiment' as const }, 'whether it lands is not watched'],
  ])('passes with %s, and says what it does not know', (_, changes: Partial<Planned>, words) => {
    const result = judge(timeline(COMPLETED), planned(changes), 'signal-sent')
    expect(result).toMatchObject({ pass: true, text: expect.stringContaining(words) })
    expect(result.text).toContain('EXP1 completed')
  })

  it('fails when an action was skipped', () => {
    const idle = action({ name: 'signal-2', status: 'skipped', reason: 'No targets.' })
    const snapshot = { ...COMPLETED, actions: [...COMPLETED.actions, idle] }
    expect(judge(timeline(snapshot), planned({ waitFor: 'experiment' }), 'signal-sent')).toEqual({
      pass: false,
      text: 'Experiment EXP1 completed, but not all of its actions: signal-2 skipped (No targets.).',
      hint: 'No signal was sent to their targets.',
    })
  })
})

describe('a completed experiment without one of its actions', () => {
  const instanceIds = ids(6)
  const lost = instanceIds[5] ?? ''
  const snapshot = (status: string) =>
    experiment({
      status: 'completed',
      actions: [action({ status: 'completed' }), { name: 'signal-2', status, reason: 'No targets.' }],
    })
  const up = (id: string) => targetPolled(25, { instance: instance({ id }) }, id)

  it('fails, and names the action, its targets and what may still come', () => {
    const result = judge(timeline(snapshot('skipped'), ...instanceIds.map(up)), planned({ instanceIds }), 'action-failed')
    expect(result).toEqual({
      pass: false,
      text: `Experiment EXP1 completed, but not all of its actions: signal-2 skipped (No targets.). The interruption did not land on ${lost} (running).`,
      hint: 'Start the run again with these targets; the FIS console shows why the action was not run. The interruption of 5 other targets may still come.',
    })
  })

  it('says nothing of others where there are none', () => {
    const alone = experiment({ status: 'completed', actions: [action({ status: 'failed', reason: '' })] })
    const result = judge(timeline(alone, up(ID)), planned(), 'action-failed')
    expect(result.text).toContain('signal-1 failed.')
    expect(result.hint).not.toContain('other')
  })
})

describe('a refused start', () => {
  it.each([
    ['the role', 'IAMAuthorizationFailure', '', 'trusts fis.amazonaws.com'],
    ['the targets', 'InvalidTarget', '', 'Check that the instances still run'],
    ['the targets, in words only', '', 'Target resolution returned empty set', 'Check that the instances still run'],
    ['a quota', 'ServiceQuotaExceeded', '', 'FIS quota'],
    ['AWS itself', 'DependentServiceFailure', '', 'try again'],
    ['something new', 'Surprise', '', 'See the experiment in the FIS console'],
  ])('tells FIS’s words and what to do about %s', (_, code, reason, hint) => {
    const snapshot = unstarted({ status: 'failed', reason, error: { code, location: 'signal-1' } })
    const result = judge(timeline(snapshot), planned(), 'never-started')
    expect(result).toMatchObject({ pass: false, hint: expect.stringContaining(hint) })
    expect(result.text).toContain('Experiment EXP1 ended failed before any action started')
    expect(result.text).toContain(reason === '' ? 'FIS gave no reason' : reason)
    if (code !== '') expect(result.text).toContain(`[${code} at signal-1]`)
  })

  it.each([
    ['cancelled', 'safety lever'],
    ['stopped', 'stop condition'],
  ])('names who may have %s it', (status, who) => {
    expect(judge(timeline(unstarted({ status })), planned(), 'never-started').hint).toContain(who)
  })
})

describe('other failures', () => {
  it('broken: counts what became of the targets', () => {
    const snapshot = experiment({ status: 'stopped', reason: 'Experiment was stopped.', error: { code: 'X', location: '' } })
    const result = judge(timeline(snapshot, gone()), planned({ instanceIds: [ID, OTHER_ID] }), 'experiment-failed')
    expect(result).toMatchObject({ pass: false, hint: expect.stringContaining('some may have been interrupted') })
    for (const words of ['EXP1 ended stopped: Experiment was stopped.', '[X]', '1 interrupted, 1 unknown.'])
      expect(result.text).toContain(words)
  })

  it('timed-out: says that the interruption may still come', () => {
    const result = judge(timeline(COMPLETED, targetPolled(5, { instance: instance() })), planned(), 'timed-out')
    expect(result).toMatchObject({
      pass: false,
      text: 'Timed out 7m 0s after the start: experiment EXP1 is completed, 1 unknown.',
      hint: expect.stringMatching(/^The interruption may still come\. Raise timeout \(at least 2m 0s/),
    })
  })

  it.each([
    ['was sent', [at(30, { kind: 'recalled', id: 'EXP1' })], /^StopExperiment is sent, but the interruption may still come/],
    ['failed', [at(30, { kind: 'warned', what: 'denied' })], /^StopExperiment failed, so the interruption may still come/],
  ] as const)('timed-out: says whether the stop %s', (_, events, words) => {
    const result = judge(timeline(experiment(), ...events), planned(), 'timed-out')
    expect(result).toMatchObject({ pass: false, hint: expect.stringMatching(words) })
  })

  it('lost: tells the last fault, not that it was over', () => {
    const faults = [
      at(30, { kind: 'unread', source: 'fis', why: 'no answer', inARow: 5 }),
      at(31, { kind: 'unread', source: 'ec2', why: '', inARow: 0 }),
    ] as const
    const result = judge(timeline(experiment(), ...faults), planned(), 'unreadable')
    expect(result).toMatchObject({
      pass: false,
      text: expect.stringContaining('Last: no answer'),
      hint: expect.stringContaining('may still come'),
    })
  })

  it('a watch without an experiment is our own defect', () => {
    expect(judge([], planned(), 'landed')).toMatchObject({ pass: false, hint: expect.stringContaining('defect') })
  })
})
