/**
 * Writes what is published of the sources: the inputs and outputs of each action.yml as tables in README.md and docs, the members of a
 * scenario in docs/rehearsal.md, and the permissions in docs/permissions.md and examples/iam. Contract tests compare them.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { generateActionMarkdownDocs } from 'action-docs'
import { renderFiles } from './permissions.ts'
import { renderScenario } from './scenario-tables.ts'
import { fillPage } from './verify/page.ts'

// The markers in each page name the source as it is written here, relative to the root.
process.chdir(resolve(import.meta.dirname, '..'))

const PAGES = [
  ['action.yml', 'README.md'],
  ['setup/action.yml', 'docs/setup.md'],
  ['cleanup/action.yml', 'docs/cleanup.md'],
  ['rehearse/action.yml', 'docs/rehearsal.md'],
] as const

/** The row of an input that the action fills in by itself: no user sets it. */
const HIDDEN = /^\| `leg` .*\n/m

for (const [path, text] of Object.entries(renderFiles())) await writeFile(path, text)
for (const [sourceFile, readmeFile] of PAGES) {
  await generateActionMarkdownDocs({ sourceFile, updateReadme: true, readmeFile })
  await writeFile(readmeFile, (await readFile(readmeFile, 'utf8')).replace(HIDDEN, ''))
}
await fillPage('docs/rehearsal.md', renderScenario())
