import { XMLParser, XMLValidator } from 'fast-xml-parser'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../src/model/timeline/event.ts'
import type { Planned } from '../../../src/model/timeline/planned.ts'
import { toReportFile } from '../../../src/report/json.ts'
import { JUDGED } from '../../../src/report/judged.ts'
import { renderJunit } from '../../../src/report/junit.ts'
import { toOutputs } from '../../../src/report/outputs.ts'
import { reportSchema } from '../../../src/report/schema.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { capacity, capacityRules, type Fleet, type Kind, readings, show, TRACED } from '../../fakes/capacity.ts'
import { reported } from '../../fakes/conclusion.ts'
import {
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  instance,
  moment,
  OTHER_ID,
  planned,
  spot,
  targetPolled,
  WHO,
} from '../../fakes/timeline.ts'
import { findSchemaErrors, type Node } from './junit-schema.ts'

const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'
const END = 481

/** A group of two whose target drains at 30 s, leaves at 121 s and is replaced at 150 s, or never. */
function timelineOf({
  comes = 150,
  drains = 30,
  kind = 'asg-rebalancing' as Kind,
  plan = {} as Partial<Planned>,
  desired = 2,
} = {}): Timeline {
  const fleetAt = (second: number): Fleet => ({
    [ID]: second >= 121 ? 'gone' : second >= drains ? 'draining' : 'up',
    [OTHER_ID]: 'up',
    [NEW_ID]: second >= comes ? 'up' : 'gone',
  })
  const seconds = [...Array.from({ length: 49 }, (_, index) => index * 10), 118.5].toSorted((a, b) => a - b)
  const polls = [
    [-10, show(kind, fleetAt(-10), 2)] as const,
    ...seconds.map((second) => [second, show(kind, fleetAt(second), second > 200 ? desired : 2)] as const),
  ]
  const reactWithinMs = 60_000
  return [
    at(-20, { kind: 'planned', plan: planned({ capacityRules: capacityRules([capacity(kind)]), reactWithinMs, ...plan }) }),
    at(-15, { kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } }),
    ...begun(),
    experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
    targetPolled(122, {
      instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }),
      spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(121) }),
    }),
    at(123, { kind: 'ended', ending: 'landed' }),
    at(END, {
      kind: 'scaling',
      group: 'web',
      description: `Launching a new EC2 instance: ${NEW_ID}`,
      cause: 'a <cause>',
      status: 'Successful',
      startAt: moment(125),
    }),
    at(END, { kind: 'capacity-read', allReadings: [readings(polls)], untilMs: END * 1000, whole: true }),
  ]
}

const reportOf = (given: Parameters<typeof timelineOf>[0] = {}) => reported(timelineOf(given))

