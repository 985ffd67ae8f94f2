import { describe, expect, it } from 'vitest'
import { parseTimezone } from '../../../../src/model/inputs/timezone.ts'

describe('parseTimezone', () => {
  it.each(['Asia/Kolkata', 'Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('takes %s', (zone) => {
    expect(parseTimezone(zone)).toBe(zone)
  })

  it.each(['', '+05:30', 'Mars/Olympus', 'Asia/Kolkata; rm', '05:30'])('refuses %j', (text) => {
    expect(parseTimezone(text)).toBeUndefined()
  })
})
