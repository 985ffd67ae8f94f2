import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { makeSchemas } from '../../scripts/schema.ts'

it.each(Object.entries(makeSchemas()))('docs/%s is made from the type of its file (node scripts/schema.ts)', (name, made) => {
  expect(readFileSync(resolve(import.meta.dirname, '../../docs', name), 'utf8')).toBe(made)
})
