import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../../src/report/junit.ts'
import type { Report } from '../../../src/report/report.ts'
import { reported } from '../../fakes/conclusion.ts'
import { JUDGED_RUN, PROBING, reportJudged } from '../../fakes/judged-run.ts'
import { findSchemaErrors, type XmlNode } from '../../fakes/junit-schema.ts'
import { at, experiment, experimentPolled, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  htmlEntities: true,
})

/** Characters that XML 1.0 has: https://www.w3.org/TR/xml/#charsets */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

function expectValid(report: Report): void {
  const text = renderJunit(report)
  expect(text).toMatch(CHARACTERS)
  expect(text).not.toMatch(/&#(?:x?0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]));/i)
  expect(XMLValidator.validate(text)).toBe(true)
  expect(findSchemaErrors(parser.parse(text) as XmlNode[])).toEqual([])
}

/** Reports of every shape: passed, failed, refused before anything, with and without probes, and with something left. */
const REPORTS: Readonly<Record<string, Report>> = {
  judged: reportJudged(),
  'with a leftover': reportJudged([at(200, { kind: 'left', resource: 'template', id: 'EXT1', why: 'denied <&">', commands: ['a'] })]),
  'of bad input': reported([], { pass: false, text: 'Bad input: "x" & <y>\u0000', hint: '' }),
  refused: reported([at(0, { kind: 'planned', plan: planned({ probeRules: PROBING }) })], { pass: false, text: 'no', hint: '' }),
  'cut short': reportJudged(
    [],
    JUDGED_RUN.map((event) => (event.kind === 'probed' ? { ...event, untilMs: 150_000, whole: false } : event)),
  ),
  'of an experiment that ended before it began': reportJudged([
    experimentPolled(30, experiment({ status: 'failed', startAt: moment(9), endAt: moment(1) })),
  ]),
}

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '\u0000',
      '\ufffe',
      '\uffff',
      '\ud800',
      '\udfff',
      '\u{1fffe}',
      '\n',
      '\u0085',
      '-->',
      'a',
    ),
  }),
)

describe('JUnit', () => {
  it.each(Object.keys(REPORTS))('is valid against junit-10.xsd for a report %s', (name) => {
    expectValid(REPORTS[name] as Report)
  })

  it('is well-formed and valid whatever AWS, a probe or an input says', () => {
    fc.assert(
      fc.property(TEXT, TEXT, TEXT, (one, two, three) => {
        const polled = targetPolled(130, { instance: instance({ state: one, reasonCode: two, transition: one }) })
        const left = at(200, { kind: 'left', resource: 'role', id: one, why: two, commands: [three] })
        const report = reportJudged([polled, left, experimentPolled(140, experiment({ status: one, reason: two }))])
        expectValid({
          ...report,
          result: { pass: false, text: one, hint: two },
          outcomes: report.outcomes.map((outcome) => ({ ...outcome, id: three, evidence: one })),
        })
      }),
    )
  })

  it('is held to rules that reject what the schema does', () => {
    const reject = (text: string) => findSchemaErrors(parser.parse(text) as XmlNode[])
    expect(reject('<testsuites skipped="0"></testsuites>')).toEqual(['<testsuites> has no skipped'])
    expect(reject('<testsuites time="-1.000"/>')).toEqual(['<testsuites> has no time -1.000'])
    expect(reject('<testsuites><testcase name="a"/></testsuites>')).toEqual(['<testcase> where it may not be'])
    expect(reject('<testsuites><testsuite name="a" tests="1" failures="0">x</testsuite></testsuites>')).toEqual([
      '<testsuite> lacks errors',
      'text where none may be: x',
    ])
  })
})
