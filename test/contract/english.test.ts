import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Where people read: everything that is written by hand. */
const PLACES = ['.github', '.ci', 'cleanup', 'docs', 'examples', 'rehearse', 'scripts', 'setup', 'simulator', 'src', 'test']
const READ = /(\.(ts|cjs|mjs|json|md|yml|py)|^\.ci\/run)$/

type Rule = { readonly name: string; readonly shape: RegExp; readonly bad: string; readonly good: string }

/** Each with a text that it must find, and one that it must leave alone. */
const RULES: readonly Rule[] = [
  { name: '"cannot" in one word', shape: /\bcan\s+not\b/i, bad: 'it can not be read', good: 'it cannot be read' },
  {
    name: '"is still running", not "lives on"',
    shape: /\blives?\s+on\b/i,
    bad: 'a main that lives on',
    good: 'a main that is still running',
  },
  { name: '"counts as", not "held for"', shape: /\bheld\s+for\b/i, bad: 'held for missing', good: 'counts as missing' },
  {
    name: 'who says it, not "is told"',
    shape: /\b(is|are)\s+told\b/i,
    bad: 'its text is told',
    good: 'the log shows its text',
  },
  {
    name: 'the subject first, not "So long …"',
    shape: /\bSo long\b/,
    bad: '/** So long a role may take */',
    good: '/** How long a role may take */',
  },
]

/** This file quotes what it forbids. */
const OWN = 'test/contract/english.test.ts'

/** Exact lines that quote AWS, which the rules leave alone. */
const QUOTES: ReadonlySet<string> = new Set([])

/** The text as one reads it, line for line: without quotations, and without the marks that begin the lines of a comment. */
function toProse(text: string): string {
  const lines = text.split('\n').map((line) => (QUOTES.has(line.trim()) ? '' : line.replace(/^\s*(\/?\*+|\/\/|#)\s?/, '')))
  return lines.join('\n')
}

const files = [
  ...readdirSync(root).filter((name) => READ.test(name) && name !== 'package-lock.json'),
  ...PLACES.flatMap((place) =>
    readdirSync(join(root, place), { recursive: true, encoding: 'utf8' }).map((name) => `${place}/${name.replaceAll('\\', '/')}`),
  ).filter((path) => READ.test(path) && path !== OWN),
]

describe('the rules of plain English', () => {
  it('are applied to many files', () => {
    expect(files.length).toBeGreaterThan(40)
  })

  it.each(RULES)('$name', ({ shape, bad, good }) => {
    expect(bad).toMatch(shape)
    expect(good).not.toMatch(shape)
  })

  it('are applied across the lines of a comment', () => {
    expect(toProse('/**\n * it can\n * not be read\n */')).toMatch(/can\s+not/)
  })

  it.each(files)('hold in %s', (path) => {
    const text = toProse(readFileSync(join(root, path), 'utf8'))
    const broken = RULES.flatMap(({ name, shape }) => {
      const found = shape.exec(text)
      return found === null ? [] : [`line ${text.slice(0, found.index).split('\n').length}: ${found[0].trim()} (${name})`]
    })
    expect(broken).toEqual([])
  })
})
