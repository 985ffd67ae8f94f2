import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../../src/model/timeline/event.ts'
import { isStartOpen, judgeCancelled, toLate } from '../../../../src/model/verdict/cancelled.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { judgeInterrupted, toOutcomes } from '../../../../src/model/verdict/outcome.ts'
import {
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

const judge = (timeline: Timeline) => judgeCancelled(toObserved(timeline))
const STARTING = at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 })
const UNANSWERED = at(2, { kind: 'unanswered', templateId: 'EXT1' })
const cancelledAt = (seconds: number): Timeline => [
  at(seconds, { kind: 'cancelled', by: 'SIGINT' }),
  at(seconds, { kind: 'ended', ending: 'cancelled' }),
]
const plan = (changes = {}) => at(-10, { kind: 'planned', plan: planned(changes) })
const running = targetPolled(-5, { instance: instance() })

describe('judgeCancelled', () => {
  it.each<[string, Timeline]>([
    ['before anything', []],
    ['before the plan', cancelledAt(0)],
    ['before the start', [plan(), running, ...cancelledAt(-1)]],
    ['at a start that was never sent', [plan(), running, STARTING, ...cancelledAt(1)]],
  ])('says that nothing was interrupted %s', (_, timeline) => {
    expect(judge(timeline)).toMatchObject({ pass: false, text: expect.stringContaining('nothing was interrupted') })
    expect(isStartOpen(timeline)).toBe(false)
  })

  it('does not know what came of a start without an answer', () => {
    const timeline = [plan(), running, STARTING, UNANSWERED, ...cancelledAt(2)]
    const { text, hint } = judge(timeline)
    expect(text).toBe(
      `Cancelled while StartExperiment was under way: whether an experiment runs is not known. EC2 last showed ${ID} running.`,
    )
    expect(hint).toMatch(/deletes its template first.*post step.*does not promise/)
    expect(isStartOpen(timeline)).toBe(true)
    expect(toOutcomes(timeline, planned())).toMatchObject([{ outcome: 'unknown', landed: false }])
  })

  it('says that the notice is out, and when the interruption was due', () => {
    const { text, hint } = judge([plan(), running, ...begun(), ...cancelledAt(45)])
    expect(text).toBe(
      `Cancelled 45s after the start: experiment EXP1 was running when last seen. The notice has most likely been sent; the interruption was due in 1m 15s. EC2 last showed ${ID} running.`,
    )
    expect(hint).toMatch(/^StopExperiment is sent first\. AWS does not promise/)
  })

  it('says that the notice is still to come', () => {
    const timeline = [plan({ durationMs: 300_000 }), running, ...begun(), ...cancelledAt(45)]
    expect(judge(timeline).text).toContain('The notice was due in 2m 15s and may still come; the interruption was due in 4m 15s.')
    const edge = [plan({ durationMs: 300_000 }), running, ...begun(), ...cancelledAt(180)]
    expect(judge(edge).text).toContain('The notice has most likely been sent; the interruption was due in 2m 0s.')
  })

  it('says how long ago the interruption was due', () => {
    expect(judge([plan(), running, ...begun(), ...cancelledAt(130)]).text).toContain('the interruption was due 10s ago')
    expect(judge([plan(), running, ...begun(), ...cancelledAt(120)]).text).toContain('the interruption was due 0s ago')
  })

  it('says that no action had started', () => {
    expect(judge([plan(), running, ...begun(unstarted()), ...cancelledAt(1)]).text).toContain(
      'experiment EXP1 was initiating when last seen. No action had started when last seen; the notice has probably not been sent.',
    )
  })

  it('says that a recommendation is out', () => {
    const timeline = [plan({ mode: 'rebalance' }), running, ...begun(), ...cancelledAt(3)]
    expect(judge(timeline).text).toContain('The rebalance recommendation has been sent already.')
  })

  it('does not promise to stop what is over', () => {
    const timeline = [plan(), running, ...begun(), experimentPolled(20, experiment({ status: 'completed' })), ...cancelledAt(30)]
    expect(judge(timeline).hint).not.toContain('StopExperiment')
    expect(judge(timeline).text).toContain('was completed when last seen')
  })

  it('counts many targets by what EC2 showed', () => {
    const seen = [
      targetPolled(1, { instance: instance({ state: 'terminated' }) }),
      targetPolled(1, { instance: instance({ id: OTHER_ID }) }, OTHER_ID),
    ]
    const instanceIds = [ID, OTHER_ID, 'i-0aaaaaaaaaaaaaaa3', 'i-0aaaaaaaaaaaaaaa4']
    const timeline = [plan({ instanceIds }), ...begun(), ...seen, targetPolled(2, {}, 'i-0aaaaaaaaaaaaaaa4'), ...cancelledAt(30)]
    expect(judge(timeline).text).toContain('EC2 last showed 1 terminated, 1 running, 1 in no state, 1 absent.')
  })

  it('tells one target that was never seen', () => {
    expect(judge([plan(), ...begun(), ...cancelledAt(3)]).text).toContain(`EC2 last showed ${ID} in no state.`)
  })

  it('takes the last event for the moment where no signal is known', () => {
    expect(judge([plan(), running, ...begun(), experimentPolled(12, experiment())]).text).toContain('Cancelled 12s after the start')
  })
})

describe('a target of a cancelled run', () => {
  const timeline = [plan({ instanceIds: ids(1) }), ...begun(), ...cancelledAt(30)]

  it('is unknown while EC2 shows it, and so is whether it was interrupted', () => {
    const seen = [...timeline.slice(0, 3), running, ...cancelledAt(30)]
    const outcomes = toOutcomes(seen, planned())
    expect(outcomes).toMatchObject([
      { outcome: 'unknown', evidence: 'EC2 last showed it running, and its interruption may still come', landed: false },
    ])
    expect(judgeInterrupted(outcomes, isStartOpen(seen))).toBe('unknown')
  })

  it('is running where EC2 showed it after the last moment at which the interruption could come', () => {
    const ended = at(400, { kind: 'ended', ending: 'timed-out' })
    expect(toOutcomes([...timeline.slice(0, 3), running, ended], planned())).toMatchObject([{ outcome: 'unknown' }])
    const shown = targetPolled(242, { instance: instance() })
    expect(toOutcomes([...timeline.slice(0, 3), running, shown, ended], planned())).toMatchObject([{ outcome: 'running' }])
  })
})

describe('toLate', () => {
  it('fails, and keeps what was seen', () => {
    expect(toLate({ pass: true, text: 'i-1 interrupted', hint: '' })).toEqual({
      pass: false,
      text: 'Cancelled after the verdict, which was: i-1 interrupted',
      hint: 'The post step finishes the clean-up.',
    })
  })
})
