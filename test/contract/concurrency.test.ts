import { describe, expect, it } from 'vitest'
import { drawRuns, toPairs, toSample } from '../crash/concurrency.ts'

const pairs = toPairs()
const sample = toSample(pairs)

describe('runs side by side', () => {
  it('are held at every write of the one and of the other, with every clock', () => {
    const cells = pairs.map(({ actors }) => JSON.stringify(actors))
    expect(new Set(cells).size).toBe(pairs.length)
    const points = new Set(pairs.map(({ actors }) => JSON.stringify(actors[0]?.hold)))
    expect(pairs).toHaveLength(points.size ** 2 * 3)
  })

  it('have every write, clock and order in the sample that is played by default', () => {
    const of = (read: (one: (typeof pairs)[number]) => unknown, from: typeof pairs) => new Set(from.map((one) => JSON.stringify(read(one))))
    for (const read of [
      (one: (typeof pairs)[number]) => one.actors[0]?.hold,
      (one: (typeof pairs)[number]) => one.actors[1]?.hold,
      (one: (typeof pairs)[number]) => one.actors.map(({ skewHours }) => skewHours),
      (one: (typeof pairs)[number]) => one.order,
    ]) {
      expect(of(read, sample)).toEqual(of(read, pairs))
    }
    expect(sample.length).toBeLessThan(150)
  })

  it('are drawn the same from the same seed, and in every way', () => {
    expect(drawRuns(7)).toEqual(drawRuns(7))
    const drawn = Array.from({ length: 60 }, (_, seed) => drawRuns(seed))
    expect(new Set(drawn.map(({ actors }) => actors.length))).toEqual(new Set([2, 3]))
    expect(drawn.some(({ actors }) => actors.some(({ role }) => role === 'shared'))).toBe(true)
    expect(drawn.some(({ cleanup }) => cleanup)).toBe(true)
  })
})
