import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIXED_ZONES } from '../../../src/model/timezone.ts'
import { toCode, toIntlStamp, toMarkdown, toPlain, toStamp } from '../../../src/report/escape.ts'

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '|', '`', '#', '[', '\n', '\r', ':', '\u2028', '\u0000', '\u202e', 'a', '\\', '&') }),
)

/** Everything that some reader takes for the end of a line, and what turns the direction of text. */
const BREAKS = /[\u0085\n\r\v\f\u2028\u2029]/
const TURNS = /[\u202a-\u202e\u2066-\u2069]/

describe('toPlain', () => {
  it.each([
    ['a\nb', 'a b'],
    ['a\r\n\tb', 'a b'],
    ['\u001b[31mred', '[31mred'],
    ['a\u2028b', 'a b'],
    ['abc\u202etxt', 'abc txt'],
    ['##[error]no', '## [error]no'],
    ['x ##[group] ##[endgroup]', 'x ## [group] ## [endgroup]'],
    ['  spaces  ', 'spaces'],
    ['ünïcode ✓ 🚀', 'ünïcode ✓ 🚀'],
  ])('%j is shown as %j', (text, shown) => {
    expect(toPlain(text)).toBe(shown)
  })

  it('is one line without a command of the runner whatever the text', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        expect(toPlain(text)).not.toMatch(BREAKS)
        expect(toPlain(text)).not.toMatch(TURNS)
        expect(toPlain(text)).not.toContain('##[')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('toMarkdown', () => {
  it.each([
    ['<script>', '&lt;script&gt;'],
    ['&lt;', '&amp;lt;'],
    ['a|b', 'a&#124;b'],
    ['`code`', '&#96;code&#96;'],
    ['[x](y)', '&#91;x&#93;&#40;y&#41;'],
    ['**bold** _it_ ~no~', '&#42;&#42;bold&#42;&#42; &#95;it&#95; &#126;no&#126;'],
    ['@someone', '&#64;someone'],
    ['see https://evil.example', 'see https&#58;//evil.example'],
    ['back\\slash', 'back&#92;slash'],
    ['two\nlines', 'two lines'],
    ['plain - text.', 'plain - text.'],
  ])('%j is written as %j', (text, markdown) => {
    expect(toMarkdown(text)).toBe(markdown)
  })

  it('yields no raw <, |, backtick or new line whatever the text', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        expect(toMarkdown(text)).not.toMatch(/[<>|`]/)
        expect(toMarkdown(text)).not.toMatch(BREAKS)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('toCode', () => {
  it('can not be ended from inside, nor end a table cell', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const inside = toCode(text).slice(1, -1)
        expect(toCode(text)).toMatch(/^`.*`$/)
        expect(inside).not.toContain('`')
        expect(inside).not.toMatch(/(^|[^\\])\|/)
      }),
    )
  })
})

describe('toStamp', () => {
  const SUMMER = new Date('2025-08-22T20:34:26Z')

  it.each([
    ['Asia/Kolkata', '2025-08-23 02:04:26 IST'],
    ['UTC', '2025-08-22 20:34:26 UTC'],
    ['America/New_York', '2025-08-22 16:34:26 EDT'],
    ['Europe/Berlin', '2025-08-22 22:34:26 CEST'],
    ['Europe/London', '2025-08-22 21:34:26 BST'],
    ['Australia/Sydney', '2025-08-23 06:34:26 AEST'],
    ['Asia/Tokyo', '2025-08-23 05:34:26 UTC+9'],
    ['Asia/Kathmandu', '2025-08-23 02:19:26 UTC+5:45'],
    ['America/Sao_Paulo', '2025-08-22 17:34:26 UTC-3'],
  ])('names %s as %s', (zone, stamp) => {
    expect(toStamp(SUMMER, zone)).toBe(stamp)
  })

  it('calls GMT itself GMT', () => {
    expect(toStamp(new Date('2025-01-15T00:00:00Z'), 'Europe/London')).toBe('2025-01-15 00:00:00 GMT')
  })

  it('has a time and a name for every zone there is', () => {
    const shape = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([A-Z]{2,5}|UTC[+-]\d{1,2}(:\d\d)?)$/
    for (const zone of Intl.supportedValuesOf('timeZone')) expect(toStamp(SUMMER, zone)).toMatch(shape)
  })

  it('begins the day with hour 00', () => {
    expect(toStamp(new Date('2025-08-23T00:00:00Z'), 'UTC')).toBe('2025-08-23 00:00:00 UTC')
  })
})

describe('the zones that are known without Intl', () => {
  it.each(Object.keys(FIXED_ZONES))('%s is what Intl says, whatever the day of this and the next decades', (zone) => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2050-01-01T00:00:00Z'), noInvalidDate: true }), (at) => {
        expect(toStamp(at, zone)).toBe(toIntlStamp(at, zone))
      }),
    )
  })
})
