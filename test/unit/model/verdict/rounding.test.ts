import { expect, it } from 'vitest'
import { ceilSeconds, floorTenth, toPercent } from '../../../../src/model/verdict/rounding.ts'

it.each([
  [28.999_999_999_999_996, '29'],
  [99.99, '99.9'],
  [100, '100'],
  [0, '0'],
])('%d is shown as %s', (share, text) => {
  expect([floorTenth(share), toPercent(share)]).toEqual([text, `${text} %`])
})

it.each([
  [0, 0],
  [1, 1],
  [1000, 1],
  [1000.000_000_001, 1],
  [1001, 2],
])('%d ms are shown as %i s', (ms, seconds) => {
  expect(ceilSeconds(ms)).toBe(seconds)
})
