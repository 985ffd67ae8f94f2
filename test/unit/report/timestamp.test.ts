import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIXED_ZONES } from '../../../src/model/timezone.ts'
import { toIntlStamp, toStamp } from '../../../src/report/timestamp.ts'

describe('toStamp', () => {
  const SUMMER = new Date('2025-08-22T20:34:26Z')

  it.each([
    ['Asia/Kolkata', '2025-08-23 02:04:26 IST'],
    ['UTC', '2025-08-22 20:34:26 UTC'],
    ['America/New_York', '2025-08-22 16:34:26 EDT'],
    ['Europe/Berlin', '2025-08-22 22:34:26 CEST'],
    ['Europe/London', '2025-08-22 21:34:26 BST'],
    ['Australia/Sydney', '2025-08-23 06:34:26 AEST'],
    ['Asia/Tokyo', '2025-08-23 05:34:26 UTC+9'],
    ['Asia/Kathmandu', '2025-08-23 02:19:26 UTC+5:45'],
    ['America/Sao_Paulo', '2025-08-22 17:34:26 UTC-3'],
  ])('names %s as %s', (zone, stamp) => {
    expect(toStamp(SUMMER, zone)).toBe(stamp)
  })

  it('calls GMT itself GMT', () => {
    expect(toStamp(new Date('2025-01-15T00:00:00Z'), 'Europe/London')).toBe('2025-01-15 00:00:00 GMT')
  })

  it('has a time and a name for every zone there is', () => {
    const shape = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([A-Z]{2,5}|UTC[+-]\d{1,2}(:\d\d)?)$/
    for (const zone of Intl.supportedValuesOf('timeZone')) expect(toStamp(SUMMER, zone)).toMatch(shape)
  })

  it('begins the day with hour 00', () => {
    expect(toStamp(new Date('2025-08-23T00:00:00Z'), 'UTC')).toBe('2025-08-23 00:00:00 UTC')
  })
})

describe('the zones that are known without Intl', () => {
  it.each(Object.keys(FIXED_ZONES))('%s is what Intl says, whatever the day of this and the next decades', (zone) => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2050-01-01T00:00:00Z'), noInvalidDate: true }), (at) => {
        expect(toStamp(at, zone)).toBe(toIntlStamp(at, zone))
      }),
    )
  })
})
