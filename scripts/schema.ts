/** Writes docs/report.schema.json from the type of the report. A contract test compares the two. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { toJsonSchema } from '@valibot/to-json-schema'
import { reportSchema } from '../src/report/schema.ts'
import { REPOSITORY } from './repository.ts'

const about = {
  $id: `https://raw.githubusercontent.com/${REPOSITORY}/main/docs/report.schema.json`,
  title: 'Report of spot-interrupt',
}

/** The published schema, as the text of its file. */
export function makeSchema(): string {
  const { $schema, ...schema } = toJsonSchema(reportSchema, { target: 'draft-2020-12' })
  return `${JSON.stringify({ $schema, ...about, ...schema }, null, 2)}\n`
}

if (import.meta.main) await writeFile(resolve(import.meta.dirname, '../docs/report.schema.json'), makeSchema())
