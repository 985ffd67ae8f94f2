import { describe, expect, it } from 'vitest'
import type { Planned, Timeline } from '../../../src/model/timeline/event.ts'
import { renderGantt } from '../../../src/report/gantt.ts'
import { reported } from '../../fakes/conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, ids, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

function gantt(polls: Timeline, changes: Partial<Planned> = {}): string {
  const timeline = [at(-9, { kind: 'planned', plan: planned(changes) }), ...begun(), ...polls]
  return renderGantt(reported(timeline, { pass: true, text: '', hint: '' })) ?? ''
}

/** UTC, but without saying so: Mermaid would show it in the zone of whoever looks. */
const utc = (seconds: number) => moment(seconds).toISOString().replace('T', ' ').replace('Z', '')

describe('renderGantt', () => {
  it('shows signals, experiment and the target on its way down', () => {
    const polls = [
      experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
      targetPolled(118, { instance: instance({ state: 'shutting-down', reasonCode: 'Client.X' }) }),
      targetPolled(125, { instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) }),
    ]
    expect(gantt(polls, { durationMs: 300_000, reactTo: 'rebalance' }).split('\n')).toEqual([
      'gantt',
      '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      '  axisFormat %H:%M:%S',
      '  todayMarker off',
      '  title Times in UTC',
      '  section FIS',
      `  experiment :${utc(0)}, ${utc(20)}`,
      `  recommendation :milestone, ${utc(0)}, 0s`,
      `  notice due :milestone, ${utc(180)}, 0s`,
      `  interruption due :milestone, ${utc(300)}, 0s`,
      '  section Targets',
      `  ${ID} up :${utc(0)}, ${utc(118)}`,
      `  ${ID} drained :done, ${utc(118)}, ${utc(125)}`,
    ])
  })

  it('marks what did not land', () => {
    const early = targetPolled(3, { instance: instance({ state: 'terminated', transition: 'X (2026-01-02 02:00:00 GMT)' }) })
    expect(gantt([early])).toContain(`${ID} ended-early :crit, `)
  })

  it('leaves a target that runs up to the end', () => {
    const polls = [experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })), targetPolled(5, { instance: instance() })]
    const [row = '', ...more] = gantt(polls)
      .split('\n')
      .filter((line) => line.includes(ID))
    expect(row).toBe(`  ${ID} under notice :active, ${utc(0)}, ${utc(20)}`)
    expect(more).toEqual([])
  })

  it('shows no interruption under a rebalance recommendation', () => {
    expect(gantt([], { mode: 'rebalance' })).toContain('recommendation')
    expect(gantt([], { mode: 'rebalance' })).not.toContain('due')
  })

  it('keeps to twenty targets', () => {
    expect(gantt([], { instanceIds: ids(50) }).match(/ under notice :/g)).toHaveLength(20)
  })

  it('is nothing before any action started', () => {
    expect(renderGantt(reported([], { pass: false, text: '', hint: '' }))).toBeUndefined()
    const unstarted = [at(-9, { kind: 'planned', plan: planned() })]
    expect(renderGantt(reported(unstarted, { pass: false, text: '', hint: '' }))).toBeUndefined()
  })
})
