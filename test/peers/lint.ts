/**
 * actionlint and zizmor over every action.yml, example and workflow of this repository: no findings; and a planted fault is found. actionlint also
 * reads the workflows and steps that the documents show.
 */
import { equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DOCUMENTS, readBlocks, toWorkflow } from '../../scripts/verify/code-blocks.ts'
import type { Scenario } from './table.ts'
import { root } from './tools.ts'

const ACTIONS = [
  'action.yml',
  'setup/action.yml',
  'cleanup/action.yml',
  'rehearse/action.yml',
  'test/peers/credentials/action.yml',
  'test/peers/attest/action.yml',
]
const WORKFLOWS = ['examples', '.github/workflows']
const PLANTED = `name: Planted
on: issues
jobs:
  planted:
    runs-on: ubuntu-latest
    steps:
      - run: echo \${{ github.event.issue.title }}
`

type Linter = { readonly path: string; readonly over: string; readonly options: readonly string[]; readonly also: readonly string[] }

export function actionlintScenarios(path: string): readonly Scenario[] {
  const linter = { path, over: 'examples and workflows', options: ['-no-color'], also: [] }
  return [...toScenarios(linter, WORKFLOWS), { name: 'no findings in the documents', run: async () => expectCleanSnippets(path) }]
}

export function zizmorScenarios(path: string): readonly Scenario[] {
  const options = ['--offline', '--persona=pedantic', '--no-progress', '--color=never', '--config', join(root, '.github/zizmor.yml')]
  return toScenarios({ path, over: 'actions, examples, workflows and dependabot.yml', options, also: ACTIONS }, [...WORKFLOWS, '.github'])
}

function toScenarios(linter: Linter, folders: readonly string[]): readonly Scenario[] {
  return [
    { name: `no findings in ${linter.over}`, run: async () => expectClean(linter, folders) },
    { name: 'a planted injection is found', run: async () => expectFinding(linter) },
  ]
}

async function expectClean({ path, options, also }: Linter, folders: readonly string[]): Promise<void> {
  const found = await Promise.all(folders.map(listYaml))
  const actions = (await Promise.all(also.map(existing))).flat()
  const files = [...found.flat(), ...actions]
  ok(files.length >= 6, `there is something to lint: ${files.join(', ')}`)
  const { code, text } = await lint(path, [...options, ...files])
  equal(code, 0, text)
}

async function expectFinding({ path, options }: Linter): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'))
  try {
    const file = join(folder, 'planted.yml')
    await writeFile(file, PLANTED)
    const { code, text } = await lint(path, [...options, file])
    ok(code !== 0, `the planted fault was not found: ${text}`)
    match(text, /github\.event\.issue\.title/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each workflow of a document goes into a file that is named like its place. */
async function expectCleanSnippets(path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'snippets-'))
  try {
    const files: string[] = []
    for (const block of DOCUMENTS.flatMap((document) => readBlocks(document))) {
      const text = toWorkflow(block)
      if (text === undefined) continue
      const file = join(folder, `${block.path.replaceAll('/', '-')}-${block.line}.yml`)
      await writeFile(file, text)
      files.push(file)
    }
    ok(files.length >= 3, 'there are snippets to lint')
    const { code, text } = await lint(path, ['-no-color', ...files])
    equal(code, 0, text)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function listYaml(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder))
  return names.filter((name) => name.endsWith('.yml') && name !== 'zizmor.yml').map((name) => join(root, folder, name))
}

/** The other actions are linted once they are there. */
async function existing(path: string): Promise<readonly string[]> {
  const name = path.split('/').at(-1) ?? ''
  const names = await readdir(join(root, path, '..')).catch((): string[] => [])
  return names.includes(name) ? [join(root, path)] : []
}

function lint(program: string, given: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((done, fail) => {
    const child = execFile(program, given, { cwd: root }, (_, stdout, stderr) =>
      done({ code: child.exitCode, text: `${stdout}${stderr}`.trim() }),
    )
    child.on('error', fail)
  })
}
