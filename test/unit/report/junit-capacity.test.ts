import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../../src/report/junit.ts'
import { reportCapacity } from '../../fakes/capacity-report.ts'
import { findSchemaErrors, type XmlNode } from '../../fakes/junit-schema.ts'

describe('capacity and reaction', () => {
  it.each([
    ['back', {}, { failures: '0', skipped: '0' }],
    ['not back', { comes: 9999, drains: 9999 }, { failures: '2', skipped: '0' }],
    ['lowered', { comes: 9999, desired: 1 }, { failures: '0', skipped: '1' }],
    ['not visible', { kind: 'tags' as const }, { failures: '0', skipped: '1' }],
  ])('are cases of JUnit: %s', (_, given, counts) => {
    const text = renderJunit(reportCapacity(given))
    expect(XMLValidator.validate(text)).toBe(true)
    const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', trimValues: false })
    expect(findSchemaErrors(parser.parse(text) as XmlNode[])).toEqual([])
    const suite = /<testsuite name="fleet" ([^>]*)>/.exec(text)?.[1] ?? ''
    for (const [name, count] of Object.entries(counts)) expect(suite).toContain(`${name}="${count}"`)
  })
})
