/**
 * Checks that the tests notice bugs: plants one bug at a time in a copy of the repository, builds the copy, and runs its tests, those of
 * the changed file first, until one fails. Writes docs/dev/planted-bugs.md, and fails when no test notices a bug. `npm run plant [first]` starts with
 * bug number `first` and keeps the rows of the page for the bugs before it.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { markdownTable } from 'markdown-table'
import { BUGS, type Bug } from './planted-bugs.ts'

const root = resolve(import.meta.dirname, '../..')
const PAGE = join(root, 'docs/dev/planted-bugs.md')
const COPIED = ['src', 'test', 'simulator', 'scripts', 'action.yml', 'setup', 'cleanup', 'rehearse', 'README.md', 'docs', 'examples']
const FILES = ['LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts']
const UNIT = 'test/unit'
const NO_UNIT = 'test/!(unit)/**'
/** After the unit tests that load the changed file: the fastest ones come first, so that most bugs are caught early. */
const LAYERS = [UNIT, 'test/contract/permissions.test.ts', 'test/wire', 'test/e2e'].map((place) => ['run', place])
/** A bug may make a test run for ever. */
const LONGEST_MS = 8 * 60_000

const MISSED = '**not caught**'
const UNLOADED = 'it does not load'

/** The test that failed first. Without `file`, the build or the test run failed instead of a test. */
type Catch = { readonly file?: string; readonly test: string }

async function plant(first: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-plant-'))
  try {
    for (const name of [...COPIED, ...FILES]) await cp(join(root, name), join(folder, name), { recursive: true }).catch(ignoreMissing)
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const built = await run(folder, ['scripts/build.ts'])
    if (built.code !== 0) throw new Error(`The copy does not build before any bug is planted: ${built.said.slice(-500)}`)
    const without = await test(folder, LAYERS.slice(0, 3))
    if (without !== undefined) throw new Error(`The tests fail before any bug is planted: ${without.file}: ${without.test}`)
    const rows = await readRows(first - 1)
    for (const bug of BUGS.slice(first - 1)) {
      rows.push(toRow(bug, await tryBug(folder, bug)))
      await writeFile(PAGE, renderTable(rows))
    }
    process.exitCode = rows.some((row) => row.includes(MISSED)) ? 1 : 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readRows(count: number): Promise<string[][]> {
  if (count === 0) return []
  const lines = (await readFile(PAGE, 'utf8')).split('\n').filter((line) => line.startsWith('| '))
  return lines
    .slice(1, count + 2)
    .filter((line) => !line.startsWith('| -'))
    .map((line) =>
      line
        .slice(2, -2)
        .split(/ +\| /)
        .map((cell) => cell.trim()),
    )
}

function toRow({ what, file }: Bug, caught: Catch | undefined): string[] {
  const by = caught === undefined ? MISSED : caught.file === undefined ? '' : `\`${caught.file}\``
  console.log(`${what}: ${by} ${caught?.test ?? ''}`)
  return [what, `\`${file}\``, by, (caught?.test ?? '').replaceAll('|', '\\|')]
}

function ignoreMissing(thrown: unknown): void {
  if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
}

async function tryBug(folder: string, { file, out, put, test: likely }: Bug): Promise<Catch | undefined> {
  const path = join(folder, file)
  const text = await readFile(path, 'utf8')
  const [before, after, ...more] = text.split(out)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`this text must stand exactly once in ${file}: ${out}`)
  await writeFile(path, `${before}${put}${after}`)
  const caught = await lookFor(folder, file, likely)
  await writeFile(path, text)
  if (caught?.file === undefined) return caught
  // The test has caught the bug only if it passes without the bug.
  if (!caught.file.startsWith(UNIT)) await run(folder, ['scripts/build.ts'])
  const still = await test(folder, [['run', caught.file]])
  if (still !== undefined) throw new Error(`${still.file} fails without the bug as well: ${still.test}`)
  return caught
}

async function lookFor(folder: string, file: string, likely?: string): Promise<Catch | undefined> {
  // Unit tests need no build. If one fails that has loaded the file, the bug builds as well.
  const early = await test(folder, [['related', file, '--run', '--project=fast', `--exclude=${NO_UNIT}`, '--passWithNoTests']])
  if (early?.file !== undefined && early.test !== UNLOADED) return early
  const built = await run(folder, ['scripts/build.ts'])
  const layers = likely === undefined ? LAYERS : [['run', likely], ...LAYERS]
  return built.code === 0 ? await test(folder, layers) : { test: 'it does not build' }
}

/** The first test that fails; undefined when all pass. `layers`: the words of each run of vitest. */
async function test(folder: string, layers: readonly (readonly string[])[]): Promise<Catch | undefined> {
  for (const words of layers) {
    const { code, said } = await run(folder, ['node_modules/vitest/vitest.mjs', ...words, '--bail=1'])
    if (code === 0) continue
    const [, file, name] = /FAIL +(?:\w+ +)?(test\/\S+)(?: > (.*))?$/m.exec(said) ?? []
    return file === undefined ? { test: `${words.join(' ')} did not come to an end` } : { file, test: name ?? UNLOADED }
  }
  return undefined
}

function run(folder: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += stripVTControlCharacters(text)
      })
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
    child.on('error', fail)
    child.on('close', (code) => {
      clearTimeout(timer)
      done({ code, said })
    })
  })
}

function renderTable(rows: readonly string[][]): string {
  return `# Planted bugs

\`npm run plant\` plants these bugs, one at a time, in a copy of the repository. It builds the copy and runs the tests, those of the changed
file first, until one fails. The last column names that test; further tests may fail as well.

${markdownTable([['Bug', 'In', 'Caught by', 'First test that failed'], ...rows.map((row) => [...row])])}
`
}

await plant(Number(process.argv[2] ?? 1))
