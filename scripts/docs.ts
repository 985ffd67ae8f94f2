/**
 * Writes what is published of the sources: the inputs and outputs of each action.yml as tables in README.md and docs, and the permissions
 * in docs/permissions.md and examples/iam. Contract tests compare them.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generateActionMarkdownDocs } from 'action-docs'
import { renderFiles } from './permissions.ts'

// The markers in each page name the source as it is written here, relative to the root.
process.chdir(resolve(import.meta.dirname, '..'))

const PAGES = [
  ['action.yml', 'README.md'],
  ['setup/action.yml', 'docs/setup.md'],
  ['cleanup/action.yml', 'docs/cleanup.md'],
] as const

for (const [path, text] of Object.entries(renderFiles())) writeFileSync(path, text)
for (const [sourceFile, readmeFile] of PAGES) await generateActionMarkdownDocs({ sourceFile, updateReadme: true, readmeFile })
