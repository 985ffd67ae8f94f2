/** Writes the tables of inputs and outputs that the action.yml files give into README and docs; a contract test holds them. */
import { resolve } from 'node:path'
import { generateActionMarkdownDocs } from 'action-docs'

// The source stands in the markers of each page as it is written here, so it is relative to the root.
process.chdir(resolve(import.meta.dirname, '..'))

const PAGES = [
  ['action.yml', 'README.md'],
  ['setup/action.yml', 'docs/setup.md'],
  ['cleanup/action.yml', 'docs/cleanup.md'],
] as const

for (const [sourceFile, readmeFile] of PAGES) await generateActionMarkdownDocs({ sourceFile, updateReadme: true, readmeFile })