describe('capacity and reaction', () => {
  it('are figures of the run, and rows with names', () => {
    const summary = renderSummary(reportOf(), JUDGED)
    expect(summary).toMatch(/<sub>Reaction<\/sub> \| <sub>Capacity<\/sub>/)
    expect(summary).toMatch(/✅ \*\*30s\*\*<br>(<sub>)?≤&nbsp;1m&nbsp;0s/)
    expect(summary).toMatch(/✅ \*\*(2[89]|30)s\*\*<br>(<sub>)?≤&nbsp;6m&nbsp;0s/)
    expect(summary).toContain('### Capacity')
    expect(summary).toContain(`<samp>${NEW_ID}</samp>`)
    expect(summary).toContain('2, 1, 2')
    expect(summary).toContain('1 scaling activity')
    expect(summary).toContain('a &lt;cause&gt;')
  })

  it('are drawn in one picture: notice, reaction, departure, replacement and recovery', () => {
    const summary = renderSummary(reportOf(), JUDGED)
    const picture = /```mermaid\n([\s\S]*?)```/.exec(summary)?.[1] ?? ''
    const names = picture.split('\n').flatMap((line) => /^ {2}(.+?) :/.exec(line)?.[1] ?? [])
    expect(names).toEqual([
      'FIS experiment',
      'Notice due',
      'Interruption due',
      `Reaction ${ID}`,
      `${ID} interrupted`,
      expect.stringMatching(/^Capacity web short \d+s$/),
      `New ${NEW_ID}`,
      'Capacity web back',
    ])
  })

  it('say why a run did not survive', () => {
    const report = reportOf({ comes: 9999, drains: 9999 })
    expect(report.verdict.word).toBe('not-survived')
    const summary = renderSummary(report, JUDGED)
    expect(summary).toMatch(/❌ \*\*none\*\*<br>(<sub>)?≤&nbsp;1m&nbsp;0s/)
    expect(summary).toMatch(/❌ \*\*not&nbsp;in&nbsp;time\*\*/)
    expect(summary).toContain('Capacity web not back :crit')
  })

  it('are outputs', () => {
    expect(toOutputs(reportOf())).toMatchObject({
      reacted: 'true',
      'reaction-seconds': '30',
      replacements: JSON.stringify([NEW_ID]),
      'replacement-seconds': expect.stringMatching(/^(28|29|30)$/),
    })
    expect(toOutputs(reportOf({ comes: 9999, drains: 9999 }))).toMatchObject({
      reacted: 'false',
      'reaction-seconds': '',
      replacements: '[]',
      'replacement-seconds': '',
    })
    const none = { reacted: '', 'reaction-seconds': '', replacements: '', 'replacement-seconds': '' }
    expect(toOutputs(reported([]))).toMatchObject(none)
  })

  it('are in the report file, as its schema has it', () => {
    const file = toReportFile(reportOf(), WHO)
    expect(v.parse(reportSchema, file)).toEqual(file)
    expect(file).toMatchObject({
      reacted: true,
      capacities: [
        {
          name: 'web',
          source: 'asg:web',
          level: 2,
          lowest: 1,
          latest: 2,
          affected: true,
          back: true,
          lost: [ID],
          replacements: [{ id: NEW_ID }],
        },
      ],
      reactions: [{ id: ID, reacted: true, inTime: true, reactionMs: 30_000, by: [{ who: 'asg:web' }] }],
      scaling: [{ group: 'web', cause: 'a <cause>' }],
    })
    const untraced = toReportFile(reportOf({ kind: 'ecs-untraced', drains: 9999 }), WHO)
    expect(v.parse(reportSchema, untraced)).toEqual(untraced)
    expect(untraced).toMatchObject({ reacted: null, capacities: [{ affected: null }], reactions: [{ reacted: null, inTime: null }] })
  })

  it.each(TRACED)('name what was lost and what took its place alike: %s', (kind) => {
    const [one] = toReportFile(reportOf({ kind }), WHO).capacities
    const ids = kind === 'ecs' ? [`task-${ID}`, `task-${NEW_ID}`] : [ID, NEW_ID]
    expect([...(one?.lost ?? []), ...(one?.replacements.map(({ id }) => id) ?? [])]).toEqual(ids)
  })

  it.each([
    ['back', {}, { failures: '0', skipped: '0' }],
    ['not back', { comes: 9999, drains: 9999 }, { failures: '2', skipped: '0' }],
    ['lowered', { comes: 9999, desired: 1 }, { failures: '0', skipped: '1' }],
    ['not visible', { kind: 'tags' as const }, { failures: '0', skipped: '1' }],
  ])('are cases of JUnit: %s', (_, given, counts) => {
    const text = renderJunit(reportOf(given))
    expect(XMLValidator.validate(text)).toBe(true)
    const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', trimValues: false })
    expect(findSchemaErrors(parser.parse(text) as Node[])).toEqual([])
    const suite = /<testsuite name="fleet" ([^>]*)>/.exec(text)?.[1] ?? ''
    for (const [name, count] of Object.entries(counts)) expect(suite).toContain(`${name}="${count}"`)
  })
})
