import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** A glossary that is longer is not read. */
const MOST_ROWS = 30

type Row = { readonly word: string; readonly meaning: string; readonly file: string }

const rows: readonly Row[] = read('docs/dev/glossary.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, word = '', meaning = '', file = '']) => ({ word, meaning, file: file.replaceAll('`', '') }))
  .filter(({ word }) => word !== 'word' && word !== '---')

/** The word by itself, or as a part of a name: `ProbeMetrics` has `metrics`. */
function toPattern(word: string): RegExp {
  return new RegExp(`\\b${word}|${word.charAt(0).toUpperCase()}${word.slice(1)}`)
}

describe('docs/dev/glossary.md', () => {
  it('is short enough to be read', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.length).toBeLessThanOrEqual(MOST_ROWS)
  })

  it('has each word once', () => {
    const words = rows.map(({ word }) => word)
    expect(words).toEqual([...new Set(words)])
  })

  it.each(rows.map((row) => [row.word, row] as const))('%s is a word of the file that decides it', (word, { file }) => {
    expect(existsSync(join(root, file)), file).toBe(true)
    expect(read(file)).toMatch(toPattern(word))
  })

  it.each(['action.yml', 'setup/action.yml', 'cleanup/action.yml', 'rehearse/action.yml'])('names every input and output of %s', (path) => {
    const { inputs = {}, outputs = {} }: { inputs?: object; outputs?: object } = parse(read(path))
    const named = new Set(rows.flatMap(({ meaning }) => [...meaning.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)))
    expect([...Object.keys(inputs), ...Object.keys(outputs)].filter((name) => !named.has(name))).toEqual([])
  })
})
