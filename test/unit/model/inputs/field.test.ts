import { describe, expect, it } from 'vitest'
import {
  choice,
  flag,
  integer,
  optional,
  parseInstanceIds,
  parseTags,
  parseTimezone,
  pattern,
  span,
} from '../../../../src/model/inputs/field.ts'

describe('flag', () => {
  it.each([
    ['true', true],
    ['false', false],
    ['True', true],
    ['TRUE', true],
    ['False', false],
    ['FALSE', false],
    ['tRUE', undefined],
    ['yes', undefined],
    ['yes', undefined],
    ['1', undefined],
    ['', undefined],
  ])('reads %j as %s', (text, value) => {
    expect(flag('true').parse(text)).toBe(value)
  })
})

describe('choice', () => {
  const one = choice('red', 'blue')

  it('takes its words and nothing like them', () => {
    expect(['red', 'blue', 'Red', 'green', ''].map(one.parse)).toEqual(['red', 'blue', undefined, undefined, undefined])
  })

  it('tells what is allowed', () => {
    expect(one.allowed).toBe('`red` or `blue`')
  })
})

describe('span', () => {
  const one = span('10s', 2000, 60_000)

  it.each([
    ['2s', 2000],
    ['1m', 60_000],
    ['1s', undefined],
    ['61s', undefined],
    ['10', undefined],
  ])('reads %j as %s, bounds included', (text, ms) => {
    expect(one.parse(text)).toBe(ms)
  })

  it('tells its bounds and notations', () => {
    expect(one.allowed).toBe('PT2S to PT1M in whole seconds, written as `PT2M30S` or `2m30s`')
  })
})

describe('integer', () => {
  it.each([
    ['1', 1],
    ['50', 50],
    ['0', undefined],
    ['51', undefined],
    ['-1', undefined],
    ['1e1', undefined],
    ['0x5', undefined],
    ['5.0', undefined],
    ['', undefined],
    ['9999999999', undefined],
  ])('reads %j as %s', (text, value) => {
    expect(integer('5', 1, 50).parse(text)).toBe(value)
  })
})

describe('optional', () => {
  const one = optional(pattern('', 'digits', /^\d+$/))

  it.each([
    ['', null],
    ['12', '12'],
    ['x', undefined],
  ])('reads %j as %s', (text, value) => {
    expect(one.parse(text)).toBe(value)
  })
})

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

describe('parseTimezone', () => {
  it.each(['Asia/Kolkata', 'Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('takes %s', (zone) => {
    expect(parseTimezone(zone)).toBe(zone)
  })

  it.each(['', '+05:30', 'Mars/Olympus', 'Asia/Kolkata; rm', '05:30'])('refuses %j', (text) => {
    expect(parseTimezone(text)).toBeUndefined()
  })
})

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
