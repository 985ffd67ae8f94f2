/** Writes docs/report.schema.json and docs/predicate.schema.json from the types of the two files. A contract test compares them. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { toJsonSchema } from '@valibot/to-json-schema'
import { predicateSchema } from '../src/report/predicate-schema.ts'
import { reportSchema } from '../src/report/schema.ts'
import { REPOSITORY } from './repository.ts'

const FOLDER = `https://raw.githubusercontent.com/${REPOSITORY}/main/docs`

/** The published schemas: the text of each file by its name in docs. */
export function makeSchemas(): Readonly<Record<string, string>> {
  return {
    'report.schema.json': makeSchema('report.schema.json', 'Report of spot-interrupt', reportSchema),
    'predicate.schema.json': makeSchema('predicate.schema.json', 'Predicate of spot-interrupt: an in-toto test-result', predicateSchema),
  }
}

function makeSchema(name: string, title: string, type: Parameters<typeof toJsonSchema>[0]): string {
  const { $schema, ...schema } = toJsonSchema(type, { target: 'draft-2020-12' })
  return `${JSON.stringify({ $schema, $id: `${FOLDER}/${name}`, title, ...schema }, null, 2)}\n`
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(makeSchemas())) await writeFile(resolve(import.meta.dirname, '../docs', name), text)
}
