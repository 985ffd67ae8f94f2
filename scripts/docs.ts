/**
 * Writes the published parts of the sources: the inputs and outputs of each action.yml as tables in README.md and docs, the members of a
 * scenario in docs/rehearsal.md, and the permissions in docs/permissions.md and examples/iam. Contract tests compare them.
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { renderFiles } from './permissions.ts'
import { renderScenario } from './scenario-tables.ts'
import { renderTables } from './tables.ts'
import { fillPage } from './verify/page.ts'

/** Each action.yml, and the page that has its tables. */
export const PAGES = [
  ['action.yml', 'README.md'],
  ['setup/action.yml', 'docs/setup.md'],
  ['cleanup/action.yml', 'docs/cleanup.md'],
  ['rehearse/action.yml', 'docs/rehearsal.md'],
] as const

/** A page with the tables of an action between their marks. An action without inputs, or without outputs, has no such marks. */
export async function renderPage(page: string, sourceFile: string): Promise<string> {
  const { inputs, outputs } = await renderTables(sourceFile)
  return fill(fill(page, 'inputs', inputs), 'outputs', outputs)
}

function fill(page: string, kind: 'inputs' | 'outputs', tables: string): string {
  const mark = new RegExp(`(<!-- ${kind} -->\\n)[\\s\\S]*?(<!-- /${kind} -->)`)
  return page.replace(mark, (_, open: string, close: string) => `${open}\n${tables}\n\n${close}`)
}

async function main(): Promise<void> {
  process.chdir(resolve(import.meta.dirname, '..'))
  for (const [path, text] of Object.entries(renderFiles())) await writeFile(path, text)
  for (const [source, page] of PAGES) {
    if (!existsSync(source)) continue
    await writeFile(page, await renderPage(await readFile(page, 'utf8'), source))
  }
  await fillPage('docs/rehearsal.md', renderScenario())
}

if (import.meta.main) await main()
