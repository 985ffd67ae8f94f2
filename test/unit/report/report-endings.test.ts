import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Stamped, Timeline } from '../../../src/model/timeline/event.ts'
import { conclude, type End, type RunEnd } from '../../../src/model/verdict/conclusion.ts'
import { renderAnnotation } from '../../../src/report/annotation.ts'
import { toFigures } from '../../../src/report/figures.ts'
import { toReportFile } from '../../../src/report/json.ts'
import { renderJunit } from '../../../src/report/junit.ts'
import { type Report, toReport } from '../../../src/report/report.ts'
import { reportSchema } from '../../../src/report/schema.ts'
import { findSchemaErrors, type XmlNode } from '../../fakes/junit-schema.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { draw } from '../../fakes/samples.ts'
import { STORIES, toStory } from '../../fakes/stories.ts'
import { renderWhole } from '../../fakes/summary.ts'
import { action, at, begun, experiment, experimentPolled, ids, instance, planned, spot, targetPolled, WHO } from '../../fakes/timeline.ts'

const ENDINGS = {
  watch: ['landed', 'signal-sent', 'never-started', 'action-failed', 'experiment-failed', 'timed-out', 'unreadable'],
  more: ['early-stopped', 'outage', 'cancelled'],
} as const
const FAULTS = [
  ...(['usage', 'refused', 'credentials', 'settings', 'expired', 'denied', 'quota', 'throttled', 'missing', 'exists'] as const),
  ...(['conflict', 'invalid', 'unreachable', 'service', 'cancelled', 'internal'] as const),
]

/** Every way in which a run can end. */
const ENDS: readonly RunEnd[] = [
  ...[...ENDINGS.watch, ...ENDINGS.more].map((ending) => ({ ending })),
  ...FAULTS.map((fault) => ({ fault: { fault, message: 'Something is wrong', hint: 'Mend it.' } })),
  { dryRun: { pass: true, text: 'A run would hit i-1.', hint: '' } },
  { dryRun: { pass: false, text: 'A run would fail.', hint: 'Grant it.' } },
]

/** Text as AWS, a service or a user may give it. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 500 }),
  fc.constantFrom('<script>', '| a | b |', '```', '\n\n# x', '</details>'),
)

type Drawn = {
  readonly targets: number
  readonly probes: number
  /** How many of the targets left. */
  readonly left: number
  readonly signs: string
  readonly said: string
  /** Whether an experiment was started. */
  readonly begins: boolean
  readonly end: RunEnd
  readonly extras: readonly Stamped[]
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  targets: fc.integer({ min: 1, max: 50 }),
  probes: fc.integer({ min: 0, max: 20 }),
  left: fc.nat(50),
  signs: fc.array(fc.constantFrom('.', '..........', 'x', 'u', ' ', '?'), { maxLength: 120 }).map((parts) => parts.join('')),
  said: text,
  begins: fc.boolean(),
  end: fc.constantFrom(...ENDS),
  extras: fc.subarray<Stamped>([
    at(-40, { kind: 'rehearsal', at: 'http://127.0.0.1:1' }),
    at(-2, { kind: 'baseline', ok: false, why: 'web was not healthy' }),
    at(300, { kind: 'alarm', arn: 'arn:aws:cloudwatch:eu-west-1:1:alarm:a', state: 'ALARM' }),
    at(301, { kind: 'warned', what: 'Look at it.' }),
    at(302, { kind: 'left', resource: 'template', id: 'EXT1', why: 'denied', commands: ['aws x'] }),
  ]),
})

function toRun({ targets, probes, left, signs, said, begins, end, extras }: Drawn): Report {
  const all = ids(targets)
  const names = Array.from({ length: probes }, (_, index) => `probe-${index}`)
  const rules =
    probes === 0 ? {} : { probeRules: probeRules({ probes: names.map((name) => ({ name, shown: `https://e.com/${'x'.repeat(180)}` })) }) }
  const actions = Array.from({ length: Math.ceil(targets / 5) }, (_, index) => action({ name: `signal-${index + 1}` }))
  const gone = { state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }
  const watched: Timeline = [
    ...begun(experiment({ actions })),
    ...all.map((id) => targetPolled(1, { instance: instance({ id }), spot: spot({ instanceId: id }) }, id)),
    experimentPolled(20, experiment({ status: 'completed', reason: said, actions })),
    ...all.slice(0, left).map((id) => targetPolled(121, { instance: instance({ id, ...gone }) }, id)),
    at(299, { kind: 'probed', allSamples: names.map((name) => draw(signs, { from: -20, name })), untilMs: 299_000, whole: true }),
  ]
  const plan = at(-30, { kind: 'planned', plan: planned({ instanceIds: all, ...rules }) })
  const timeline = [plan, ...extras, ...(begins ? watched : [])].toSorted((a, b) => a.atMs - b.atMs)
  return toReport(timeline, conclude(timeline, end))
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  htmlEntities: true,
})

