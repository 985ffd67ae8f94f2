import { describe, expect, it } from 'vitest'
import { createClock } from '../../simulator/clock.ts'

describe('createClock', () => {
  it('is real time unless told otherwise', () => {
    let real = 1000
    const clock = createClock({}, () => real)
    real = 1500
    expect(clock).toMatchObject({ speed: 1, real0: 1000, sim0: 1000 })
    expect(clock.now()).toBe(1500)
  })

  it('is the same for all who know the three numbers', () => {
    let real = 5000
    const first = createClock({ speed: 60, sim0: 100_000 }, () => real)
    real = 7000
    const second = createClock({ speed: first.speed, real0: first.real0, sim0: first.sim0 }, () => real)
    expect(second.now()).toBe(first.now())
    expect(first.now()).toBe(100_000 + 2000 * 60)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %s', (speed) => {
    expect(() => createClock({ speed })).toThrow(/speed must be a number above 0/)
  })
})
