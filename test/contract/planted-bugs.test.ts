import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { BUGS } from '../../scripts/verify/planted-bugs.ts'

const root = resolve(import.meta.dirname, '../..')

it.each(BUGS.map((bug) => [bug.what, bug] as const))('can be planted: %s', (_, { file, out }) => {
  expect(readFileSync(resolve(root, file), 'utf8').split(out)).toHaveLength(2)
})

it('have a row each in docs/dev/planted-bugs.md, with the test that caught it', () => {
  const page = readFileSync(resolve(root, 'docs/dev/planted-bugs.md'), 'utf8')
  const rows = page.split('\n').flatMap((line) => (/^\| (?!Bug |-)/.test(line) ? [line.split(/ *(?<!\\)\| */).slice(1, -1)] : []))
  expect(rows.map(([what, file]) => [what, file])).toEqual(BUGS.map(({ what, file }) => [what, `\`${file}\``]))
  expect(rows.filter(([, , caught]) => !/^`test\/.+`$/.test(caught ?? ''))).toEqual([])
})
