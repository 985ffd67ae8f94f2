/** Writes the inputs and outputs of each action.yml as tables into README.md and docs. A contract test compares them. */
import { resolve } from 'node:path'
import { generateActionMarkdownDocs } from 'action-docs'

// The markers in each page name the source as it is written here, relative to the root.
process.chdir(resolve(import.meta.dirname, '..'))

const PAGES = [
  ['action.yml', 'README.md'],
  ['setup/action.yml', 'docs/setup.md'],
  ['cleanup/action.yml', 'docs/cleanup.md'],
] as const

for (const [sourceFile, readmeFile] of PAGES) await generateActionMarkdownDocs({ sourceFile, updateReadme: true, readmeFile })
