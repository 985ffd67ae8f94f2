/**
 * Holds the simulator against docs/dev/aws-behaviour.md: every row of its tables is observed on a running simulator, every switch and every
 * setting has its row, and every documented behaviour has a source.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultSwitches, type Switches, switchesSchema } from '../../simulator/account/switches.ts'
import { documented, figures } from './aws-observations.ts'

type Row = readonly string[]

const page = readFileSync(resolve(import.meta.dirname, '../../docs/dev/aws-behaviour.md'), 'utf8')

/** The body rows of the table under a heading, cell by cell. */
function tableUnder(heading: string): readonly Row[] {
  const section = page.split(/^## /m).find((one) => one.startsWith(heading)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  )
}

/** The name of a behaviour stands before its description, in backticks. */
const idOf = ([cell = '']: Row) => /^`([a-z0-9-]+)`/.exec(cell)?.[1] ?? ''
const source = /\]\(https:\/\/(docs\.aws\.amazon\.com|github\.com\/boto\/botocore)\//

const documentedRows = tableUnder('Documented')
const switchRows = tableUnder('Not documented')
const figureRows = tableUnder('The simulator')

describe('what AWS documents', () => {
  it('is observed, every row of it', () => {
    expect(documentedRows.map(idOf)).toEqual(Object.keys(documented))
  })

  it.each(documentedRows.map((row) => [idOf(row), row] as const))('%s: the default is as documented', async (id, [, value, cited]) => {
    expect(cited).toMatch(source)
    expect(await documented[id]?.()).toBe(value)
  })
})

describe('the simulator’s own figures', () => {
  it('are observed, every row of them', () => {
    expect(figureRows.map(idOf)).toEqual(Object.keys(figures))
  })

  it.each(figureRows.map((row) => [idOf(row), row] as const))('%s', async (id, [, value]) => {
    expect(await figures[id]?.()).toBe(value)
  })
})

describe('what AWS does not document', () => {
  it('is a switch, every row of it', () => {
    expect(switchRows.map(([name]) => name)).toEqual(Object.keys(switchesSchema.entries).map((name) => `\`${name}\``))
  })

  it.each(switchRows.map(([name = '', settings = '', question, known]) => [name.replaceAll('`', ''), settings, question, known] as const))(
    '%s has its default and its settings on the page',
    (name, settings, question, known) => {
      const listed = [...settings.matchAll(/`([^`]+)`/g)].map(([, value = '']) => JSON.parse(value))
      const schema: { readonly type: string; readonly options?: readonly string[] } = switchesSchema.entries[name as keyof Switches]
      expect(listed[0]).toEqual(defaultSwitches[name as keyof Switches])
      if (schema.options !== undefined) expect(listed).toEqual([...schema.options])
      else if (schema.type === 'boolean') expect(listed).toEqual([true, false])
      else expect(settings).toMatch(/, (any|a failure)/)
      expect(question).not.toBe('')
      expect(known).not.toBe('')
    },
  )
})