/** The signs and words after `## `. */
function titleOf(report: Report): string {
  return renderWhole(report).split('\n')[0]?.replace('## ', '') ?? ''
}

describe('whatever the end of a run', () => {
  it('the title has at most six words, its sign counted, and the summary fits', () => {
    fc.assert(
      fc.property(drawn, (run) => {
        const report = toRun(run)
        const summary = renderWhole(report)
        expect(titleOf(report).split(' ').length).toBeLessThanOrEqual(6)
        expect(titleOf(report)).toMatch(/^\S+ [A-Z]/)
        expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
        expect(summary).not.toMatch(/<script|undefined|NaN|Infinity/)
        expect(summary.match(/<details>/g)?.length).toBe(summary.match(/<\/details>/g)?.length)
      }),
      { numRuns: 200 },
    )
  })

  it('the figures say what the verdict says', () => {
    fc.assert(
      fc.property(drawn, (run) => {
        const report = toRun(run)
        const { verdict } = report
        const states = toFigures(report).map(({ name, state }) => ({ name, state }))
        const service = states.filter(({ name }) => !['Targets', 'Calls'].includes(name)).map(({ state }) => state)
        expect(service.length > 0).toBe(verdict.window !== undefined)
        expect(service.includes('broken')).toBe(verdict.word === 'not-survived')
        if (verdict.word === 'survived') expect(states.every(({ state }) => state === 'kept')).toBe(true)
        if (verdict.word === 'inconclusive' && verdict.window !== undefined) expect(states.some(({ state }) => state !== 'kept')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('a rehearsal has neither the sign nor the words of a pass', () => {
    fc.assert(
      fc.property(drawn, (run) => {
        const report = { ...toRun(run), rehearsal: true }
        expect(titleOf(report)).toMatch(/^🎭 Rehearsal\b/)
        expect(titleOf(report)).not.toMatch(/\b(passed|survived)\b/i)
        expect(renderWhole(report)).not.toContain('✅')
        expect(renderWhole(report)).toContain('> ⚠️ **Rehearsal, not AWS.**')
        expect(renderAnnotation(report)).not.toContain('✅')
        if (report.result.pass) expect(renderAnnotation(report)).toMatch(/^Rehearsal, not AWS: /)
      }),
      { numRuns: 200 },
    )
  })

  it('report and JUnit are valid', () => {
    fc.assert(
      fc.property(drawn, (run) => {
        const report = toRun(run)
        v.parse(reportSchema, JSON.parse(JSON.stringify(toReportFile(report, WHO))))
        const junit = renderJunit(report)
        expect(XMLValidator.validate(junit)).toBe(true)
        expect(findSchemaErrors(parser.parse(junit) as XmlNode[])).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('the title of', () => {
  const TITLES: readonly (readonly [End, string])[] = [
    ['usage', '❌ Bad input'],
    ['refused', '❌ Refused'],
    ['denied', '❌ Access denied'],
    ['cancelled', '❌ Cancelled'],
    ['timed-out', '❌ Timed out'],
    ['internal', '❌ Internal fault'],
  ]
  it.each(TITLES)('a run that ends with %s, with probes or without', (end, title) => {
    for (const rules of [{}, { probeRules: probeRules() }]) {
      const timeline = [at(-30, { kind: 'planned', plan: planned(rules) })]
      const report = toReport(timeline, { ...conclude(timeline, { fault: { fault: 'internal', message: 'x', hint: '' } }), end })
      expect(titleOf(report)).toBe(title)
    }
  })

  it.each([
    ['survived', '✅ Survived'],
    ['not-survived', '❌ Not survived'],
    ['inconclusive', '⚠️ Inconclusive'],
    ['refused', '❌ Refused'],
    ['rehearsal', '🎭 Rehearsal: would survive'],
    ['twelve', '⚠️ Inconclusive: timed out'],
  ] as const)('the story %s', (story, title) => {
    expect(titleOf(toStory(story))).toBe(title)
  })
})

it.each(STORIES)('the summary of %s has one notation for durations, and heads over all columns', (story) => {
  const summary = renderWhole(toStory(story))
  expect(summary).not.toMatch(/\bPT\d|\d s\b|\d min\b/)
  expect(summary).not.toMatch(/<th><\/th>|\| +\|/)
})
