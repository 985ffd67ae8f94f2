import { expect, it } from 'vitest'
import { plural } from '../../../src/model/plural.ts'

it.each([
  [0, '0 probes'],
  [1, '1 probe'],
  [2, '2 probes'],
])('words %d', (count, expected) => {
  expect(plural(count, 'probe')).toBe(expected)
})

it('takes a plural that has no s', () => {
  expect([plural(1, 'entry', 'entries'), plural(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries'])
})
