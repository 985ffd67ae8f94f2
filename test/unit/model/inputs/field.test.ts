import { describe, expect, it } from 'vitest'
import { choice, flag, integer, optional, pattern, span } from '../../../../src/model/inputs/field.ts'

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
