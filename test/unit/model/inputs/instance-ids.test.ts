import { describe, expect, it } from 'vitest'
import { parseInstanceIds } from '../../../../src/model/inputs/instance-ids.ts'

describe('parseInstanceIds', () => {
  const [one, two] = ['i-0123456789abcdef0', 'i-12345678']

  it('takes commas, spaces and new lines, counts duplicates once, keeps the order', () => {
    expect(parseInstanceIds(`${two}, ${one}\n${two}\r\n\t${one},,`)).toEqual([two, one])
  })

  it.each([
    ['nine digits', 'i-123456789'],
    ['seven digits', 'i-1234567'],
    ['upper case', 'i-ABCDEF01'],
    ['a letter that is no hex digit', 'i-1234567g'],
    ['something that only contains an id', `arn:instance/${two}`],
    ['one bad id among good ones', `${one} nope`],
    ['another separator', `${one};${two}`],
  ])('refuses %s', (_, text) => {
    expect(parseInstanceIds(text)).toBeUndefined()
  })

  it('finds none in nothing', () => {
    expect(parseInstanceIds(' \n ,')).toEqual([])
  })
})
