import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'

const root = resolve(import.meta.dirname, '..')
const FOLDERS = ['e2e', 'crash', 'peers', 'simulator']

/** Ways to hold an exit code without a log. Codes of AWS are texts, so they are none of these. */
const RAW = [
  /\bexpect\([^;\n]*\bcode\b[^;\n]*\)\.(?:not\.)?to\w+\(\s*\[?\s*(?:\d|null|\w+ === )/,
  /\.to(?:MatchObject|Equal|StrictEqual)\(\{[^}]*\bcode: (?:\d|null)/,
  /\b(?:equal|strictEqual|ok)\([\w.]*\bcode\b(?:, | !== | === )\d+\)/,
]

function findRaw(text: string): readonly string[] {
  return text.split('\n').filter((line) => RAW.some((shape) => shape.test(line)))
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path)),
)

it.each(files)('%s holds exit codes by expectExit, which shows the log', (path) => {
  expect(findRaw(readFileSync(join(root, path), 'utf8'))).toEqual([])
})

it('looks into all of these folders', () => {
  for (const folder of FOLDERS) expect(files.filter((path) => path.startsWith(folder)).length).toBeGreaterThan(2)
})

it.each([
  'expect(main.code).toBe(0)',
  'expect(main.code, main.stdout).toBe(1)',
  'expect((await scene.post()).code).toBe(0)',
  'expect(code).not.toBe(null)',
  "expect([post.code, errorOf(post)]).toEqual([0, ''])",
  'expect(main.code).toBe(fails === undefined ? 0 : 1)',
  'expect(result).toMatchObject({ code: 1, signal: null })',
  'equal(main.code, 0)',
  'ok(code !== 0)',
])('sees %s', (line) => {
  expect(findRaw(`  ${line}`)).toHaveLength(1)
})

it.each(["expect(status.code).toBe('fulfilled')", 'equal(code, 0, tail(log))', "toMatchObject({ status: { code: 'x' } })"])(
  'leaves %s alone',
  (line) => {
    expect(findRaw(line)).toEqual([])
  },
)

it('a failure shows the code, the log and what was wanted', () => {
  const ended = { code: 1, stdout: '::error::no role\n', stderr: 'a warning' }
  expect(() => expectExit(ended, 0)).toThrow(/the exit code is 1, not 0\.[\s\S]*::error::no role\na warning/)
  expect(() => expectExit({ ...ended, code: null, signal: 'SIGKILL' }, 0)).toThrow('the exit code is SIGKILL, not 0')
  expect(() => expectExit(ended, 1)).not.toThrow()
})
