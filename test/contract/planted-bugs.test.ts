import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { BUGS } from '../../scripts/verify/planted-bugs.ts'

const root = resolve(import.meta.dirname, '../..')

it.each(BUGS.map((bug) => [bug.what, bug] as const))('can be planted: %s', (_, { file, out }) => {
  expect(readFileSync(resolve(root, file), 'utf8').split(out)).toHaveLength(2)
})
