import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../src/model/timeline/event.ts'
import type { Planned } from '../../../src/model/timeline/planned.ts'
import { renderGantt } from '../../../src/report/gantt.ts'
import { reported } from '../../fakes/conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, ids, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

function gantt(polls: Timeline, changes: Partial<Planned> = {}): string {
  const timeline = [at(-9, { kind: 'planned', plan: planned(changes) }), ...begun(), ...polls]
  return renderGantt(reported(timeline, { pass: true, text: '', hint: '' })) ?? ''
}

/** UTC, but without saying so: Mermaid would show it in the zone of whoever looks. */
const utc = (seconds: number) => moment(seconds).toISOString().replace('T', ' ').replace('Z', '')

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function toContrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [toLuminance(one), toLuminance(other)].toSorted((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function toLuminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The bars of targets. */
const bars = (text: string) => text.split('\n').filter((line) => line.startsWith('  i-'))

describe('renderGantt', () => {
  it('shows signals, experiment and the target on its way down', () => {
    const polls = [
      experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
      targetPolled(118, { instance: instance({ state: 'shutting-down', reasonCode: 'Client.X' }) }),
      targetPolled(125, { instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) }),
    ]
    const [look = '', ...lines] = gantt(polls, { durationMs: 300_000, reactTo: 'rebalance' }).split('\n')
    expect(JSON.parse(/^%%\{init: (.*)\}%%$/.exec(look)?.[1] ?? '')).toHaveProperty('themeVariables.critBkgColor', '#cf222e')
    expect(lines).toEqual([
      'gantt',
      '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      '  axisFormat %H:%M:%S',
      '  tickInterval 30second',
      '  todayMarker off',
      '  title Times in UTC',
      `  FIS experiment :done, ${utc(0)}, ${utc(20)}`,
      `  Recommendation :done, milestone, ${utc(0)}, 0s`,
      `  Notice due :done, milestone, ${utc(180)}, 0s`,
      `  Interruption due :done, milestone, ${utc(300)}, 0s`,
      `  ${ID} drained :${utc(0)}, ${utc(118)}`,
    ])
  })

  it('marks what did not land, by colour and by word', () => {
    const early = targetPolled(3, { instance: instance({ state: 'terminated', transition: 'X (2026-01-02 02:00:00 GMT)' }) })
    expect(gantt([early])).toContain(`${ID} ended-early :crit, `)
    expect(gantt([])).toContain(`${ID} unknown :active, `)
  })

  it('leaves a target that runs up to the end, and judges it only where it should have left', () => {
    const polls = [experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })), targetPolled(5, { instance: instance() })]
    expect(bars(gantt(polls))).toEqual([`  ${ID} unknown :active, ${utc(0)}, ${utc(20)}`])
    expect(bars(gantt(polls, { mode: 'rebalance' }))).toEqual([`  ${ID} running :done, ${utc(0)}, ${utc(20)}`])
  })

  it('shows no interruption under a rebalance recommendation', () => {
    expect(gantt([], { mode: 'rebalance' })).toContain('Recommendation')
    expect(gantt([], { mode: 'rebalance' })).not.toContain('due')
  })

  it('keeps to twenty targets', () => {
    expect(gantt([], { instanceIds: ids(50) }).match(/^ {2}i-/gm)).toHaveLength(20)
  })

  it.each([1, 20, 61, 299, 3700, 40_000])('has at most five steps in %i seconds', (seconds) => {
    const text = gantt([experimentPolled(20, experiment({ status: 'completed', endAt: moment(seconds) }))])
    const [, count = '', unit = ''] = /tickInterval (\d+)(second|minute)/.exec(text) ?? []
    expect(seconds / (Number(count) * (unit === 'minute' ? 60 : 1))).toBeLessThanOrEqual(6)
  })

  it('has words that can be read in their bars and, where Mermaid takes the same colour beside them, on a light and on a dark ground', () => {
    const { themeVariables: look } = JSON.parse(/^%%\{init: (.*)\}%%\n/.exec(gantt([]))?.[1] ?? '')
    for (const bar of [look.taskBkgColor, look.critBkgColor]) expect(toContrast(look.taskTextColor, bar)).toBeGreaterThan(4.5)
    for (const ground of [look.doneTaskBkgColor, look.activeTaskBkgColor, '#ffffff', '#0d1117'])
      expect(toContrast(look.taskTextDarkColor, ground)).toBeGreaterThan(3.9)
  })

  it('is nothing before any action started', () => {
    expect(renderGantt(reported([], { pass: false, text: '', hint: '' }))).toBeUndefined()
    const unstarted = [at(-9, { kind: 'planned', plan: planned() })]
    expect(renderGantt(reported(unstarted, { pass: false, text: '', hint: '' }))).toBeUndefined()
  })
})
