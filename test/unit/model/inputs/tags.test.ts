import { describe, expect, it } from 'vitest'
import { parseTags } from '../../../../src/model/inputs/tags.ts'

describe('parseTags', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join('\n')

  it('reads a pair a line, split at the first =', () => {
    expect(parseTags('team=core\r\n\n  url = a=b  \nempty=')).toEqual({ team: 'core', url: 'a=b', empty: '' })
  })

  it('keeps a key that objects have of their own', () => {
    expect(Object.entries(parseTags('__proto__=x\nconstructor=y') ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it.each([
    ['a line without =', 'team'],
    ['an empty key', '=core'],
    ['ManagedBy', 'ManagedBy=me'],
    ['ManagedBy in another case', 'managedby=me'],
    ['our own prefix', 'spot-interrupt:run=x'],
    ['the aws prefix', 'AWS:cloudformation=x'],
    ['the same key twice', 'a=1\na=2'],
    ['keys that differ only in case', 'Team=1\nteam=2'],
    ['a sign AWS does not take in a key', 'a|b=1'],
    ['a sign AWS does not take in a value', 'a=<b>'],
    ['a key too long', `${'k'.repeat(129)}=v`],
    ['a value too long', `k=${'v'.repeat(257)}`],
    ['more than 40', many(41)],
  ])('refuses %s', (_, text) => {
    expect(parseTags(text)).toBeUndefined()
  })

  it('takes 40 tags, and the longest key and value', () => {
    expect(Object.keys(parseTags(many(40)) ?? {})).toHaveLength(40)
    expect(parseTags(`${'k'.repeat(128)}=${'v'.repeat(256)}`)).toBeDefined()
  })
})
