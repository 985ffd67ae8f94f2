import { expect, it } from 'vitest'
import { withGroups } from '../../../../src/model/capacity/source.ts'

it('names a capacity by the groups that asg:auto stands for', () => {
  const auto = { name: 'web', shown: 'asg:auto', source: { by: 'own-asg' } } as const
  expect(withGroups(auto, ['a'])).toEqual([{ name: 'web', shown: 'asg:a', source: { by: 'asg', group: 'a' } }])
  expect(withGroups(auto, ['a', 'b']).map(({ name }) => name)).toEqual(['web (a)', 'web (b)'])
})
