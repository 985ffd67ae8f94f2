import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { makeSchema } from '../../scripts/schema.ts'

it('docs/report.schema.json is made from the type of the report (node scripts/schema.ts)', () => {
  expect(readFileSync(resolve(import.meta.dirname, '../../docs/report.schema.json'), 'utf8')).toBe(makeSchema())
})
