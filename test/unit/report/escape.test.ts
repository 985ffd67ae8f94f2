import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCode, toMarkdown, toPlain } from '../../../src/report/escape.ts'

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
  it('cannot be ended from inside, nor end a table cell', () => {
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
