import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../../src/report/junit.ts'
import type { Report } from '../../../src/report/report.ts'
import { reported } from '../../fakes/conclusion.ts'
import { JUDGED_RUN, PROBING, reportJudged } from '../../fakes/judged-run.ts'
import { draw } from '../../fakes/samples.ts'
import { at, ID, planned } from '../../fakes/timeline.ts'

type Mark = { readonly '@message': string }
type Case = { readonly '@name': string; readonly failure?: Mark; readonly skipped?: Mark }
type Suite = { readonly '@name': string; readonly '@tests': string; readonly '@failures': string; readonly testcase: readonly Case[] }

function parse(report: Report): readonly Suite[] {
  const text = renderJunit(report)
  expect(XMLValidator.validate(text)).toBe(true)
  const parser = new XMLParser({
    ignoreAttributes: false,
    htmlEntities: true,
    attributeNamePrefix: '@',
    isArray: (name) => name === 'testcase' || name === 'testsuite',
  })
  return parser.parse(text).testsuites.testsuite
}

function marks(report: Report): Record<string, string> {
  const cases = parse(report).flatMap(({ testcase }) => testcase)
  return Object.fromEntries(cases.map((one) => [one['@name'], one.failure ? 'failed' : one.skipped ? 'skipped' : 'passed']))
}

describe('renderJunit', () => {
  it('has a suite each for run, targets and service, and counts right', () => {
    const suites = parse(reportJudged())
    expect(suites.map((suite) => [suite['@name'], suite['@tests'], suite['@failures']])).toEqual([
      ['run', '2', '1'],
      ['targets', '1', '0'],
      ['service', '6', '2'],
    ])
    expect(marks(reportJudged())).toEqual({
      'the run passes (verdict: not-survived)': 'failed',
      'leaves nothing behind': 'passed',
      [`${ID} is interrupted`]: 'passed',
      'web is available for at least 90 %': 'failed',
      'web is never down for more than 30s': 'failed',
      'web recovers within 6m 0s': 'passed',
      'db is available for at least 90 %': 'passed',
      'db is never down for more than 30s': 'passed',
      'db recovers within 6m 0s': 'passed',
    })
  })

  it('skips what could not be told', () => {
    const refused = reported([at(0, { kind: 'planned', plan: planned({ probeRules: PROBING }) })], { pass: false, text: 'no', hint: '' })
    expect(marks(refused)).toMatchObject({ 'web (https://example.com/health) survives': 'skipped', [`${ID} is interrupted`]: 'failed' })
    const cut = JUDGED_RUN.map((event) => (event.kind === 'probed' ? { ...event, untilMs: 150_000, whole: false } : event))
    expect(marks(reportJudged([], cut))).toMatchObject({ 'web recovers within 6m 0s': 'skipped' })
  })

  it('skips what unknown checks leave open, and fails what is certain beside them', () => {
    const probed = (signs: string) =>
      JUDGED_RUN.map((event) => (event.kind === 'probed' ? { ...event, allSamples: [draw(signs, { from: -20 })] } : event))
    const open = marks(reportJudged([], probed(`${'.'.repeat(40)}${'u'.repeat(20)}${'.'.repeat(63)}`)))
    expect(open).toMatchObject({
      'web is available for at least 90 %': 'skipped',
      'web is never down for more than 30s': 'skipped',
      'web recovers within 6m 0s': 'passed',
    })
    const late = marks(reportJudged([], probed(`${'.'.repeat(40)}${'x'.repeat(20)}${'.'.repeat(50)}u${'.'.repeat(12)}`)))
    expect(late).toMatchObject({ 'web is never down for more than 30s': 'failed', 'web recovers within 6m 0s': 'skipped' })
    expect(marks(reportJudged([], probed('u'.repeat(123))))).toMatchObject({ 'web is available': 'skipped' })
  })

  it('fails for what was left behind', () => {
    const left = at(200, { kind: 'left', resource: 'template', id: 'EXT1', why: 'denied <&">', commands: [] })
    expect(marks(reportJudged([left]))['leaves nothing behind']).toBe('failed')
    const [run] = parse(reportJudged([left]))
    expect(run?.testcase[1]?.failure?.['@message']).toContain('EXT1: denied <&">')
  })

  it('is a file also after bad input', () => {
    expect(marks(reported([], { pass: false, text: 'Bad input: "x" & <y>\u0000', hint: '' }))).toMatchObject({
      'the run passes (verdict: not-judged)': 'failed',
    })
  })
})
