import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../src/model/timeline/event.ts'
import { type Report, toReport } from '../../../src/report/report.ts'
import { concluded } from '../../fakes/conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, instance, moment, planned, targetPolled, unstarted } from '../../fakes/timeline.ts'

const PASS = { pass: true, text: 'fine', hint: '' }
const FAIL = { pass: false, text: 'bad', hint: '' }
const PLANNED = at(-10, { kind: 'planned', plan: planned() })

function reportOf(timeline: Timeline, result: typeof PASS): Report {
  return toReport(timeline, concluded(timeline, result))
}

describe('toReport', () => {
  it('is empty, and says that nothing was interrupted, after bad input', () => {
    expect(reportOf([], FAIL)).toMatchObject({
      plan: undefined,
      experiment: undefined,
      outcomes: [],
      interrupted: 'false',
      elapsedMs: undefined,
      templateId: '',
      account: '',
    })
  })

  it('says false before any start, though the target was seen', () => {
    expect(reportOf([PLANNED, targetPolled(-5, { instance: instance() })], FAIL)).toMatchObject({ interrupted: 'false' })
  })

  it('collects what was made, removed, kept and left', () => {
    const timeline = [
      PLANNED,
      at(-9, { kind: 'caller', account: '123456789012', arn: 'arn', source: 'the environment' }),
      at(-8, { kind: 'role', origin: 'created', name: 'r', arn: 'arn:r' }),
      at(-7, { kind: 'template', id: 'EXT1' }),
      at(-6, { kind: 'warned', what: 'careful' }),
      ...begun(),
      targetPolled(121, { instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) }),
      at(122, { kind: 'removed', resource: 'template', id: 'EXT1', how: 'deleted' }),
      at(122, { kind: 'kept', resource: 'role', id: 'r' }),
      at(122, { kind: 'left', resource: 'experiment', id: 'EXP1', why: 'denied', commands: [] }),
    ]
    const made = reportOf(timeline, PASS)
    expect(made).toMatchObject({
      account: '123456789012',
      templateId: 'EXT1',
      warnings: ['careful'],
      interrupted: 'true',
      start: { at: moment(0) },
    })
    expect([made.removed, made.kept, made.left].map((events) => events[0]?.id)).toEqual(['EXT1', 'r', 'EXP1'])
    expect(made.outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([[ID, 'interrupted']])
    expect(made.role).toMatchObject({ origin: 'created' })
  })

  describe('elapsed', () => {
    it('is by AWS’s clock, however long we watched', () => {
      const snapshot = experiment({ status: 'completed', startAt: moment(0), endAt: moment(120.9) })
      expect(reportOf([PLANNED, ...begun(), experimentPolled(300, snapshot)], PASS).elapsedMs).toBe(120_900)
    })

    it.each([
      ['the end of the watch', [at(420, { kind: 'ended', ending: 'timed-out' } as const)], 420_000],
      ['the last look', [experimentPolled(60, experiment())], 60_000],
      ['nothing yet', [], 0],
    ])('is by ours up to %s where AWS gives no end', (_, seen, ms) => {
      expect(reportOf([PLANNED, ...begun(unstarted()), ...seen], FAIL).elapsedMs).toBe(ms)
    })
  })
})
