import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { renderScenario } from '../../scripts/scenario-tables.ts'
import { parseScenario } from '../../simulator/rehearsal/scenario.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/rehearsal.md'), 'utf8')

type Step = { readonly with?: { readonly scenario?: string } }

describe('docs/rehearsal.md', () => {
  it.each(Object.entries(renderScenario()))('has the members of %s, as the simulator checks them (npm run docs)', (part, table) => {
    expect(page).toContain(`<!-- ${part} -->\n${table}\n<!-- /${part} -->`)
    expect(table.split('\n').length).toBeGreaterThan(4)
  })

  it('has a meaning for each switch', () => {
    const rows = renderScenario().switches?.split('\n').slice(2) ?? []
    expect(rows.filter((row) => /\| +\|$/.test(row))).toEqual([])
  })

  it('shows scenarios that the simulator takes', () => {
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
    const bare = blocks.filter((text) => text.startsWith('actors:'))
    const inSteps = blocks
      .filter((text) => text.startsWith('      - '))
      .flatMap((text) => (parse(text) as readonly Step[]).flatMap((step) => step.with?.scenario ?? []))
    expect([bare.length, inSteps.length]).toEqual([1, 1])
    for (const text of [...bare, ...inSteps]) expect(parseScenario(text)).toHaveProperty('scenario')
  })

  it('quotes the message of a scenario that is refused as it is', () => {
    const [, file = '', problem = ''] = /`(scenario\.yml), (line \d+: [^`]+)`/.exec(page) ?? []
    expect(file).toBe('scenario.yml')
    expect(parseScenario('actors:\n  - { at: notice, do: die }')).toEqual({ problems: [problem] })
  })
})
